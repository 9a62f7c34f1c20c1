/** One connection to a stream of server-sent events: the browser's own, or `fetch` with a key. */

import { address, credentials, readProblem } from "./rest.js";

const NAMES = ["snapshot", "state", "step", "progress", "delta", "reset", "end"];

/**
 * Open a stream below /api/v1/ after the event `last`. Calls `on.event(name, data, id)`; when the
 * connection is over, `on.refused(problem)`, or `on.cut()` after a broken connection: then the
 * caller opens another one. Returns a function that closes the stream.
 */
export function openStream(below, last, on) {
  return credentials().Authorization ? withFetch(below, last, on) : withEventSource(below, last, on);
}

function withEventSource(below, last, on) {
  // after a cut, the browser reconnects with Last-Event-ID; after an error response it gives up
  const source = new EventSource(address(below) + (last ? `?last=${encodeURIComponent(last)}` : ""));
  for (const name of NAMES) {
    source.addEventListener(name, (event) => {
      on.event(name, JSON.parse(event.data), event.lastEventId);
    });
  }
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) on.refused(null);
  });
  return () => source.close();
}

function withFetch(below, last, on) {
  const stop = new AbortController();
  const headers = { Accept: "text/event-stream", ...credentials() };
  if (last) headers["Last-Event-ID"] = last;
  const init = { headers, signal: stop.signal, credentials: "omit", cache: "no-store" };
  readAll(address(below), init, on).then(
    (problem) => (problem ? on.refused(problem) : on.cut()),
    () => stop.signal.aborted || on.cut(),
  );
  return () => stop.abort();
}

async function readAll(url, init, on) {
  const response = await fetch(url, init);
  if (!response.ok) return readProblem(response);
  const parse = parser(on.event);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) parse(part.value);
  return null;
}

/** Parse an event stream (WHATWG HTML, 9.2.6) in chunks of any size. */
function parser(dispatch) {
  let rest = "";
  let id = "";
  let block = { name: "message", data: [] };
  const take = (line) => {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "event") block.name = value;
    else if (field === "data") block.data.push(value);
    else if (field === "id" && !value.includes("\0")) id = value;
  };
  const end = () => {
    const { name, data } = block;
    block = { name: "message", data: [] };
    if (data.length) dispatch(name, JSON.parse(data.join("\n")), id);
  };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) line ? take(line) : end();
  };
}
