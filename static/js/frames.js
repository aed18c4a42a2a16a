// What the server sends, put on the page: show, fill, retract.
import * as announce from "./announce.js";
import { elementFrom, morph } from "./morph.js";
import { container, insert, moveIn, moveOut } from "./places.js";
import { tick } from "./ticker.js";

const GONE_FOR = 8_000; // "you can no longer see this" stays that long, then leaves no trace
const revisions = new Map();
const rescued = new Set(); // out of a container that this very message took away

/** Show a thing's newest state. Gives [element, was it new] for every part drawn. */
export function show(frame) {
  if (frame.rev < (revisions.get(frame.ref) ?? -Infinity)) return [];
  revisions.set(frame.ref, frame.rev);
  return frame.parts.map(draw).filter(Boolean);
}

/** Sums: replaced where they stand. */
export function fill(frame) {
  return frame.parts.map(draw).filter(Boolean);
}

/** A page fetched again begins with its own knowledge. */
export function startOver() {
  revisions.clear();
}

export function retract(ref) {
  revisions.delete(ref);
  announce.forget();
  const name = CSS.escape(ref);
  if (document.querySelector(`main[data-root="${name}"]`)) return "page";
  for (const element of document.querySelectorAll(`[data-ref="${name}"]`)) close(element);
  for (const element of document.querySelectorAll(`[data-within~="${name}"]`)) blank(element);
  return "part";
}

function draw(part) {
  const old = document.getElementById(part.id);
  if (old && part.once) return null;
  if (old) {
    const element = morph(old, part.html);
    if (element) tick(element.parentElement);
    return [element, false];
  }
  const box = part.into ? container(part.into) : null;
  if (!box) return null;
  const element = elementFrom(part.html);
  insert(box, element);
  moveIn(element);
  tick(element);
  return [element, true];
}

/** The item closes with a line that gives no reason and no title; what was lost with its container has that one's. */
function close(element) {
  for (const other of moveOut(element)) rescued.add(other);
  queueMicrotask(() => rescued.clear());
  const ghost = document.createElement(element.tagName);
  ghost.className = "gone";
  ghost.textContent = "You can no longer see this";
  const held = element.contains(document.activeElement);
  if (rescued.has(element)) element.remove();
  else element.replaceWith(ghost);
  if (held) focusNear(ghost);
  setTimeout(() => ghost.remove(), GONE_FOR);
}

function blank(element) {
  const held = element.contains(document.activeElement);
  const nearby = element.parentElement;
  if (element.id) {
    element.replaceChildren(); // a sum's place stays: what remains is sent next
    element.removeAttribute("data-within");
    element.removeAttribute("data-state");
    element.removeAttribute("data-loud");
  } else {
    element.remove();
  }
  if (held) focusNear(nearby);
}

function focusNear(element) {
  const heading = element.closest("article, section, main")?.querySelector("h1, h2, h3") ?? document.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  announce.politely("You can no longer see this.");
}
