/**
 * Conveyor in web pages: submit, follow and show jobs. No build step, no dependencies.
 *
 *     import { enqueueJob, subscribe } from "/static/jobs/client.js";
 *
 * A page of the same origin needs nothing else: it uses the session cookie. Elsewhere, call
 * `configure({ url, key })` first. Importing this module defines `<job-progress>`, `<job-toasts>`
 * and `<job-list>`.
 */

import { JobProgress } from "./job-progress.js";
import { JobList } from "./job-list.js";
import { JobToasts } from "./job-toasts.js";

export {
  cancelJob,
  configure,
  enqueueJob,
  getJobStatus,
  hasEnded,
  listJobs,
  Problem,
  retryJob,
} from "./rest.js";
export { subscribe, subscribeToAll } from "./live.js";
export { waitForJobCompletion } from "./wait.js";

const ELEMENTS = { "job-progress": JobProgress, "job-list": JobList, "job-toasts": JobToasts };
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
