// The alert strip: a new call takes its row at once; further rows wait until nobody's pointer or focus is in the deck.
import * as announce from "./announce.js";

export function keysOf(alerts) {
  return [...alerts.querySelectorAll("[data-key]")].map((row) => row.dataset.key);
}

/** Help and overdue are said at once, each once. */
export function cryOut(alerts, known) {
  for (const row of alerts.querySelectorAll('[data-key][data-state="help"], [data-key][data-state="late"]')) {
    if (!known.includes(row.dataset.key)) announce.atOnce(row.querySelector(".say").textContent.replace(/\s+/g, " ").trim());
  }
}

/** The officer who called reads at once that the call was received, wherever the page was scrolled. */
export function confirmCall(now, known) {
  for (const call of now.querySelectorAll("[data-unseen]")) {
    if (known.includes(call.dataset.key)) continue;
    now.scrollIntoView({ block: "start" });
    announce.atOnce(call.textContent.replace(/\s+/g, " ").trim());
  }
  const call = now.querySelector("[data-key]:not([data-unseen])");
  if (!call) return;
  if (!known.includes(call.dataset.key)) {
    now.scrollIntoView({ block: "start" });
    announce.atOnce("Help called. Received.");
  } else {
    announce.politely(call.textContent.replace(/\s+/g, " ").trim());
  }
}

/** Keep the deck where it is under a hand: as many rows as before, one at least. */
export function holdRows(alerts, before) {
  const now = alerts.querySelectorAll(".alert").length;
  const main = document.getElementById("live");
  const most = Math.max(1, Math.min(before, Number(main.dataset.rows ?? before)));
  if (now <= most || !busyDeck()) return openRows();
  main.dataset.rows = most;
  alerts.dataset.more = `+${now - most} more`;
}

/** Open the waiting rows once the deck is calm. */
export function openRows() {
  const main = document.getElementById("live");
  if (!main?.dataset.rows || busyDeck()) return;
  delete main.dataset.rows;
  document.getElementById("alerts")?.removeAttribute("data-more");
}

function busyDeck() {
  const deck = document.querySelector(".deck");
  return Boolean(deck?.matches(":focus-within")) || (matchMedia("(hover: hover)").matches && Boolean(deck?.matches(":hover")));
}
