// Keys of the board: arrows between sites, pegs and tasks, A for the first alert's act, / to find, g b and g w, ? for all.
import * as announce from "./announce.js";
import { lettersWork, openSettings } from "./settings.js";
import { soundTest } from "./sound.js";

const KEYS = [
  ["Up, Down", "The task before, the next one"],
  ["Left, Right", "The site before, the next one; on a rail the agency"],
  ["Enter", "Open it"],
  ["A", "Do what the first alert asks for"],
  ["/", "Find"],
  ["g b", "The board"],
  ["g w", "Watch"],
  ["L", "Live again: look at once"],
  ["?", "These keys and settings"],
];
let going = 0; // until when a letter after g says where to

export function shortcuts() {
  if (!document.getElementById("live")?.dataset.live) return;
  for (const button of document.querySelectorAll("[data-settings]")) {
    button.hidden = false;
    button.addEventListener("click", () => openSettings(KEYS, soundTest()));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog, .leaflet-container")) return;
    if (event.key.startsWith("Arrow") ? arrow(event.key) : letter(event.key)) event.preventDefault();
  });
}

function letter(key) {
  if (!lettersWork() && key !== "?") return false;
  const went = Date.now() < going ? { b: "/", w: "/watch" }[key] : null;
  going = key === "g" ? Date.now() + 1_500 : 0;
  if (went) location.assign(went);
  else if (key === "/") location.assign("/search");
  else if (key === "a" || key === "A") return act();
  else if (key === "l" || key === "L") document.getElementById("try-now")?.click();
  else if (key === "?") openSettings(KEYS, soundTest());
  else return false;
  return true;
}

/** The main act of the first alert, where it is this officer's to do. */
function act() {
  const button = [...document.querySelectorAll("#alerts .alert .acts button")].find((one) => one.checkVisibility());
  if (!button) return false;
  announce.politely(`${button.textContent.trim()}: ${button.closest(".alert").querySelector(".say").textContent.replace(/\s+/g, " ").trim()}`);
  button.click();
  return true;
}

function arrow(key) {
  const here = document.activeElement;
  const peg = here.closest(".rail a.tag");
  const card = here.closest(".site");
  if (peg && (key === "ArrowLeft" || key === "ArrowRight")) return step(shown(peg.closest(".rail"), "a.tag"), peg, key);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const cards = shown(document, "#sites > .site");
    const next = card ? cards[cards.indexOf(card) + (key === "ArrowRight" ? 1 : -1)] : cards[0];
    return focus(next && (shown(next, ".task summary")[0] ?? shown(next, "a.tag")[0]));
  }
  const tasks = shown(document, "#sites .task summary");
  if (peg) return key === "ArrowDown" && focus(shown(card, ".task summary")[0]);
  if (here.matches(".task summary")) return step(tasks, here, key);
  return here === document.body && focus(tasks[0]);
}

function step(all, from, key) {
  return focus(all[all.indexOf(from) + (key === "ArrowRight" || key === "ArrowDown" ? 1 : -1)]);
}

function shown(root, what) {
  return [...root.querySelectorAll(what)].filter((element) => element.checkVisibility());
}

function focus(element) {
  element?.focus();
  element?.scrollIntoView({ block: "nearest" });
  return Boolean(element);
}
