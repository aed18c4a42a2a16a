// What a page says first on its socket: where it goes on, which page it is, and which one this tab showed before.
const KEPT = `draft ${document.body.dataset.me} line`; // forgotten with the drafts when somebody else signs in
let shown = kept(() => sessionStorage.getItem(KEPT)) ?? undefined;
let left;

/** `page` is the place as of which it was drawn, and names it: a line that broke is told by it from a page that was closed. */
export function helloOf(page, cursor) {
  const again = page === shown;
  if (!again) left = shown;
  shown = page;
  kept(() => sessionStorage.setItem(KEPT, page));
  return { do: "resume", cursor, page, left, again };
}

function kept(act) {
  try { return act(); } catch { return null; }
}
