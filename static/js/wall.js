// The one script of a wall: nobody sits before it, so it only hears, tells the time, turns its pages and dims.
import { dim } from "./dusk.js";
import { goLive } from "./live.js";
import { startTicker } from "./ticker.js";
import { turnPages } from "./turning.js";

dim();
startTicker();
goLive();
turnPages();
