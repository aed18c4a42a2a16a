// Fetching the page again: the same address, under the access of now, morphed over the old one.
import * as announce from "./announce.js";
import { morph } from "./morph.js";
import { tick } from "./ticker.js";

/** Gives {cursor}, {gone}, {signedOut}, {leaving} or {} when it must be tried again. */
export async function fetchAgain() {
  const main = document.getElementById("live");
  const answer = await fetch(main.dataset.page, { headers: { "X-Resync": "1" }, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer) return {};
  if (answer.redirected && new URL(answer.url).pathname.startsWith(doorOf(main))) return { signedOut: true };
  if (answer.status === 403 || answer.status === 404) return { gone: true };
  const text = answer.ok ? await answer.text().catch(() => "") : ""; // a line may break half-way
  if (!text) return {};
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.getElementById("live");
  if (!fresh || page.body.dataset.me !== document.body.dataset.me) { // another page, or another officer's
    location.reload();
    return { leaving: true };
  }
  takeHeader(page);
  morph(main, fresh.outerHTML);
  const now = document.getElementById("live");
  tick();
  return { cursor: now.dataset.cursor };
}

/** Where whoever is no longer let in gets in again: a wall has a door of its own. */
export function doorOf(main) {
  return main?.dataset.door ?? "/sign-in";
}

/** What the header says of the operation is under the same access as the page below it. */
function takeHeader(page) {
  document.title = page.title;
  takePart(page, ".op", (part) => document.querySelector(".bar > .brand")?.after(part));
  takePart(page, "#whos", (part) => document.getElementById("conn")?.before(part));
}

function takePart(page, name, insert) {
  const [old, fresh] = [document.querySelector(name), page.querySelector(name)];
  if (old && fresh) old.replaceWith(fresh);
  else if (fresh) insert(fresh);
  else old?.remove();
}

/** The page itself was withdrawn, or is not there: the same words for both. */
export function closePage() {
  const main = document.getElementById("live") ?? document.querySelector("main");
  if (main.dataset.door) return closeWall(main);
  announce.hush();
  document.title = "Tallyboard";
  const brand = document.querySelector(".bar > .brand");
  brand?.replaceChildren(brand.firstElementChild, "Tallyboard");
  document.querySelectorAll(".op, #whos, #conn, #stale, .behind, .scrim").forEach((element) => element.remove());
  document.body.className = "";
  const page = document.createElement("main");
  page.className = "page msg";
  page.id = "live";
  const heading = Object.assign(document.createElement("h1"), { textContent: "You can no longer see this page", tabIndex: -1 });
  const words = Object.assign(document.createElement("p"), { textContent: "There is nothing here that you can see now. What you posted is kept." });
  const link = Object.assign(document.createElement("a"), { href: "/", className: "btn btn--main", textContent: "Go to the board" });
  page.append(heading, words, link);
  main.replaceWith(page);
  heading.focus();
  announce.atOnce("You can no longer see this page.");
}

/** A wall has nobody to lead anywhere: it is emptied, and asks for a code. */
function closeWall(main) {
  document.title = "Tallyboard";
  main.replaceChildren();
  location.assign(doorOf(main));
}
