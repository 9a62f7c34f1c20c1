import { subscribeToAll } from "./live.js";
import { attachStyledShadow, createElement, jobTitle, statusText } from "./elements.js";
import { getJobStatus, listJobs } from "./rest.js";

const COLUMNS = ["Job", "State", "Progress"];
const ROWS = 20;

/**
 * `<job-list>`: a live list of the newest jobs. Attributes: `type` and `state` (filters, separated by
 * spaces), `rows` (default 20), `label`.
 */
export class JobList extends HTMLElement {
  #rows = new Map();
  #body = createElement("tbody");
  #caption = createElement("caption");
  #stop = null;

  constructor() {
    super();
    const cells = COLUMNS.map((text) => createElement("th", { scope: "col" }, text));
    const head = createElement("thead", {}, createElement("tr", {}, ...cells));
    const table = createElement("table", {}, this.#caption, head, this.#body);
    attachStyledShadow(this).append(table);
  }

  connectedCallback() {
    this.#caption.textContent = this.getAttribute("label") || "Jobs";
    this.#stop = subscribeToAll({
      refresh: () => this.#load(),
      snapshot: (data) => this.#update(data),
      state: (data) => this.#update(data),
      progress: (data) => this.#update(data),
      end: (data) => this.#update(data),
    });
    this.#load();
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  async #load() {
    const filters = { limit: this.#maxRows };
    for (const name of ["type", "state"]) {
      const words = this.getAttribute(name)?.split(/\s+/).filter(Boolean);
      if (words?.length) filters[name] = words;
    }
    const jobs = await listJobs(filters).catch(() => []);
    for (const job of jobs.reverse()) this.#render(job);
  }

  /** Apply a complete job or changed fields; reads a job that is not in the list. */
  async #update(data) {
    const known = this.#rows.get(data.job)?.job;
    let job = "id" in data ? data : known && { ...known, ...data, waiting_for: null };
    job ??= await getJobStatus(data.job).catch(() => null);
    if (job && this.#matches(job)) this.#render(job);
  }

  #matches(job) {
    return ["type", "state"].every((name) => {
      const words = this.getAttribute(name);
      return this.#rows.has(job.id) || !words || words.split(/\s+/).includes(job[name]);
    });
  }

  #render(job) {
    const row = this.#rows.get(job.id) ?? this.#addRow(job.id);
    row.job = job;
    row.title.textContent = jobTitle(job);
    row.state.textContent = statusText(job);
    row.state.className = job.state;
    row.bar.value = job.progress;
    row.bar.ariaLabel = `${jobTitle(job)}: progress`;
  }

  #addRow(id) {
    const bar = createElement("progress", { max: 100 });
    const row = { title: createElement("td"), state: createElement("td"), bar };
    row.line = createElement("tr", {}, row.title, row.state, createElement("td", {}, row.bar));
    row.line.dataset.job = id;
    this.#rows.set(id, row);
    this.#body.prepend(row.line);
    while (this.#rows.size > this.#maxRows) {
      const oldest = this.#body.lastElementChild;
      this.#rows.delete(oldest.dataset.job);
      oldest.remove();
    }
    return row;
  }

  get #maxRows() {
    return Number.parseInt(this.getAttribute("rows"), 10) || ROWS;
  }
}
