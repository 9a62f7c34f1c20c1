/** Waiting for the end of a job. */

import { getJobStatus, hasEnded, pause } from "./rest.js";

const INTERVAL_MILLISECONDS = 2000;
const TIMEOUT_MILLISECONDS = 300000;

/**
 * Wait until a job has ended, and return it with its `state` and its `output` or `error`.
 * Polls every `interval` milliseconds; after `timeout` milliseconds it rejects with a
 * `TimeoutError`, and the job continues. Also as `waitForJobCompletion(id, interval, timeout)`.
 */
export async function waitForJobCompletion(id, options = {}, timeout = TIMEOUT_MILLISECONDS) {
  const settings = typeof options === "object" ? options : { interval: options, timeout };
  const { interval = INTERVAL_MILLISECONDS, timeout: limit = TIMEOUT_MILLISECONDS } = settings;
  const deadline = performance.now() + limit;
  for (;;) {
    const job = await getJobStatus(id);
    if (hasEnded(job)) return job;
    const left = deadline - performance.now();
    if (left <= 0) {
      throw new DOMException(`Job ${id} has not ended in time; it is ${job.state}.`, "TimeoutError");
    }
    await pause(Math.min(interval, left) / 1000);
  }
}
