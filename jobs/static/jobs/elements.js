/** The style of the custom elements. Pages set custom properties and `color-scheme`. */

import { hasStarted } from "./rest.js";

const sheet = new CSSStyleSheet(); // not inline, so that a strict Content-Security-Policy allows it
sheet.replaceSync(`
  :host {
    --_text: var(--job-text, light-dark(#1c2430, #e6eaf0));
    --_muted: var(--job-muted, light-dark(#5a6675, #9aa7b8));
    --_surface: var(--job-surface, light-dark(#ffffff, #1a212b));
    --_line: var(--job-line, light-dark(#d9dfe7, #334052));
    --_accent: var(--job-accent, light-dark(#2257c5, #7aa5ff));
    --_good: var(--job-good, light-dark(#17713c, #5fd08b));
    --_bad: var(--job-bad, light-dark(#b3261e, #ff8f86));
    --_radius: var(--job-radius, 8px);
    color: var(--_text);
    font: var(--job-font, 0.9375rem/1.4 system-ui, sans-serif);
    display: block;
  }
  :host([hidden]) { display: none; }
  .job, .toast {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.375rem 0.75rem;
    align-items: center;
    background: var(--_surface);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    padding: 0.625rem 0.875rem;
  }
  .title { font-weight: 600; overflow-wrap: anywhere; }
  .message { grid-column: 1 / -1; margin: 0; color: var(--_muted); overflow-wrap: anywhere; }
  .completed { color: var(--_good); }
  .failed { color: var(--_bad); }
  progress {
    grid-column: 1 / -1; width: 100%; height: 0.5rem; appearance: none; border: 0;
    border-radius: 1rem; overflow: hidden; background: var(--_line); accent-color: var(--_accent);
  }
  progress::-webkit-progress-bar { background: var(--_line); }
  progress::-webkit-progress-value { background: var(--_accent); transition: inline-size 0.25s; }
  progress::-moz-progress-bar { background: var(--_accent); }
  button {
    font: inherit; color: var(--_accent); background: none; border: 1px solid currentColor;
    border-radius: var(--_radius); padding: 0.125rem 0.625rem; cursor: pointer;
  }
  button:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
  button:disabled { opacity: 0.5; cursor: default; }
  table { border-collapse: collapse; width: 100%; }
  caption { text-align: start; font-weight: 600; padding-block-end: 0.375rem; }
  th { text-align: start; color: var(--_muted); font-weight: 500; }
  th, td { padding: 0.375rem 0.75rem 0.375rem 0; border-block-end: 1px solid var(--_line); }
  td progress { min-width: 6rem; vertical-align: middle; }
  .toasts {
    position: fixed; inset: auto 1rem 1rem auto; display: grid; gap: 0.5rem;
    width: min(22rem, calc(100vw - 2rem)); z-index: var(--job-toasts-layer, 1000);
  }
  .toast { box-shadow: 0 6px 20px rgb(0 0 0 / 0.18); border-inline-start: 4px solid var(--_accent); }
  .toast.is-completed { border-inline-start-color: var(--_good); }
  .toast.is-failed { border-inline-start-color: var(--_bad); }
  @media (prefers-reduced-motion: reduce) { progress::-webkit-progress-value { transition: none; } }
`);

/** Attach a shadow root with the shared style. */
export function attachStyledShadow(host) {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  return root;
}

/** Make an element: `createElement("p", { className: "message" }, "text", child)`. */
export function createElement(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Return the job type as a title. */
export function jobTitle(job) {
  const words = job.type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Return the state of a job in one line; of a job that waits, the reason. */
export function statusText(job) {
  if (job.state === "failed") return job.error?.message || "Failed";
  if (job.state === "running" && job.message) return job.message;
  if (!hasStarted(job) && job.waiting_for) return job.waiting_for.message;
  return job.state.charAt(0).toUpperCase() + job.state.slice(1);
}
