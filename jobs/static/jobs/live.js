/** Following jobs: one connection for each stream, however many parts of a page listen to it. */

import { getJobStatus, hasEnded, listEvents, listJobs, path, pause } from "./rest.js";
import { openStream } from "./sources.js";

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 8;

const ALL = "jobs/stream";
const feeds = new Map();

/**
 * Follow a job. `handlers` are functions by name of event, each called with its data: `snapshot`
 * (the job, first), `state`, `step`, `progress`, `delta`, `reset`, `end` (the job, last); `error`
 * is called with a `Problem` that ends it, such as a job that is not there. Gives a function that
 * stops it.
 */
export function subscribe(id, handlers) {
  const look = async () => {
    const job = await getJobStatus(id);
    return { job, entries: await listEvents(id) }; // read second: they reach at least as far
  };
  return join(`${path(id)}/stream`, look, handlers);
}

/**
 * Follow all jobs that the caller may see. Each event's data names its job, as `job` or `id`;
 * `refresh` is called with the newest jobs whenever something may have been missed.
 */
export function subscribeToAll(handlers) {
  return join(ALL, async () => ({ jobs: await listJobs({ limit: 50 }) }), handlers);
}

function join(below, look, handlers) {
  if (!feeds.has(below)) feeds.set(below, new Feed(below, look));
  const feed = feeds.get(below);
  feed.add(handlers);
  return () => {
    if (feed.remove(handlers)) feeds.delete(below);
  };
}

/** One stream and who listens to it. */
class Feed {
  #below;
  #look;
  #listeners = new Set();
  #last = "";
  #job = null;
  #close = null;
  #over = false;
  #pause = FIRST_PAUSE;

  constructor(below, look) {
    this.#below = below;
    this.#look = look;
    this.#open();
  }

  add(handlers) {
    this.#listeners.add(handlers);
    const job = this.#job;
    if (!job) return;
    // who comes later gets the job as it is known
    queueMicrotask(() => {
      handlers.snapshot?.(job);
      if (hasEnded(job)) handlers.end?.(job);
    });
  }

  /** Take a listener away; answer whether nobody is left. */
  remove(handlers) {
    this.#listeners.delete(handlers);
    if (this.#listeners.size === 0) this.#end();
    return this.#listeners.size === 0;
  }

  #open() {
    this.#close = openStream(this.#below, this.#last, {
      event: (name, data, id) => {
        this.#pause = FIRST_PAUSE;
        this.#take(name, data, id);
      },
      refused: (problem) => this.#lookAndReopen(problem),
      cut: () => this.#reopen(this.#pause), // the log has what was missed
    });
  }

  #take(name, data, id) {
    this.#last = id || this.#last;
    if (!this.#ofAll) this.#remember(name, data);
    this.#tell(name, data);
  }

  #remember(name, data) {
    if (name === "snapshot" || name === "end") this.#job = data;
    else if (name === "progress" && this.#job) this.#job = { ...this.#job, ...data };
    if (name === "end") this.#end();
  }

  get #ofAll() {
    return this.#below === ALL;
  }

  /** The stream is refused: say how things are, and try again, not too often. */
  async #lookAndReopen(problem) {
    this.#close?.();
    try {
      this.#show(await this.#look());
    } catch (error) {
      const denied = error.status >= 400 && error.status < 500 && error.status !== 429;
      if (denied) {
        this.#end();
        this.#tell("error", error);
      }
    }
    await this.#reopen(problem?.retryAfter ?? this.#pause);
  }

  async #reopen(seconds) {
    if (this.#over) return;
    await pause(seconds);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    if (!this.#over) this.#open();
  }

  #show({ jobs, job, entries }) {
    if (this.#over) return;
    if (jobs) this.#tell("refresh", jobs);
    else this.#catchUp(job, entries);
  }

  /** What a stream would have told since the last look; the first one is where it begins. */
  #catchUp(job, entries) {
    const begun = this.#last !== "";
    if (!begun) this.#take("snapshot", job, "0");
    for (const entry of entries) {
      if (entry.number <= Number(this.#last)) continue;
      const name = entry.kind.startsWith("step_") ? "step" : "state";
      if (begun) this.#take(name, entry, String(entry.number));
      else this.#last = String(entry.number);
    }
    if (hasEnded(job)) this.#take("end", job, "");
    else if (begun) this.#take("snapshot", job, "");
  }

  #end() {
    this.#over = true;
    this.#close?.();
  }

  #tell(name, data) {
    for (const handlers of [...this.#listeners]) handlers[name]?.(data);
  }
}
