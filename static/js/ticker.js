// Ages on the page. One ticker; a text changes only when its minute does; times are the server's.

const MINUTE = 60_000;
let offset = 0; // server clock minus ours
let stopped = false;

export function serverNow() {
  return Date.now() + offset;
}

export function setServerTime(iso) {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) offset = at - Date.now();
}

export function startTicker() {
  setServerTime(document.body.dataset.now);
  tick();
  setInterval(tick, 5_000);
}

/** Timers stop, visibly, when the page is not live. */
export function stopTimers(stop) {
  stopped = stop;
  if (!stop) tick();
}

export function duration(ms) {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return "now";
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** On a wall: 1 h 12. */
function short(words) {
  return words.includes(" h ") ? words.replace(" min", "") : words;
}

/** Write the ages inside an element that was just drawn, or on the whole page. */
export function tick(root = document) {
  if (stopped && root === document) return;
  for (const time of root.querySelectorAll("time[data-ago]")) write(time, age(time));
  for (const time of root.querySelectorAll("time[data-left]")) write(time, left(time));
}

function age(time) {
  const past = serverNow() - Date.parse(time.dateTime);
  if (past > 24 * 60 * MINUTE || past < -MINUTE) return hour(time.dateTime);
  return time.dataset.ago === "short" ? short(duration(past)) : duration(past);
}

/** What is still to come, or over a day old, keeps its hour. */
function hour(iso) {
  return new Date(iso).toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" });
}

function left(time) {
  const ahead = Date.parse(time.dateTime) - serverNow();
  if (ahead >= 0) return ahead < MINUTE ? "due now" : `${duration(ahead)} left`;
  return -ahead < MINUTE ? "due now" : `overdue ${duration(-ahead)}`;
}

function write(time, text) {
  if (time.textContent !== text) time.textContent = text;
}
