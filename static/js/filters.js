// Agency chips on the board: none pressed shows everything, pressing narrows; the address keeps the view.

export function filter() {
  const bar = document.getElementById("filters");
  if (!bar) return;
  bar.hidden = false;
  const known = [...bar.querySelectorAll("[data-only]")].map((chip) => chip.dataset.only);
  const asked = new URLSearchParams(location.search).getAll("agency");
  const wanted = new Set(asked.filter((code) => known.includes(code)));
  const rules = new CSSStyleSheet(); // rules, not classes: they hold for whatever the socket brings
  document.adoptedStyleSheets.push(rules);
  bar.addEventListener("click", (event) => {
    const code = event.target.closest("[data-only]")?.dataset.only;
    if (!code) return;
    if (!wanted.delete(code)) wanted.add(code);
    narrow(rules, wanted);
    remember(wanted);
  });
  narrow(rules, wanted);
}

function narrow(rules, wanted) {
  const shown = [...wanted].map((code) => `[data-agency~="${CSS.escape(code)}"]`).join(", ");
  rules.replaceSync(shown ? `#live [data-agency]:not(${shown}) { display: none; }` : "");
  for (const chip of document.querySelectorAll("[data-only]")) chip.setAttribute("aria-pressed", String(wanted.has(chip.dataset.only)));
}

function remember(wanted) {
  const address = new URL(location.href);
  address.searchParams.delete("agency");
  for (const code of wanted) address.searchParams.append("agency", code);
  history.replaceState(null, "", address);
}
