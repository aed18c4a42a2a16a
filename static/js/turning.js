// More sites than fit: pages of eight, and what needs somebody stands on each of them. A wall that stopped turns none.

const ON_A_PAGE = 8; // more could not be read from three metres
const TURN_EVERY = 15_000;
let turned = 0;

export function turnPages() {
  new MutationObserver(show).observe(document.getElementById("live"), { childList: true, subtree: true });
  setInterval(() => {
    if (document.getElementById("conn")?.dataset.conn !== "live") return;
    turned += 1;
    show();
  }, TURN_EVERY);
  show();
}

function show() {
  const sites = [...document.querySelectorAll("#wall-grid tbody tr")];
  const { visible, words } = pageOf(sites);
  for (const site of sites) if (site.hidden === visible.has(site)) site.hidden = !visible.has(site);
  const label = document.getElementById("wall-page");
  if (label && label.textContent !== words) label.textContent = words;
}

function pageOf(sites) {
  if (sites.length <= ON_A_PAGE) return { visible: new Set(sites), words: "" };
  const urgent = sites.filter((site) => site.hasAttribute("data-alert"));
  const staying = urgent.length < ON_A_PAGE ? urgent : []; // so many that they must take turns themselves
  const others = sites.filter((site) => !staying.includes(site));
  const room = ON_A_PAGE - staying.length;
  const pages = Math.ceil(others.length / room);
  const page = turned % pages;
  const visible = new Set([...staying, ...others.slice(page * room, (page + 1) * room)]);
  return { visible, words: `page ${page + 1} of ${pages}` };
}
