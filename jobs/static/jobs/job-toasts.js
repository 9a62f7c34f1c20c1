import { subscribeToAll } from "./live.js";
import { dress, lineOf, make, titleOf } from "./look.js";
import { getJobStatus, hasEnded } from "./rest.js";

const STAYS = 8;

/**
 * `<job-toasts>`: says when a job has started and when it has ended, until it is put away or, for
 * what went well, for `seconds` (8). Put one in the frame of every page.
 */
export class JobToasts extends HTMLElement {
  #shown = new Map();
  #told = new Map();
  #looked = false;
  #place = make("div", { className: "toasts" });
  #stop = null;

  constructor() {
    super();
    this.#place.setAttribute("aria-live", "polite");
    dress(this).append(this.#place);
  }

  connectedCallback() {
    this.#stop = subscribeToAll({
      refresh: (jobs) => this.#compare(jobs),
      state: (data) => this.#news(data),
      end: (data) => this.#news(data),
    });
  }

  disconnectedCallback() {
    this.#stop?.();
  }

  /** Without a stream: what changed between two looks. The first look is no news. */
  #compare(jobs) {
    for (const job of jobs) {
      if (this.#looked) this.#tell(job);
      this.#told.set(job.id, job.state);
    }
    this.#looked = true;
  }

  async #news(data) {
    const whole = "id" in data; // as at the end; of other states only the start is told
    if (!whole && data.state !== "running") return;
    const job = whole ? data : await getJobStatus(data.job).catch(() => null);
    if (job) this.#tell(job);
  }

  #tell(job) {
    const news = this.#told.get(job.id) !== job.state;
    this.#told.set(job.id, job.state);
    if (news && (job.state === "running" || hasEnded(job))) this.#show(job);
  }

  #show(job) {
    this.#shown.get(job.id)?.remove();
    const close = make("button", { type: "button", textContent: "Close" });
    close.ariaLabel = `Close the note about ${titleOf(job)}`;
    const title = make("span", { className: "title", textContent: titleOf(job) });
    const said = job.state === "running" ? "Started. We will tell you when it is done." : lineOf(job);
    const message = make("p", { className: `message ${job.state}`, textContent: said });
    const toast = make("div", { className: `toast is-${job.state}` }, title, close, message);
    toast.dataset.job = job.id;
    close.addEventListener("click", () => toast.remove());
    this.#shown.set(job.id, toast);
    this.#place.append(toast);
    const seconds = Number.parseFloat(this.getAttribute("seconds")) || STAYS;
    if (job.state !== "failed") setTimeout(() => toast.remove(), seconds * 1000);
  }
}
