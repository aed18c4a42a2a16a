// Forms that post without leaving the page: the press shows at once, a failure is said where it happened.
import { forgetDrafts } from "./composer.js";
import { lookAgain } from "./live.js";

const RETRY = 3_000;

const sending = new WeakMap(); // form -> where it goes: a row may become another's while its form is under way
const keys = new WeakMap(); // form -> the key of what was not answered yet, and where to: sent again, it is the same
const wanted = new WeakMap(); // form -> the button pressed last: the last press holds, however slow the network

export function quietForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-forget]")) forgetDrafts();
    if (!form.matches("form[data-quiet]")) return;
    event.preventDefault();
    wanted.set(form, event.submitter);
    if (sending.get(form) === form.action) press(form, event.submitter); // sent as soon as the one under way is answered
    else send(form, event.submitter);
  });
}

async function send(form, button) {
  const unpress = press(form, button);
  const to = form.action;
  sending.set(form, to);
  form.setAttribute("data-sending", "");
  const answer = await post(form, button);
  const became = sending.get(form) !== to || form.action !== to; // another act stands here now
  if (sending.get(form) === to) sending.delete(form);
  if (answer && answer.status < 500 && keys.get(form)?.to === to) keys.delete(form);
  if (!form.isConnected || became) return;
  form.removeAttribute("data-sending");
  if (wanted.get(form) !== button) send(form, wanted.get(form));
  else if (!answer || (answer.status >= 500 && form.hasAttribute("data-insist"))) unsent(form, button);
  else if (answer.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) location.assign("/sign-in");
  else if (answer.ok) done(form);
  else {
    unpress();
    complain(form, await reason(answer));
  }
}

function post(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  if (data.has("key")) data.set("key", keyOf(form, data.get("key")));
  const files = form.enctype === "multipart/form-data";
  const body = files ? data : new URLSearchParams(data);
  return fetch(form.action, { method: "POST", body, headers: { "X-Quiet": "1" }, credentials: "same-origin" }).catch(() => null);
}

function keyOf(form, written) {
  if (keys.get(form)?.to !== form.action) keys.set(form, { to: form.action, key: written || crypto.randomUUID() });
  return keys.get(form).key;
}

/** Shown at the tap; the server's own word follows with the next frame. */
function press(form, button) {
  if (!button?.hasAttribute("aria-pressed")) return () => {};
  const buttons = [...form.querySelectorAll("[aria-pressed]")];
  const before = buttons.map((other) => other.getAttribute("aria-pressed"));
  for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
  return () => buttons.forEach((other, index) => other.setAttribute("aria-pressed", before[index]));
}

/** A status, a check-in or a call for help is tried until it is through; the rest is left to the officer. */
function unsent(form, button) {
  const insists = form.hasAttribute("data-insist");
  complain(form, form.dataset.unsent ?? (insists ? "Not sent. Trying again." : "Not sent. Try again when you are online."));
  if (insists) setTimeout(() => { if (form.isConnected && !sending.has(form) && wanted.get(form) === button) send(form, button); }, RETRY);
}

/** The server's own words, such as who holds a task already. */
async function reason(answer) {
  const page = new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html");
  return (answer.status < 500 && page.querySelector("[data-reason]")?.textContent) || "Not done. Reload the page to see what changed.";
}

function done(form) {
  complain(form, "");
  if (form.matches("[data-clears]")) form.reset();
  if (!document.getElementById("live")?.dataset.live) location.reload();
  else if (document.getElementById("conn")?.dataset.conn !== "live") lookAgain(); // nothing else would show what came of it
}

function complain(form, words) {
  let line = form.querySelector(".refused");
  if (!words) return line?.remove();
  if (!line) {
    line = Object.assign(document.createElement("p"), { className: "refused" });
    line.setAttribute("role", "alert");
    form.append(line);
  }
  if (line.textContent !== words) line.textContent = words;
}
