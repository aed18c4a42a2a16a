// A page that is not live still listens for one thing: that something on it may be shown to this officer no longer.
import { Backoff } from "./backoff.js";
import { forgetDrafts } from "./composer.js";
import { helloOf } from "./hello.js";
import { morph } from "./morph.js";
import { closePage } from "./resync.js";
import { tick } from "./ticker.js";

const SIGNED_OUT = 4401;
const SILENT_TOO_LONG = 20_000; // four beats

const backoff = new Backoff();
let socket = null;
let cursor = "";
let heardAt = 0;
let over = false;

export function listenForLosses() {
  if (document.body.dataset.shows === undefined) return;
  cursor = document.body.dataset.cursor;
  setInterval(() => { if (socket && Date.now() - heardAt > SILENT_TOO_LONG) connect(); }, 5_000);
  connect();
}

function connect() {
  drop();
  if (over) return;
  const address = new URL("/pages/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const mine = new WebSocket(address);
  const { shows } = document.body.dataset;
  socket = mine;
  heardAt = Date.now();
  mine.onopen = () => mine.send(JSON.stringify({ ...helloOf(document.body.dataset.cursor, cursor), shows: shows.split(" ") }));
  mine.onmessage = (event) => {
    if (mine !== socket) return;
    backoff.succeeded();
    heardAt = Date.now();
    JSON.parse(event.data).forEach(hear);
  };
  mine.onclose = (event) => { if (mine === socket) closed(event.code); };
}

function hear(frame) {
  if (frame.do === "beat") cursor = frame.cursor;
  if (frame.do === "resync") lookAgain(Math.random() * frame.within * 1_000);
}

function closed(code) {
  socket = null;
  if (code === SIGNED_OUT) leave();
  else setTimeout(connect, backoff.failed());
}

/** Fetch the page under the access of now; what was typed stays. What cannot be fetched is closed. */
async function lookAgain(wait) {
  drop();
  await new Promise((resolve) => { setTimeout(resolve, wait); });
  const { again, me } = document.body.dataset;
  const asked = { headers: { "X-Resync": "1" }, credentials: "same-origin", cache: "no-store" };
  const answer = again ? await fetch(again, asked).catch(() => null) : null;
  if (answer?.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) return leave();
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  if (fresh && page.body.dataset.me && page.body.dataset.me !== me) return location.reload(); // another officer signed in
  if (!fresh || page.body.dataset.shows === undefined) return finish();
  take(page, fresh);
  connect();
}

function take(page, fresh) {
  document.title = page.title;
  for (const name of ["shows", "cursor"]) document.body.dataset[name] = page.body.dataset[name];
  cursor = page.body.dataset.cursor;
  const behind = document.querySelector(".behind");
  if (behind) behind.replaceWith(page.querySelector(".behind") ?? "");
  morph(document.querySelector("main"), fresh.outerHTML);
  tick();
  document.dispatchEvent(new Event("fetchedagain"));
}

/** Signed out: nothing stays readable while the next page is fetched. */
function leave() {
  finish();
  forgetDrafts();
  location.assign("/sign-in");
}

function finish() {
  over = true;
  drop();
  closePage();
}

function drop() {
  const old = socket;
  socket = null;
  old?.close();
}
