// Where an element belongs inside its container: by data-sort, in the container's own order.
import { sortOf } from "./louder.js";

/** The container itself, or the one that stands in where the reader does not see it. */
export function container(id) {
  return (id && document.getElementById(id)) || standIn(id);
}

export function standIn(id) {
  return [...document.querySelectorAll("[data-stands-in]")].find((other) => id.startsWith(other.dataset.standsIn)) ?? null;
}

export function insert(box, element) {
  box.insertBefore(element, neighbour(box, element));
  const most = Number(box.dataset.max ?? Infinity);
  const sorted = box.querySelectorAll(":scope > [data-sort]");
  for (const extra of [...sorted].slice(most)) extra.remove();
}

/** Say whether an element stands where its data-sort says. */
export function misplaced(element) {
  const box = element.parentElement;
  if (!box?.dataset.order || !element.dataset.sort) return false;
  const before = near(element, "previousElementSibling");
  const after = near(element, "nextElementSibling");
  return Boolean((before && comesFirst(box, element, before)) || (after && comesFirst(box, after, element)));
}

/** Put an element where it belongs, in its own container or another, without losing focus or an open detail. */
export function move(element, box = element.parentElement) {
  const next = neighbour(box, element);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  if (box.moveBefore) box.moveBefore(element, next);
  else box.insertBefore(element, next);
  if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** What stands inside a lost container under a name of its own goes to the list that stands in. Gives what went. */
export function moveOut(lost) {
  const inside = [...lost.querySelectorAll("[data-ref]")].filter((element) => element.dataset.ref !== lost.dataset.ref);
  return inside.filter((element) => {
    const box = standIn(element.parentElement.id);
    if (box) move(element, box);
    return Boolean(box);
  });
}

/** A container that is shown again takes back what belongs to it. */
export function moveIn(shown) {
  for (const box of shown.querySelectorAll("[data-order][id]")) {
    const other = standIn(box.id);
    const site = other && CSS.escape(box.id.slice(other.dataset.standsIn.length));
    for (const element of other?.querySelectorAll(`:scope > [data-site="${site}"]`) ?? []) move(element, box);
  }
}

function neighbour(box, element) {
  const others = [...box.children].filter((other) => other !== element && other.dataset.sort !== undefined);
  const next = others.find((other) => comesFirst(box, element, other));
  if (next || others.length) return next ?? others.at(-1).nextElementSibling; // none: it is the last of all
  return box.dataset.order === "desc" ? box.firstElementChild : box.querySelector(":scope > .none, :scope > .loose");
}

function comesFirst(box, one, other) {
  const [a, b] = [sortOf(one), sortOf(other)];
  return box.dataset.order === "desc" ? a > b : a < b;
}

function near(element, direction) {
  let other = element[direction];
  while (other && other.dataset.sort === undefined) other = other[direction];
  return other;
}
