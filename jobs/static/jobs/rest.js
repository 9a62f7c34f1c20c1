/** Requests to Conveyor's REST API. */

const WAITING_STATES = new Set(["waiting", "scheduled", "pending"]);
const TERMINAL_STATES = new Set(["completed", "failed", "cancelled"]);
const RETRYABLE_STATUSES = new Set([409, 429, 503]); // 409 with Retry-After: the request is still running
const MAX_TRIES = 4;
const MAX_PAUSE_SECONDS = 15;

const settings = { url: "", key: "", csrfToken: "" };

/**
 * Set the server and the credentials: `url` of another origin, `key` for `Authorization`, or the
 * `csrfToken` of a page that cannot read its CSRF cookie.
 */
export function configure(options) {
  Object.assign(settings, options);
}

/** A rejected request: `status`, a stable `code`, `errors` with pointers, `retryAfter` seconds. */
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
  return TERMINAL_STATES.has(job.state);
}

/** Whether a job is running or has ended. */
export function hasStarted(job) {
  return !WAITING_STATES.has(job.state);
}

/**
 * Submit a job; `options` are `priority`, `labels`, `unique`, `debounce` ... and `idempotencyKey`.
 * `found` of the job is true if it existed already.
 */
export function enqueueJob(type, input, options = {}) {
  const { idempotencyKey, ...fields } = options;
  return post("jobs", { type, input, ...fields }, idempotencyKey);
}

/** Read a job as it is now. */
export function getJobStatus(id) {
  return ask(path(id));
}

/** Read a job's log, oldest entry first. */
export function listEvents(id) {
  return ask(`${path(id)}/events`);
}

/** Cancel a job. */
export function cancelJob(id) {
  return post(`${path(id)}/cancel`);
}

/** Retry a failed or cancelled job. */
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

/** Return the path of a job below /api/v1/. */
export function path(id) {
  return `jobs/${encodeURIComponent(id)}`;
}

/** Return the URL of a path below /api/v1/. */
export function address(below) {
  return `${settings.url}/api/v1/${below}`;
}

/** Return the `Authorization` header; none for a session. */
export function credentials() {
  return settings.key ? { Authorization: `Bearer ${settings.key}` } : {};
}

/** Wait for a number of seconds. */
export function pause(seconds) {
  return new Promise((resume) => setTimeout(resume, seconds * 1000));
}

/** Read the `Problem` of a response. */
export async function readProblem(response) {
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

/** Send a request, and repeat it as `Retry-After` asks; a POST keeps its idempotency key. */
async function ask(below, init = {}) {
  for (let tries = 1; ; tries += 1) {
    const headers = { ...init.headers, ...credentials() };
    const response = await fetch(address(below), {
      ...init,
      headers,
      credentials: settings.key ? "omit" : "same-origin",
    });
    if (response.ok) return response.json();
    const problem = await readProblem(response);
    const wait = problem.retryAfter;
    const isRetryable = RETRYABLE_STATUSES.has(problem.status) && wait !== null && wait <= MAX_PAUSE_SECONDS;
    if (!isRetryable || tries === MAX_TRIES) throw problem;
    await pause(wait);
  }
}

function newKey() {
  // crypto.randomUUID exists only in pages over TLS or from localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
