import { subscribe } from "./live.js";
import { dress, lineOf, make, titleOf } from "./look.js";
import { cancelJob, hasEnded } from "./rest.js";

/**
 * `<job-progress job="ID">`: a job's progress, with a button to cancel it. Fires `job-end` with the
 * job as its detail.
 */
export class JobProgress extends HTMLElement {
  static observedAttributes = ["job"];
  #title = make("span", { className: "title", id: "title" });
  #cancel = make("button", { type: "button", textContent: "Cancel" });
  #bar = make("progress", { max: 100, value: 0 });
  #message = make("p", { className: "message" });
  #job = null;
  #stop = null;

  constructor() {
    super();
    const root = dress(this);
    this.#bar.setAttribute("aria-labelledby", "title");
    this.#message.setAttribute("role", "status"); // announced politely
    this.#cancel.addEventListener("click", () => this.#askToCancel());
    const parts = [this.#title, this.#cancel, this.#bar, this.#message];
    root.append(make("div", { className: "job" }, ...parts));
  }

  connectedCallback() {
    this.#follow();
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = null;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#follow();
  }

  #follow() {
    this.#stop?.();
    const id = this.getAttribute("job");
    if (!id) return;
    this.#stop = subscribe(id, {
      snapshot: (job) => this.#show(job),
      state: (entry) => this.#show({ ...this.#job, state: entry.state }),
      progress: (data) => this.#show({ ...this.#job, ...data }),
      end: (job) => {
        this.#show(job);
        this.dispatchEvent(new CustomEvent("job-end", { detail: job, bubbles: true }));
      },
      error: (problem) => this.#say(problem.message, "failed"),
    });
  }

  #show(job) {
    this.#job = job;
    this.#title.textContent = titleOf(job);
    this.#bar.value = job.progress;
    this.#bar.textContent = `${job.progress} %`;
    this.#cancel.hidden = hasEnded(job);
    this.#say(lineOf(job), job.state);
  }

  #say(text, state) {
    this.#message.className = `message ${state}`;
    if (this.#message.textContent !== text) this.#message.textContent = text;
  }

  async #askToCancel() {
    this.#cancel.disabled = true;
    try {
      await cancelJob(this.getAttribute("job"));
    } catch (problem) {
      this.#say(problem.message, "failed");
    } finally {
      this.#cancel.disabled = false;
    }
  }
}
