import { subscribe } from "./live.js";
import { attachStyledShadow, createElement, jobTitle, statusText } from "./elements.js";
import { cancelJob, getJobStatus, hasEnded, hasStarted } from "./rest.js";

const EXPLAIN_INTERVAL_SECONDS = 5;

/**
 * `<job-progress job="ID">`: the progress of a job, with a cancel button. Dispatches `job-end` with the
 * job as its detail.
 */
export class JobProgress extends HTMLElement {
  static observedAttributes = ["job"];
  #title = createElement("span", { className: "title", id: "title" });
  #cancel = createElement("button", { type: "button", textContent: "Cancel" });
  #bar = createElement("progress", { max: 100, value: 0 });
  #message = createElement("p", { className: "message" });
  #job = null;
  #stop = null;
  #timer = null;

  constructor() {
    super();
    const root = attachStyledShadow(this);
    this.#bar.setAttribute("aria-labelledby", "title");
    this.#message.setAttribute("role", "status"); // a polite live region
    this.#cancel.addEventListener("click", () => this.#requestCancel());
    const parts = [this.#title, this.#cancel, this.#bar, this.#message];
    root.append(createElement("div", { className: "job" }, ...parts));
  }

  connectedCallback() {
    this.#follow();
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#timer);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#follow();
  }

  #follow() {
    this.#stop?.();
    const id = this.getAttribute("job");
    if (!id) return;
    this.#stop = subscribe(id, {
      snapshot: (job) => this.#renderAndExplain(job),
      state: (entry) => this.#renderAndExplain({ ...this.#job, state: entry.state, waiting_for: null }),
      progress: (data) => this.#render({ ...this.#job, ...data }),
      end: (job) => {
        this.#render(job);
        this.dispatchEvent(new CustomEvent("job-end", { detail: job, bubbles: true }));
      },
      error: (problem) => this.#setMessage(problem.message, "failed"),
    });
  }

  #renderAndExplain(job) {
    this.#render(job);
    this.#explain();
  }

  /** Show why the job has not started, anew every few seconds until it has. */
  async #explain() {
    clearTimeout(this.#timer);
    const shown = this.#job;
    if (!this.isConnected || hasStarted(shown)) return;
    const job = await getJobStatus(shown.id).catch(() => null);
    if (this.#job !== shown) return; // an event was newer
    if (job && !hasStarted(job)) this.#render({ ...shown, waiting_for: job.waiting_for });
    this.#timer = setTimeout(() => this.#explain(), 1000 * EXPLAIN_INTERVAL_SECONDS);
  }

  #render(job) {
    this.#job = job;
    this.#title.textContent = jobTitle(job);
    this.#bar.value = job.progress;
    this.#bar.textContent = `${job.progress} %`;
    this.#cancel.hidden = hasEnded(job);
    this.#setMessage(statusText(job), job.state);
  }

  #setMessage(text, state) {
    this.#message.className = `message ${state}`;
    if (this.#message.textContent !== text) this.#message.textContent = text;
  }

  async #requestCancel() {
    this.#cancel.disabled = true;
    try {
      await cancelJob(this.getAttribute("job"));
    } catch (problem) {
      this.#setMessage(problem.message, "failed");
    } finally {
      this.#cancel.disabled = false;
    }
  }
}
