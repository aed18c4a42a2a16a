// Where an element belongs inside its container: by data-sort, in the container's own order.

/** The container itself, or the one that stands in where the reader does not see it. */
export function container(id) {
  const box = id && document.getElementById(id);
  if (box) return box;
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

/** Put an element where it belongs without losing focus or an open detail. */
export function move(element) {
  const box = element.parentElement;
  const next = neighbour(box, element);
  if (box.moveBefore) box.moveBefore(element, next);
  else box.insertBefore(element, next);
}

function neighbour(box, element) {
  const others = [...box.children].filter((other) => other !== element && other.dataset.sort !== undefined);
  const next = others.find((other) => comesFirst(box, element, other));
  return next ?? others.at(-1)?.nextElementSibling ?? (box.dataset.order === "desc" ? box.firstElementChild : box.querySelector(":scope > .none, :scope > .loose"));
}

function comesFirst(box, one, other) {
  const [a, b] = [one.dataset.sort, other.dataset.sort];
  return box.dataset.order === "desc" ? a > b : a < b;
}

function near(element, direction) {
  let other = element[direction];
  while (other && other.dataset.sort === undefined) other = other[direction];
  return other;
}
