// The one script of every page. Without it every page reads and every form posts.
import { sayWhoWouldSee } from "./audience.js";
import { compose } from "./composer.js";
import { filter } from "./filters.js";
import { goLive } from "./live.js";
import { closingMenu } from "./menu.js";
import { quietForms } from "./quiet.js";
import { listenForLosses } from "./losses.js";
import { shortcuts } from "./shortcuts.js";
import { replay } from "./replay.js";
import { offerTheme } from "./theme.js";
import { offerSound } from "./sound.js";
import { startTicker } from "./ticker.js";
import { realMap } from "./tiles.js";
import { countWaiting } from "./waiting.js";

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.body.replaceChildren(); // Back never shows what was withdrawn meanwhile
  location.reload();
});

offerTheme();
startTicker();
closingMenu();
quietForms();
compose();
sayWhoWouldSee();
filter();
offerSound();
shortcuts();
realMap();
goLive();
listenForLosses();
countWaiting();
replay();

document.querySelector(".errors")?.focus();
