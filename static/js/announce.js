// What is said aloud: news as one summary in ten seconds at most, or as the reader set it; help, overdue and the connection at once.
import { readEvery } from "./settings.js";

let waiting = [];
let timer = 0;
let saidAt = 0;
const saying = new Set(); // timers of words on their way into a region

/** Something changed; a summary follows ("3 updates. Newest: ..."). */
export function news(text) {
  const pause = readEvery();
  if (!text || pause === null) return;
  waiting.push(text);
  if (!timer) timer = setTimeout(summarise, Math.max(1_000, saidAt + pause - Date.now()));
}

/** For the reader's own doing, and for what left the page under their focus. */
export function politely(text) {
  say("say-politely", text);
}

export function atOnce(text) {
  say("say-now", text);
}

/** Nothing that waits may speak of what was withdrawn. */
export function forget() {
  waiting = waiting.map(() => "");
}

/** The page was withdrawn: nothing of it is said any more, nor stays to be read. */
export function hush() {
  for (const coming of [timer, ...saying]) clearTimeout(coming);
  waiting = [];
  timer = 0;
  saying.clear();
  for (const id of ["say-politely", "say-now"]) document.getElementById(id).textContent = "";
}

function summarise() {
  timer = 0;
  const count = waiting.length;
  const newest = waiting.at(-1);
  waiting = [];
  if (readEvery() === null) return; // it was turned off meanwhile
  saidAt = Date.now();
  politely(`${count === 1 ? "1 update" : `${count} updates`}.${newest ? ` Newest: ${newest}` : ""}`);
}

function say(id, text) {
  const region = document.getElementById(id);
  if (!region) return; // a wall says nothing aloud
  region.textContent = "";
  const coming = setTimeout(() => { // an emptied region reads the same words again
    saying.delete(coming);
    region.textContent = text;
  }, 50);
  saying.add(coming);
  setTimeout(() => { if (region.textContent === text) region.textContent = ""; }, 20_000);
}
