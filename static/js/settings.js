// What a reader chose for this browser: letters as keys, how often news is read aloud, sound. Opened by ? or from the menu.

const LETTERS_OFF = "shortcuts-off";
const SOUND_OFF = "sound-off";
const ALOUD = "read-aloud";
const HOW_OFTEN = [["10", "Every 10 seconds at most"], ["30", "Every 30 seconds at most"], ["off", "Never"]];

export const lettersWork = () => !kept(LETTERS_OFF);
export const soundWanted = () => !kept(SOUND_OFF);

/** Milliseconds between two readings of the news; null: it is not read. What is urgent is read always. */
export function readEvery() {
  const chosen = kept(ALOUD) ?? "10";
  return chosen === "off" ? null : Number(chosen) * 1_000 || 10_000;
}

/** Show the keys and the settings; `soundTest` for who has that duty. */
export function openSettings(keys, soundTest) {
  const before = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.className = "panel keys";
  dialog.setAttribute("aria-labelledby", "keys-h");
  const rows = keys.map(([key, what]) => `<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`).join("");
  const often = HOW_OFTEN.map(([value, words]) => `<option value="${value}">${words}</option>`).join("");
  dialog.innerHTML = `<h2 id="keys-h">Keys, reading aloud and sound</h2><dl class="facts">${rows}</dl>
    <label class="check"><input type="checkbox" id="keys-on"> Single letters work as keys</label>
    <div class="field"><label for="read-every">News read aloud by a screen reader</label><select id="read-every">${often}</select>
    <p class="hint">Calls for help, overdue check-ins and a lost connection are read at once, always.</p></div>
    <div class="row" id="sound-set" hidden><label class="check"><input type="checkbox" id="sound-on"> Sound for help and overdue check-ins</label>
    <button class="btn btn--sm" type="button" id="sound-test">Test it</button></div>
    <form method="dialog"><button class="btn btn--main">Close</button></form>`;
  switches(dialog.querySelector("#keys-on"), LETTERS_OFF);
  switches(dialog.querySelector("#sound-on"), SOUND_OFF);
  const select = dialog.querySelector("#read-every");
  select.value = kept(ALOUD) ?? "10";
  select.addEventListener("change", () => keep(ALOUD, select.value));
  dialog.querySelector("#sound-set").hidden = !soundTest;
  dialog.querySelector("#sound-test").addEventListener("click", () => soundTest?.());
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function switches(box, off) {
  box.checked = !kept(off);
  box.addEventListener("change", () => keep(off, box.checked ? null : "1"));
}

function kept(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch { /* kept for nothing: the browser keeps nothing */ }
  document.dispatchEvent(new Event("settings"));
}
