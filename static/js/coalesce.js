// Several changes of one thing within a paint are one, and only a new call for help or an overdue check-in waits for none.

const CALLS = /data-key="((?:help|late|unseen)[^"]*)"/g;

/** Add a message to those that wait: what it says anew of a thing is not drawn before. */
export function joined(queue, newer) {
  return [...queue.map((waiting) => without(waiting, newer)).filter(Boolean), newer];
}

/** The page does not show such a call yet; what it shows already can wait for the next paint. */
export function urgent(frame) {
  const calls = frame.parts.flatMap((part) => [...part.html.matchAll(CALLS)].map(([, key]) => key));
  return calls.some((key) => !document.querySelector(`[data-key="${CSS.escape(key)}"]`));
}

function without(waiting, newer) {
  if (waiting.do !== newer.do) return waiting;
  if (newer.do === "show") return waiting.ref === newer.ref && waiting.rev <= newer.rev ? null : waiting;
  const said = new Set(newer.parts.map((part) => part.id));
  const parts = waiting.parts.filter((part) => !said.has(part.id));
  return parts.length ? { ...waiting, parts } : null;
}
