// Hands the module to the tests, which drive it from outside.
import * as conveyor from "/static/jobs/client.js";

window.conveyor = conveyor;
window.received = [];
window.follow = (id) => {
  const note = (name) => (data) => window.received.push({ name, number: data.number, state: data.state });
  const names = ["snapshot", "state", "step", "progress", "end", "error"];
  return conveyor.subscribe(id, Object.fromEntries(names.map((name) => [name, note(name)])));
};
