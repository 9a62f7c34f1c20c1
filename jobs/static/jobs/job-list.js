import { subscribeToAll } from "./live.js";
import { dress, lineOf, make, titleOf } from "./look.js";
import { getJobStatus, listJobs } from "./rest.js";

const COLUMNS = ["Job", "State", "Progress"];
const ROWS = 20;

/**
 * `<job-list>`: the newest jobs, kept up to date. Attributes: `type` and `state` as filters (words),
 * `rows` (20), `label`.
 */
export class JobList extends HTMLElement {
  #rows = new Map();
  #body = make("tbody");
  #caption = make("caption");
  #stop = null;

  constructor() {
    super();
    const head = make("tr", {}, ...COLUMNS.map((text) => make("th", { scope: "col" }, text)));
    const table = make("table", {}, this.#caption, make("thead", {}, head), this.#body);
    dress(this).append(table);
  }

  connectedCallback() {
    this.#caption.textContent = this.getAttribute("label") || "Jobs";
    this.#stop = subscribeToAll({
      refresh: () => this.#read(),
      snapshot: (data) => this.#news(data),
      state: (data) => this.#news(data),
      progress: (data) => this.#news(data),
      end: (data) => this.#news(data),
    });
    this.#read();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  async #read() {
    const filters = { limit: this.#size };
    for (const name of ["type", "state"]) {
      const words = this.getAttribute(name)?.split(/\s+/).filter(Boolean);
      if (words?.length) filters[name] = words;
    }
    const jobs = await listJobs(filters).catch(() => []);
    for (const job of jobs.reverse()) this.#show(job);
  }

  /** Take a whole job, or what changed of one; a job that is not known is read. */
  async #news(data) {
    const known = this.#rows.get(data.job)?.job;
    let job = "id" in data ? data : known && { ...known, ...data };
    job ??= await getJobStatus(data.job).catch(() => null);
    if (job && this.#wanted(job)) this.#show(job);
  }

  #wanted(job) {
    return ["type", "state"].every((name) => {
      const words = this.getAttribute(name);
      return this.#rows.has(job.id) || !words || words.split(/\s+/).includes(job[name]);
    });
  }

  #show(job) {
    const row = this.#rows.get(job.id) ?? this.#add(job.id);
    row.job = job;
    row.title.textContent = titleOf(job);
    row.state.textContent = lineOf(job);
    row.state.className = job.state;
    row.bar.value = job.progress;
    row.bar.ariaLabel = `${titleOf(job)}: progress`;
  }

  #add(id) {
    const row = { title: make("td"), state: make("td"), bar: make("progress", { max: 100 }) };
    row.line = make("tr", {}, row.title, row.state, make("td", {}, row.bar));
    row.line.dataset.job = id;
    this.#rows.set(id, row);
    this.#body.prepend(row.line);
    while (this.#rows.size > this.#size) {
      const oldest = this.#body.lastElementChild;
      this.#rows.delete(oldest.dataset.job);
      oldest.remove();
    }
    return row;
  }

  get #size() {
    return Number.parseInt(this.getAttribute("rows"), 10) || ROWS;
  }
}
