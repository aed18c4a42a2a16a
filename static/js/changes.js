// When changes reach the page: four paints a second at most, held while someone reads, moved only when nobody touches.
import { confirmCall, cryOut, holdRows, keysOf, openRows } from "./alerts.js";
import * as announce from "./announce.js";
import { joined, urgent } from "./coalesce.js";
import * as frames from "./frames.js";
import { louder } from "./louder.js";
import { changedSince, mark, refresh, saying, words } from "./marks.js";
import { misplaced, move } from "./places.js";
import { ring } from "./sound.js";
import { tick } from "./ticker.js";

const PAINT_EVERY = 250;
let queue = [];
let held = []; // feed lines that came while the feed was being read
let paintTimer = 0;
let paintedAt = 0;
let calmSince = 0;
const restless = new Set(); // elements whose place waits for a calm card

export function take(frame) {
  queue = joined(queue, frame);
  if (urgent(frame)) return paint();
  paintTimer ||= setTimeout(paint, Math.max(0, paintedAt + PAINT_EVERY - Date.now()));
}

/** Lost access waits for nothing, and nothing that waits may bring it back. */
export function retract(ref) {
  queue = queue.filter((frame) => frame.ref !== ref);
  held = held.filter((frame) => frame.ref !== ref);
  paint();
  offerHeld();
  return frames.retract(ref);
}

export function startOver() {
  queue = [];
  held = [];
  restless.clear();
  frames.startOver();
  offerHeld();
}

export function watchCalm() {
  document.addEventListener("click", (event) => { if (event.target.closest("#newer")) release(); });
  setInterval(() => {
    refresh();
    openRows();
    for (const element of restless) settle(element);
    calmSince = reading() ? 0 : calmSince || Date.now();
    if (held.length && calmSince && Date.now() - calmSince >= 1_000) release();
  }, 500);
}

function paint() {
  clearTimeout(paintTimer);
  paintTimer = 0;
  paintedAt = Date.now();
  const frames = queue;
  queue = [];
  for (const frame of frames) {
    if (isNewLine(frame) && reading()) held.push(frame);
    else apply(frame);
  }
  held = held.slice(-60);
  offerHeld();
  refresh();
}

function apply(frame) {
  const before = new Map(frame.parts.map((part) => [part.id, look(document.getElementById(part.id))]));
  const drawn = frame.do === "show" ? frames.show(frame) : frames.fill(frame);
  for (const [element, isNew] of drawn) {
    if (!element) continue;
    const was = before.get(element.id);
    const parts = was?.said.size > 0; // a leaf that names its parts is marked part by part
    if (frame.do === "show" && (isNew || was?.words !== words(element))) leafChanged(element, !parts);
    if (was && (parts || frame.do === "fill")) for (const part of changedSince(was.said, element)) mark(part);
    if (element.id === "field-now" && was?.words !== words(element)) confirmCall(element, was?.keys ?? []);
    if (element.id === "alerts") {
      cryOut(element, was?.keys ?? []);
      holdRows(element, was?.keys.length ?? 0);
    }
    if (element.id === "alerts" || element.id === "field-now") ring();
  }
  for (const card of new Set(drawn.map(([element]) => element?.closest(".site")))) shout(card);
}

/** What is said louder of a site's tasks holds for whatever was drawn of it just now. */
function shout(card) {
  for (const task of louder(card)) {
    tick(task);
    mark(task);
  }
  for (const task of card?.querySelectorAll(".task[data-loud]") ?? []) tick(task);
  for (const task of card?.querySelectorAll(".tasks > .task") ?? []) if (misplaced(task)) settle(task);
}

function look(element) {
  if (!element) return null;
  return { said: saying(element), keys: keysOf(element), words: words(element) };
}

function leafChanged(element, whole) {
  if (element.classList.contains("site")) return;
  if (whole) mark(element);
  announce.news(element.querySelector(".line, .what")?.textContent.replace(/\s+/g, " ").trim());
  if (misplaced(element)) settle(element);
}

function settle(element) {
  const card = element.closest(".site") ?? element.parentElement;
  const touched = card?.matches(":hover, :focus-within");
  if (touched) return restless.add(element);
  restless.delete(element);
  if (element.isConnected && misplaced(element)) move(element);
}

function isNewLine(frame) {
  return frame.do === "show" && frame.parts.every((part) => part.into === "feed" && !document.getElementById(part.id));
}

function reading() {
  const feed = document.querySelector(".feedwrap");
  if (!feed) return false;
  const hovered = matchMedia("(hover: hover)").matches && feed.matches(":hover");
  return hovered || feed.matches(":focus-within") || feed.scrollTop > 0;
}

function offerHeld() {
  const button = document.getElementById("newer");
  if (!button) return;
  button.hidden = held.length === 0;
  button.textContent = `${held.length} newer – show`;
}

function release() {
  const waiting = held;
  held = [];
  document.querySelector(".feedwrap")?.scrollTo({ top: 0 });
  for (const frame of waiting) apply(frame);
  offerHeld();
}
