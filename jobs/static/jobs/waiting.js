/** Waiting for the end of a job. */

import { getJobStatus, hasEnded, pause } from "./rest.js";

const INTERVAL = 2000;
const TIMEOUT = 300000;

/**
 * Wait until a job has ended, and give it: its `state` says how, `output` or `error` the rest.
 * Looks every `interval` milliseconds; after `timeout` milliseconds it rejects with a
 * `TimeoutError`, and the job goes on. Also as `waitForJobCompletion(id, interval, timeout)`.
 */
export async function waitForJobCompletion(id, options = {}, timeout = TIMEOUT) {
  const given = typeof options === "object" ? options : { interval: options, timeout };
  const { interval = INTERVAL, timeout: longest = TIMEOUT } = given;
  const deadline = performance.now() + longest;
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
