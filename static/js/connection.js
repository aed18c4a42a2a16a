// Whether the page is live, in words: never pretend.
import * as announce from "./announce.js";
import { duration, serverNow, stopTimers } from "./ticker.js";

const TRYING_AFTER = 12_000;
const OFF_AFTER = 30_000;
let heardAt = 0;
let openedAt = Date.now();
let state = "trying";
let lost = false;
let stopped = false;
let clockwork = 0;

export function heard() {
  stopped = false;
  heardAt = Date.now();
  show();
}

/** The server said that it can show nothing just now. */
export function toldToStop() {
  stopped = true;
  show();
}

export function silentFor() {
  return Date.now() - (heardAt || openedAt);
}

export function watchConnection(tryNow) {
  openedAt = Date.now();
  document.getElementById("try-now")?.addEventListener("click", tryNow);
  addEventListener("offline", show);
  addEventListener("online", tryNow);
  clockwork = setInterval(show, 1_000);
}

/** The page is over: nothing more is said about its connection. */
export function endWatch() {
  clearInterval(clockwork);
  removeEventListener("offline", show);
}

function now() {
  if (!navigator.onLine || stopped || silentFor() > OFF_AFTER) return "off";
  return heardAt && silentFor() <= TRYING_AFTER ? "live" : "trying";
}

function show() {
  const was = state;
  state = now();
  const conn = document.getElementById("conn");
  if (conn) conn.dataset.conn = state;
  write("conn-words", words());
  write("conn-clock", state === "live" ? clock(Date.now()) : "");
  write("wall-time", wallTime());
  if (state !== was) turned();
  if (state === "off") write("stale-words", heardAt ? `This page stopped at ${clock(heardAt)}, ${ago()}.` : "This page is not live.");
}

function turned() {
  const off = state === "off";
  document.body.classList.toggle("is-off", off);
  stopTimers(state !== "live");
  const banner = document.getElementById("stale");
  if (banner) banner.hidden = !off;
  if (off) announce.atOnce("Connection lost. What you see has stopped.");
  if (state === "live" && lost) announce.atOnce("Connection is back.");
  lost = off || (lost && state !== "live");
}

function words() {
  if (state === "live") return "Live";
  if (state === "off" && heardAt) return `${stopped ? "Stale" : "Offline"} since ${clock(heardAt).slice(0, 5)}`;
  if (state === "off") return "Offline";
  return heardAt ? `Reconnecting, ${Math.round(silentFor() / 1000)} s old` : "Connecting";
}

/** A wall tells the time only while it is live: seen from the other end of a room, that is what says so. */
function wallTime() {
  if (state === "live") return clock(Date.now()).slice(0, 5);
  return heardAt ? `Stopped ${clock(heardAt).slice(0, 5)}` : "Not live";
}

function ago() {
  return silentFor() < 60_000 ? `${Math.round(silentFor() / 1000)} s ago` : `${duration(silentFor())} ago`;
}

function clock(at) {
  const moment = new Date(at + serverNow() - Date.now());
  return moment.toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
}

function write(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}
