// What a task's line says louder than its own status: it comes with its site's rail, because it differs by reader.

const WORDS = { help: "Need help", late: "Overdue", overlap: "Overlap", silent: "Nothing heard" };
const URGENCY = { help: "0", late: "1", overlap: "2" };

/** Put a site's loud states on its tasks' lines, after either of them was drawn. Gives the lines that changed. */
export function louder(card) {
  const rail = card?.querySelector(":scope > [data-loud]");
  if (!rail) return [];
  const said = new Map(rail.dataset.loud.split(" ").filter(Boolean).map((one) => [`task-${one.split("=")[0]}`, one.split("=")]));
  const changed = [];
  for (const task of card.querySelectorAll(".tasks > .task")) {
    const [, state, at] = said.get(task.id) ?? [];
    if (task.dataset.loud !== state) changed.push(task);
    if (state) say(task, state, at);
    else delete task.dataset.loud;
  }
  return changed;
}

/** Where a line stands: what is said louder of it counts before its own status. */
export function sortOf(element) {
  const first = URGENCY[element.dataset.loud];
  return first ? first + element.dataset.sort.slice(1) : element.dataset.sort;
}

function say(task, state, at) {
  task.dataset.loud = state;
  task.querySelector(".i.loud > use").setAttribute("href", state === "silent" ? "#i-off" : `#g-${state}`);
  task.querySelector(".vh.loud").textContent = `${WORDS[state]}: `;
  task.querySelector(".t.loud > time").dateTime = at;
}
