// What the board shows: agencies, a status and a kind of post narrow it, a view arranges it. The address keeps all of it.

let goTo = ""; // the id of what a followed link leads to, once it is shown

export function filter() {
  const bar = document.getElementById("filters");
  if (!bar) return;
  for (const control of document.querySelectorAll("#filters [data-only], #only-status, #only-kind")) control.hidden = false;
  const rules = new CSSStyleSheet(); // rules, not classes: they hold for whatever the socket brings
  document.adoptedStyleSheets.push(rules);
  const show = () => narrow(rules, asked());
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("#filters [data-only]");
    const link = event.target.closest(".rail a.tag, [data-view-link]");
    if (chip) remember((address) => toggle(address, chip.dataset.only));
    else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) follow(event, link);
    else return;
    show();
    document.getElementById(goTo)?.scrollIntoView({ block: "nearest" });
    goTo = "";
  });
  document.addEventListener("change", (event) => {
    const name = { "only-status": "status", "only-kind": "kind" }[event.target.id];
    if (!name) return;
    remember((address) => set(address, name, event.target.value));
    show();
  });
  show();
}

/** What the address asks for, as far as there is such an agency or status on this board. */
function asked() {
  const address = new URLSearchParams(location.search);
  const known = [...document.querySelectorAll("#filters [data-only]")].map((chip) => chip.dataset.only);
  const chosen = (name) => {
    const options = [...(document.getElementById(`only-${name}`)?.options ?? [])].map((option) => option.value);
    return options.includes(address.get(name)) ? address.get(name) : "";
  };
  const view = document.querySelector(`#filters [data-view-link="${CSS.escape(address.get("view") ?? "")}"]`)?.dataset.viewLink;
  return {
    agencies: new Set(address.getAll("agency").filter((code) => known.includes(code))),
    status: chosen("status"),
    kind: chosen("kind"),
    view: view ?? "sites",
  };
}

function narrow(rules, { agencies, status, kind, view }) {
  const shown = [...agencies].map((code) => `[data-agency~="${CSS.escape(code)}"]`).join(", ");
  const state = CSS.escape(status);
  const narrowed = [];
  if (shown) narrowed.push(`#live [data-agency]:not(${shown}) { display: none; }`);
  if (status) narrowed.push(`#live .task:not([data-loud="${state}"], [data-state="${state}"]:not([data-loud])) { display: none; }`);
  if (kind) narrowed.push(`#feed > [data-ref]:not([data-kind~="${CSS.escape(kind)}"]) { display: none; }`);
  rules.replaceSync(narrowed.join("\n"));
  for (const chip of document.querySelectorAll("[data-only]")) chip.setAttribute("aria-pressed", String(agencies.has(chip.dataset.only)));
  document.getElementById("only-status").value = status;
  document.getElementById("only-kind").value = kind;
  arrange(view);
}

function arrange(view) {
  const main = document.getElementById("live");
  main.dataset.view = view;
  main.dataset.page = view === "sites" ? location.pathname : `${location.pathname}?view=${view}`;
  for (const link of document.querySelectorAll("#filters [data-view-link]")) {
    if (link.dataset.viewLink === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** A view and a peg are addresses of this same page: nothing is fetched, and what is open stays open. */
function follow(event, link) {
  event.preventDefault();
  const to = new URL(link.href);
  remember((address) => {
    set(address, "view", (to.searchParams.get("view") ?? "sites").replace(/^sites$/, ""));
    if (to.searchParams.has("agency")) set(address, "agency", to.searchParams.get("agency"));
  });
  goTo = to.hash.slice(1);
}

function remember(change) {
  const address = new URL(location.href);
  change(address.searchParams);
  history.replaceState(null, "", address);
}

function set(address, name, value) {
  address.delete(name);
  if (value) address.set(name, value);
}

function toggle(address, code) {
  const codes = new Set(address.getAll("agency"));
  if (!codes.delete(code)) codes.add(code);
  address.delete("agency");
  for (const one of codes) address.append("agency", one);
}
