/** Following jobs: one connection per stream, shared by all listeners of a page. */

import { getJobStatus, hasEnded, listEvents, listJobs, path, pause } from "./rest.js";
import { openStream } from "./streams.js";

const FIRST_PAUSE_SECONDS = 1;
const MAX_PAUSE_SECONDS = 8;

const ALL = "jobs/stream";
const feeds = new Map();

/**
 * Follow a job. `handlers` are functions by name of event, each called with its data: `snapshot`
 * (the job, first), `state`, `step`, `progress`, `delta`, `reset`, `end` (the job, last); `error`
 * is called with a `Problem` that ends the stream, such as an unknown job. Returns a function that
 * stops following.
 */
export function subscribe(id, handlers) {
  const load = async () => {
    const job = await getJobStatus(id);
    return { job, entries: await listEvents(id) }; // read second: the log is at least as new as the job
  };
  return join(`${path(id)}/stream`, load, handlers);
}

/**
 * Follow all jobs of the caller. Each event's data names its job, as `job` or `id`;
 * `refresh` is called with the newest jobs whenever something may have been missed.
 */
export function subscribeToAll(handlers) {
  return join(ALL, async () => ({ jobs: await listJobs({ limit: 50 }) }), handlers);
}

function join(below, load, handlers) {
  if (!feeds.has(below)) feeds.set(below, new Feed(below, load));
  const feed = feeds.get(below);
  feed.add(handlers);
  return () => {
    if (feed.remove(handlers)) feeds.delete(below);
  };
}

/** One stream and its listeners. */
class Feed {
  #below;
  #load;
  #listeners = new Set();
  #last = "";
  #job = null;
  #close = null;
  #isOver = false;
  #pause = FIRST_PAUSE_SECONDS;

  constructor(below, load) {
    this.#below = below;
    this.#load = load;
    this.#open();
  }

  add(handlers) {
    this.#listeners.add(handlers);
    const job = this.#job;
    if (!job) return;
    // a late listener gets the last known job
    queueMicrotask(() => {
      handlers.snapshot?.(job);
      if (hasEnded(job)) handlers.end?.(job);
    });
  }

  /** Remove a listener; returns whether none is left. */
  remove(handlers) {
    this.#listeners.delete(handlers);
    if (this.#listeners.size === 0) this.#end();
    return this.#listeners.size === 0;
  }

  #open() {
    this.#close = openStream(this.#below, this.#last, {
      event: (name, data, id) => {
        this.#pause = FIRST_PAUSE_SECONDS;
        this.#receive(name, data, id);
      },
      refused: (problem) => this.#pollAndReopen(problem),
      cut: () => this.#reopen(this.#pause), // the log contains what was missed
    });
  }

  #receive(name, data, id) {
    this.#last = id || this.#last;
    if (!this.#followsAll) this.#updateJob(name, data);
    this.#dispatch(name, data);
  }

  #updateJob(name, data) {
    if (name === "snapshot" || name === "end") this.#job = data;
    else if (name === "progress" && this.#job) this.#job = { ...this.#job, ...data };
    if (name === "end") this.#end();
  }

  get #followsAll() {
    return this.#below === ALL;
  }

  /** The stream was rejected: load the current state, and try again with back-off. */
  async #pollAndReopen(problem) {
    this.#close?.();
    try {
      this.#show(await this.#load());
    } catch (error) {
      const denied = error.status >= 400 && error.status < 500 && error.status !== 429;
      if (denied) {
        this.#end();
        this.#dispatch("error", error);
      }
    }
    await this.#reopen(problem?.retryAfter ?? this.#pause);
  }

  async #reopen(seconds) {
    if (this.#isOver) return;
    await pause(seconds);
    this.#pause = Math.min(2 * this.#pause, MAX_PAUSE_SECONDS);
    if (!this.#isOver) this.#open();
  }

  #show({ jobs, job, entries }) {
    if (this.#isOver) return;
    if (jobs) this.#dispatch("refresh", jobs);
    else this.#catchUp(job, entries);
  }

  /** Dispatch what a stream would have sent since the last load; the first load sets the start. */
  #catchUp(job, entries) {
    const hasStarted = this.#last !== "";
    if (!hasStarted) this.#receive("snapshot", job, "0");
    for (const entry of entries) {
      if (entry.number <= Number(this.#last)) continue;
      const name = entry.kind.startsWith("step_") ? "step" : "state";
      if (hasStarted) this.#receive(name, entry, String(entry.number));
      else this.#last = String(entry.number);
    }
    if (hasEnded(job)) this.#receive("end", job, "");
    else if (hasStarted) this.#receive("snapshot", job, "");
  }

  #end() {
    this.#isOver = true;
    this.#close?.();
  }

  #dispatch(name, data) {
    for (const handlers of [...this.#listeners]) handlers[name]?.(data);
  }
}
