// What waits for one's decision, counted beside "Watch" once the page is there: no page waits for the number.

/** Ask for the number. Whoever is signed out, offline or must first add a second factor is shown none. */
export async function countWaiting() {
  const place = document.querySelector("[data-count]");
  if (!place) return;
  try {
    const answer = await fetch(place.dataset.count, { redirect: "error" });
    const number = answer.ok ? Number(await answer.text()) : 0;
    if (!number) return;
    place.textContent = String(number);
    place.hidden = false;
  } catch {
    // offline, or signed out: the page says so by itself
  }
}
