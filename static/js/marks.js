// A change is marked on the smallest thing that changed, then settles; many at once become one chip.

const SETTLE = 8_000;
const MOST = 6;
const marked = new Map(); // element -> when it settles
let uncounted = 0;

/** What the marked parts of an element say now, ages left out. */
export function saying(root) {
  const said = new Map();
  for (const [index, element] of [root, ...root.querySelectorAll("[data-mark]")].entries()) {
    if (element.hasAttribute("data-mark")) said.set(index, words(element));
  }
  return said;
}

/** The marked parts that say something else than before. */
export function changedSince(before, root) {
  const now = [root, ...root.querySelectorAll("[data-mark]")];
  return now.filter((element, index) => element.hasAttribute("data-mark") && before.has(index) && before.get(index) !== words(element));
}

export function mark(element) {
  const fresh = !marked.has(element);
  if (fresh && marked.size >= MOST) {
    uncounted += 1;
    return;
  }
  marked.set(element, Date.now() + SETTLE);
}

/** Put the marks on again (a newer element came without them) and take off those that settled. */
export function refresh() {
  const now = Date.now();
  for (const [element, until] of marked) {
    const over = until <= now || !element.isConnected;
    element.classList.toggle("changed", !over);
    element.classList.toggle("settling", !over);
    if (over) marked.delete(element);
  }
  if (marked.size === 0) uncounted = 0;
  const chip = document.getElementById("many-changes");
  if (!chip) return;
  chip.hidden = uncounted === 0;
  chip.textContent = `${marked.size + uncounted} changed`;
}

/** What an element says and its state, ages left out. */
export function words(element) {
  const copy = element.cloneNode(true);
  for (const time of copy.querySelectorAll("time[data-ago], time[data-left]")) time.textContent = time.dateTime;
  return `${element.dataset.mark ?? ""} ${element.dataset.state ?? ""} ` + copy.textContent.replace(/\s+/g, " ");
}
