// Sound for those on duty: a call for help and an overdue check-in, each once; tested when the page opens.
import { soundWanted } from "./settings.js";

const DUTIES = { commander: ["commander", "deputy", "everyone"], deputy: ["deputy", "everyone"] };
const rung = new Set();
let context = null;

/** Rows that were there when the page opened have been read; what comes later rings. */
export function offerSound() {
  const button = document.getElementById("sound");
  if (!button || !window.AudioContext) return;
  remember();
  context = new AudioContext();
  show(button);
  context.addEventListener("statechange", () => show(button));
  document.addEventListener("settings", () => show(button));
  button.addEventListener("click", test);
}

/** Give the way to hear it once, to who has that duty. */
export function soundTest() {
  return context && test;
}

async function test() {
  await context.resume();
  tone(660, 0.15);
}

/** Something changed: ring for what is now this officer's to act on. */
export function ring() {
  for (const row of waiting()) {
    if (rung.has(nameOf(row))) continue;
    rung.add(nameOf(row));
    if (!soundWanted()) continue;
    const help = row.dataset.state !== "late";
    for (const at of help ? [0, 0.3, 0.6] : [0]) tone(help ? 880 : 520, 0.22, at);
  }
}

function remember() {
  for (const row of waiting()) rung.add(nameOf(row));
}

/** On a board the duty decides; on a phone a colleague's call stands there only for whom it is. */
function waiting() {
  const duties = DUTIES[document.getElementById("live")?.dataset.duty] ?? [];
  const rows = [...document.querySelectorAll("#alerts [data-to]")].filter((row) => duties.includes(row.dataset.to));
  return [...rows, ...document.querySelectorAll("#field-now [data-unseen]")];
}

function nameOf(row) {
  return row.dataset.unseen ?? `${row.dataset.key} ${row.dataset.to}`;
}

function show(button) {
  button.hidden = context.state === "running" || !soundWanted();
}

function tone(pitch, seconds, after = 0) {
  if (context?.state !== "running") return;
  const [wave, volume, at] = [context.createOscillator(), context.createGain(), context.currentTime + after];
  wave.frequency.value = pitch;
  volume.gain.setValueAtTime(0.3, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  wave.connect(volume).connect(context.destination);
  wave.start(at);
  wave.stop(at + seconds);
}
