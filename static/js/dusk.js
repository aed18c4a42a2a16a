// Dark from sunset to sunrise, by the server's clock; and always on a system that is set to dark.
import { serverNow } from "./ticker.js";

const LATITUDE = 53 * Math.PI / 180; // the Midlands: right to within a quarter of an hour all over the country
const LOOK_EVERY = 60_000;
const DAY = 86_400_000;

export function dim() {
  const look = () => { document.documentElement.dataset.theme = isDark(new Date(serverNow())) ? "dark" : "light"; };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
  setInterval(look, LOOK_EVERY);
  look();
}

function isDark(now) {
  return matchMedia("(prefers-color-scheme: dark)").matches || isNight(now);
}

/** The sun stands below the horizon: by the day of the year, and the hour from noon at Greenwich. */
export function isNight(now) {
  const day = (now - Date.UTC(now.getUTCFullYear(), 0, 1)) / DAY;
  const tilt = -0.4093 * Math.cos(2 * Math.PI * (day + 10) / 365);
  const hour = 2 * Math.PI * ((now % DAY) / DAY - 0.5);
  return Math.sin(LATITUDE) * Math.sin(tilt) + Math.cos(LATITUDE) * Math.cos(tilt) * Math.cos(hour) < -0.0145;
}
