// The live socket of a page: join, resume, hear, come back.
import { Backoff } from "./backoff.js";
import * as changes from "./changes.js";
import { forgetDrafts } from "./composer.js";
import { endWatch, heard, silentFor, toldToStop, watchConnection } from "./connection.js";
import { helloOf } from "./hello.js";
import { closePage, doorOf, fetchAgain } from "./resync.js";
import { setServerTime } from "./ticker.js";

const SIGNED_OUT = 4401;
const WITHDRAWN = 4403;
const TOO_OLD = 4409;
const JUNK = 4400;
const MOVING = 1012;
const SILENT_TOO_LONG = 20_000; // a socket that says nothing for four beats is dead, whatever it claims

const backoff = new Backoff();
let socket = null;
let cursor = "";
let timer = 0;
let over = false;
let fetching = false;
let dialledAt = 0;
let hurry = () => {};

export function goLive() {
  const main = document.getElementById("live");
  if (!main?.dataset.live) return;
  cursor = main.dataset.cursor;
  changes.watchCalm();
  watchConnection(() => connect());
  setInterval(() => { if (socket && Math.min(silentFor(), Date.now() - dialledAt) > SILENT_TOO_LONG) connect(); }, 5_000);
  connect();
}

/** A form was answered while nothing is heard: see what came of it. */
export function lookAgain() {
  hurry();
  resync(0);
}

function connect() {
  if (over || fetching) return;
  clearTimeout(timer);
  drop();
  dialledAt = Date.now();
  const address = new URL(document.getElementById("live").dataset.live, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const mine = new WebSocket(address);
  socket = mine;
  mine.onopen = () => mine.send(JSON.stringify(helloOf(document.getElementById("live").dataset.cursor, cursor)));
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    backoff.succeeded();
    const frames = JSON.parse(event.data);
    if (frames.every((frame) => frame.do === "stale")) toldToStop();
    else if (frames.some((frame) => frame.do !== "retract")) heard(); // what was lost goes even while nothing may be shown
    for (const frame of frames) if (mine === socket) hear(frame);
  };
  mine.onclose = (event) => { if (mine === socket) closed(event.code); };
}

function hear(frame) {
  if (frame.do === "beat") {
    cursor = frame.cursor;
    setServerTime(frame.now);
  } else if (frame.do === "retract") {
    if (changes.retract(frame.ref) === "page") finish();
  } else if (frame.do === "resync") {
    resync(Math.random() * frame.within * 1_000);
  } else if (frame.do === "show" && isThisPage(frame)) {
    resync(0); // it has newer words, and more of them than a frame brings
  } else if (frame.do === "show" || frame.do === "fill") {
    changes.take(frame);
  }
}

/** The page is about this one thing, and draws it in a way of its own. */
function isThisPage(frame) {
  const whole = document.getElementById("live").dataset.root === frame.ref;
  return whole && !frame.parts.some((part) => document.getElementById(part.id));
}

function closed(code) {
  socket = null;
  if (code === SIGNED_OUT) leave();
  else if (code === WITHDRAWN) finish();
  else if (code === TOO_OLD || code === JUNK) resync(Math.random() * 1_000);
  else if (code === MOVING) again(Math.random() * 2_000);
  else again(backoff.failed());
}

function again(wait) {
  clearTimeout(timer);
  timer = setTimeout(connect, wait);
}

/** Fetch the page anew and go on from its own position; nothing is heard beside it that it could undo. */
async function resync(wait) {
  if (fetching || over) return;
  fetching = true;
  clearTimeout(timer);
  drop();
  await new Promise((resolve) => { hurry = resolve; setTimeout(resolve, wait); });
  const answer = await fetchAgain();
  fetching = false;
  if (answer.gone) finish();
  else if (answer.signedOut) leave();
  else if (answer.cursor) {
    cursor = answer.cursor;
    changes.startOver();
    connect();
  } else if (!answer.leaving) {
    timer = setTimeout(() => resync(0), backoff.failed());
  }
}

/** Signed out: nothing stays readable while the next page is fetched. */
function leave() {
  const door = doorOf(document.getElementById("live"));
  finish();
  forgetDrafts();
  location.assign(door);
}

function finish() {
  over = true;
  drop();
  endWatch();
  changes.startOver();
  closePage();
}

function drop() {
  const old = socket;
  socket = null;
  old?.close();
}
