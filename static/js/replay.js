// The replay bar: letting go of it goes there, Play goes on by itself; L returns to live.
import { closePage, fetchAgain } from "./resync.js";

const FRAME = 1_000;
let playing = false;
let known = 0; // calls for help that stood there when it began to play
let speed = "1"; // minutes a second; the page is drawn anew at every frame, and forgets what was chosen on it

export function replay() {
  const bar = document.getElementById("replay");
  if (!bar) return;
  const go = bar.querySelector("button:not([name], [type=button])");
  document.addEventListener("change", ({ target }) => {
    if (target.id === "speed") speed = target.value;
    else if (target.form?.id === "replay") target.form.requestSubmit(document.querySelector("#replay .nojs") ?? go);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("#play")) toggle(); });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=range]), textarea, select")) return;
    document.getElementById("back-to-live")?.click();
  });
  paint();
}

function toggle() {
  playing = !playing;
  known = liveCalls();
  paint();
  if (playing) step(atEnd() ? 0 : minute() + Number(speed));
}

/** One frame after the other; a call for help that breaks through stops it, so that nobody watches the past meanwhile. */
async function step(to) {
  const [main, began] = [document.getElementById("live"), Date.now()];
  const address = new URL(main.dataset.page, location.href);
  address.searchParams.set("minute", Math.min(to, last()));
  main.dataset.page = `${address.pathname}${address.search}`;
  const answer = await fetchAgain();
  if (answer.leaving) return;
  if (answer.gone || answer.signedOut) return answer.gone ? closePage() : location.assign("/sign-in");
  if (answer.cursor) history.replaceState(null, "", document.getElementById("live").dataset.page);
  setTimeout(goOn, Math.max(0, FRAME - (Date.now() - began)));
  paint();
}

function goOn() {
  if (atEnd() || liveCalls() > known) playing = false;
  if (playing) step(minute() + Number(speed));
  else paint();
}

function paint() {
  const [play, choice, bar] = ["play", "speed", "minute"].map((id) => document.getElementById(id));
  if (!play) return;
  play.hidden = choice.hidden = false;
  play.setAttribute("aria-label", playing ? "Pause" : "Play from here");
  play.toggleAttribute("data-playing", playing);
  choice.value = speed;
  bar.value = bar.getAttribute("value");
  document.getElementById("replay-at").textContent = document.getElementById("live").dataset.at;
}

function minute() {
  return Number(document.getElementById("minute").getAttribute("value"));
}

function last() {
  return Number(document.getElementById("minute").max);
}

function atEnd() {
  return minute() >= last() - 1;
}

function liveCalls() {
  return document.querySelectorAll('.breaks .alert[data-state="help"]').length;
}
