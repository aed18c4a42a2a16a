// Fetching the page again: the same address, under the access of now, morphed over the old one.
import * as announce from "./announce.js";
import { morph } from "./morph.js";
import { tick } from "./ticker.js";

/** Gives {cursor}, {gone}, {leaving} or {} when it must be tried again. */
export async function fetchAgain() {
  const main = document.getElementById("live");
  const answer = await fetch(main.dataset.page, { headers: { "X-Resync": "1" }, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer) return {};
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) {
    location.assign("/sign-in");
    return { leaving: true };
  }
  if (answer.status === 403 || answer.status === 404) return { gone: true };
  if (!answer.ok) return {};
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("live");
  if (!fresh) {
    location.reload();
    return { leaving: true };
  }
  morph(main, fresh.outerHTML);
  const now = document.getElementById("live");
  tick();
  return { cursor: now.dataset.cursor };
}

/** The page itself was withdrawn, or is not there: the same words for both. */
export function closePage() {
  const main = document.getElementById("live");
  document.querySelectorAll(".op, #whos, #conn, #stale").forEach((element) => element.remove());
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
