// The post form: says who will see it as you choose, lists the files, keeps what you typed until it is posted.

export function compose() {
  const { me } = document.body.dataset;
  const mine = `draft ${me} `;
  if (me) forgetDrafts((name) => !name.startsWith(mine)); // of whoever had this tab before
  const form = document.querySelector("form[data-composer]");
  if (!form) return;
  const draft = `${mine}${location.pathname}${location.search}`;
  restore(form, draft);
  if (form.querySelector("[name=text]").value) keep(form, draft); // typed while this script was on its way
  form.addEventListener("input", () => keep(form, draft));
  form.addEventListener("change", () => { sayAudience(form); listFiles(form); });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return keep(form, draft, "sent");
    event.preventDefault();
    const line = document.getElementById("unsent");
    line.hidden = false;
    line.textContent = "Not sent: you are offline. Your words are kept here.";
  });
  sayAudience(form);
  listFiles(form);
}

/** Signed out, or somebody else's: what was typed here is nobody's business. */
export function forgetDrafts(which = () => true) {
  store(() => Object.keys(sessionStorage).filter(which).forEach((name) => sessionStorage.removeItem(name)));
}

/** "14 people will see this. Housing is on this operation and will not. Not: Immigration Enforcement." */
function sayAudience(form) {
  const choice = form.querySelector("[name=audience]:checked");
  if (!choice) return;
  const count = Number(choice.dataset.people);
  const fenced = names(choice.dataset.fenced);
  const not = names(choice.dataset.not).filter((name) => !fenced.includes(name));
  const line = [`${people(count)} will see this.`];
  if (not.length) line.push(`${listed(shortened(not))} ${not.length === 1 ? "is" : "are"} on this operation and will not.`);
  if (fenced.length) line.push(`Not: ${fenced.join(", ")}.`);
  document.getElementById("audience-line").textContent = line.join(" ");
  document.getElementById("post-button").textContent = `Post to ${people(count)}`;
}

function listFiles(form) {
  const files = [...form.querySelectorAll("[type=file]")].flatMap((input) => [...input.files]);
  const list = document.getElementById("chosen");
  list.hidden = files.length === 0;
  list.replaceChildren(...files.map((file) => Object.assign(document.createElement("li"), { textContent: `${file.name}, ${size(file.size)}` })));
}

function keep(form, draft, state = "kept") {
  const text = form.querySelector("[name=text]").value;
  const key = form.querySelector("[name=key]").value;
  store(() => sessionStorage.setItem(draft, JSON.stringify({ text, key, state })));
}

function restore(form, draft) {
  const area = form.querySelector("[name=text]");
  const key = form.querySelector("[name=key]").value;
  const kept = store(() => JSON.parse(sessionStorage.getItem(draft)));
  if (!kept || area.value) return;
  if (kept.state === "sent" && kept.key !== key) store(() => sessionStorage.removeItem(draft));
  else area.value = kept.text;
}

function store(act) {
  try { return act(); } catch { return null; }
}

function names(text) {
  return text ? text.split("|") : [];
}

function people(count) {
  return count === 1 ? "1 person" : `${count} people`;
}

/** Over three names: two, and how many more. */
function shortened(all) {
  return all.length > 3 ? [...all.slice(0, 2), `${all.length - 2} more`] : all;
}

function listed(all) {
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function size(bytes) {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
