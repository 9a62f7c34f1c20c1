/** Requests to Conveyor's REST API. */

const ENDED = new Set(["completed", "failed", "cancelled"]);
const AGAIN = new Set([409, 429, 503]); // 409 with a pause: the request is being worked on
const TRIES = 4;
const LONGEST_PAUSE = 15;

const settings = { url: "", key: "", csrfToken: "" };

/**
 * Say where Conveyor is and who asks: `url` of another origin, `key` for `Authorization`, or the
 * `csrfToken` of a page whose CSRF cookie cannot be read.
 */
export function configure(given) {
  Object.assign(settings, given);
}

/** What Conveyor refused: `status`, a stable `code`, `errors` with pointers, `retryAfter` seconds. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code || `http_${status}`;
    this.errors = body.errors || [];
    this.retryAfter = retryAfter;
  }
}

/** Whether a job completed, failed or was cancelled. */
export function hasEnded(job) {
  return ENDED.has(job.state);
}

/** Submit a job; `options` are `priority`, `labels`, `run_at` ... and `idempotencyKey`. */
export function enqueueJob(type, input, options = {}) {
  const { idempotencyKey, ...terms } = options;
  return post("jobs", { type, input, ...terms }, idempotencyKey);
}

/** Read a job as it is now. */
export function getJobStatus(id) {
  return ask(path(id));
}

/** Read a job's log, oldest entry first. */
export function listEvents(id) {
  return ask(`${path(id)}/events`);
}

/** Ask for a job to be cancelled. */
export function cancelJob(id) {
  return post(`${path(id)}/cancel`);
}

/** Start a failed or cancelled job again. */
export function retryJob(id) {
  return post(`${path(id)}/retry`);
}

/** Read the newest jobs. `filters` are those of the API: `{ state: ["running"], type: "echo" }`. */
export async function listJobs(filters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    for (const one of [value].flat()) query.append(name, one);
  }
  return (await ask(`jobs?${query}`)).results;
}

/** Give the path of a job below /api/v1/. */
export function path(id) {
  return `jobs/${encodeURIComponent(id)}`;
}

/** Give the address of a path below /api/v1/. */
export function address(below) {
  return `${settings.url}/api/v1/${below}`;
}

/** Give the headers that say who asks; none for a session. */
export function credentials() {
  return settings.key ? { Authorization: `Bearer ${settings.key}` } : {};
}

/** Wait some seconds. */
export function pause(seconds) {
  return new Promise((resume) => setTimeout(resume, seconds * 1000));
}

/** Give the `Problem` of an answer. */
export async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  const after = Number.parseInt(response.headers.get("Retry-After"), 10);
  return new Problem(response.status, body, Number.isNaN(after) ? null : after);
}

function post(below, body = {}, key = newKey()) {
  const headers = {
    "Content-Type": "application/json",
    "Idempotency-Key": key,
    "X-CSRFToken": settings.csrfToken || cookie("csrftoken"),
  };
  return ask(below, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Ask, and again where the server says when; a POST has the same idempotency key each time. */
async function ask(below, init = {}) {
  for (let tries = 1; ; tries += 1) {
    const headers = { ...init.headers, ...credentials() };
    const response = await fetch(address(below), {
      ...init,
      headers,
      credentials: settings.key ? "omit" : "same-origin",
    });
    if (response.ok) return response.json();
    const problem = await problemOf(response);
    const wait = problem.retryAfter;
    const helps = AGAIN.has(problem.status) && wait !== null && wait <= LONGEST_PAUSE;
    if (!helps || tries === TRIES) throw problem;
    await pause(wait);
  }
}

function newKey() {
  // crypto.randomUUID exists only where the page came over TLS or from this machine
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
