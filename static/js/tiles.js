// A real map, where the deployment has tiles for one: the sites and states of the schematic map, which it stands in for.

const pins = new Map(); // a site's reference -> what it looks like, and its marker
let map = null;

export function realMap() {
  const box = document.getElementById("tiles");
  if (!box || !globalThis.L) return;
  const draw = () => place(box, [...document.querySelectorAll("#map tr[data-latitude]")]);
  new MutationObserver(draw).observe(box.parentElement, { childList: true, subtree: true, attributeFilter: ["data-state", "data-latitude"] });
  new ResizeObserver(() => map?.invalidateSize()).observe(box);
  draw();
}

function place(box, rows) {
  box.hidden = rows.length === 0;
  const here = new Set(rows.map((row) => row.dataset.within));
  for (const [site, pin] of pins) if (!here.has(site)) take(site, pin);
  if (!rows.length) return;
  map ??= open(box, rows);
  for (const row of rows) pinOf(row);
}

function open(box, rows) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const options = { attributionControl: false, scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm };
  const made = L.map(box.querySelector(".tiles"), options);
  made.fitBounds(rows.map(pointOf), { padding: [40, 40], maxZoom: 15, animate: false });
  L.tileLayer(box.dataset.tiles, { maxZoom: 19 }).addTo(made);
  return made;
}

/** The same shape as on the schematic map, where its place is; pressed, it leads to the site. */
function pinOf(row) {
  const site = row.dataset.within;
  const shape = document.querySelector(`#map .m-site[data-within="${CSS.escape(site)}"]`)?.cloneNode(true);
  if (!shape) return;
  shape.removeAttribute("transform");
  const [name, state] = [...row.cells].map((cell) => cell.textContent.trim());
  const html = `<svg viewBox="-18 -18 54 36" aria-hidden="true">${shape.outerHTML}</svg>`;
  const look = `${html} ${name} ${state} ${pointOf(row)}`;
  const before = pins.get(site);
  if (before?.look === look) return;
  if (before) take(site, before);
  const icon = L.divIcon({ className: "pin", html, iconSize: [54, 36], iconAnchor: [18, 18] });
  const marker = L.marker(pointOf(row), { icon, title: `${name}: ${state}`, riseOnHover: true }).addTo(map);
  marker.on("click keypress", (event) => {
    if (event.type === "click" || event.originalEvent.key === "Enter") document.querySelector(`#map tr[data-within="${CSS.escape(site)}"] a`)?.click();
  });
  pins.set(site, { look, marker });
}

function take(site, pin) {
  pin.marker.remove();
  pins.delete(site);
}

function pointOf(row) {
  return [Number(row.dataset.latitude), Number(row.dataset.longitude)];
}
