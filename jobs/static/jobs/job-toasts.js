import { subscribeToAll } from "./live.js";
import { attachStyledShadow, createElement, jobTitle, statusText } from "./elements.js";
import { getJobStatus, hasEnded } from "./rest.js";

const DISMISS_AFTER_SECONDS = 8;

/**
 * `<job-toasts>`: notifications when jobs start and end. A notification stays until it is closed;
 * unless the job failed, it closes by itself after `seconds` (default 8). Put one in each page.
 */
export class JobToasts extends HTMLElement {
  #shown = new Map();
  #states = new Map();
  #hasLoaded = false;
  #container = createElement("div", { className: "toasts" });
  #stop = null;

  constructor() {
    super();
    this.#container.setAttribute("aria-live", "polite");
    attachStyledShadow(this).append(this.#container);
  }

  connectedCallback() {
    this.#stop = subscribeToAll({
      refresh: (jobs) => this.#compare(jobs),
      state: (data) => this.#update(data),
      end: (data) => this.#update(data),
    });
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  /** Without a stream: compare the states with the previous ones. The first load notifies of nothing. */
  #compare(jobs) {
    for (const job of jobs) {
      if (this.#hasLoaded) this.#notify(job);
      this.#states.set(job.id, job.state);
    }
    this.#hasLoaded = true;
  }

  async #update(data) {
    const isComplete = "id" in data; // at the end; of the other states, only the start is announced
    if (!isComplete && data.state !== "running") return;
    const job = isComplete ? data : await getJobStatus(data.job).catch(() => null);
    if (job) this.#notify(job);
  }

  #notify(job) {
    const isNew = this.#states.get(job.id) !== job.state;
    this.#states.set(job.id, job.state);
    if (isNew && (job.state === "running" || hasEnded(job))) this.#show(job);
  }

  #show(job) {
    this.#shown.get(job.id)?.remove();
    const close = createElement("button", { type: "button", textContent: "Close" });
    close.ariaLabel = `Close the notification about ${jobTitle(job)}`;
    const title = createElement("span", { className: "title", textContent: jobTitle(job) });
    const text = job.state === "running" ? "Started. You will be notified when it ends." : statusText(job);
    const message = createElement("p", { className: `message ${job.state}`, textContent: text });
    const toast = createElement("div", { className: `toast is-${job.state}` }, title, close, message);
    toast.dataset.job = job.id;
    close.addEventListener("click", () => toast.remove());
    this.#shown.set(job.id, toast);
    this.#container.append(toast);
    const seconds = Number.parseFloat(this.getAttribute("seconds")) || DISMISS_AFTER_SECONDS;
    if (job.state !== "failed") setTimeout(() => toast.remove(), seconds * 1000);
  }
}
