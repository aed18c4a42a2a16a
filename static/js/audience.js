// The form of a report: says who would see it, and who near would not, whenever that changes.
const PAUSE = 200; // one question for several ticks
const DECIDE = ["team", "shared_with", "person", "names", "kind", "level", "unfenced", "files"];

let timer = 0;
let asking = null;

export function sayWhoWouldSee() {
  const form = document.querySelector("form[data-audience]");
  if (!form) return;
  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE, form); };
  form.addEventListener("change", (event) => { if (DECIDE.includes(event.target.name)) soon(); });
  document.addEventListener("fetchedagain", soon);
  soon(); // a browser fills in again what was ticked before
}

async function ask(form) {
  asking?.abort();
  asking = new AbortController();
  const place = document.getElementById("joint-says");
  const sent = new URLSearchParams(); // the words and the files stay here
  for (const [name, value] of new FormData(form)) if (DECIDE.includes(name) && typeof value === "string") sent.append(name, value);
  sent.append("files", form.querySelector("[type=file]").files.length);
  const { signal } = asking;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.audience, { method: "POST", body: sent, signal });
    if (!answer.ok || answer.redirected) throw new Error("not now");
    place.innerHTML = await answer.text(); // our own fragment: the page's policy lets no script in
  } catch {
    if (signal.aborted) return;
    place.textContent = "Who would see it is not known now. It is worked out again when you change something.";
  }
  place.removeAttribute("aria-busy");
  const { people = "", summary = place.textContent } = place.querySelector("[data-summary]")?.dataset ?? {};
  document.getElementById("joint-status").textContent = summary;
  document.getElementById("joint-people").textContent = people && ` for ${people}`;
}
