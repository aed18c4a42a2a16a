"""The commander's day: what is written and said on it, who takes part, and everybody's windows."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playwright.async_api import Locator

from tests.browser.window import Window, Windows

TITLE = "Operation Nightjar"
SITE, YARD = "Redshank Hand Wash", "Turnstone Valeting"
RISK = "A large dog by the hatch, wheatear"  # in the briefing
RADIO = "The mast at control is down, goldeneye"  # why command changed
INTERVIEW = "Interview, worker 1, stonechat"
METER = "Make the meter safe, firecrest"
SEEN = "Nine people on the forecourt, dunlin"
PAID = "Paid by the car, bullfinch"  # for the people on the interview
HATCH = "Drain cover lifted, sandpiper"  # Environmental Health, to itself
QUIET = "Nothing from the back room, pipit"
LATE = [f"Without signal {minutes} minutes ago, linnet" for minutes in (29, 24, 19, 14, 9)]
ASLEEP = [f"While she slept {number}, brambling" for number in range(1, 5)]
LATER = "He also said where, woodcock"  # written into the report after it was held
DECIDED = "Close the second exit, yellowhammer"
LEARNT = "Bring a second radio, siskin"

ANSWER: dict[str, tuple[str, ...]] = {  # by lead: the agency's letters, its name, and whom it sends
    "harriet": ("FWA", "Fair Work Agency", "Tom Reyes", "Harriet Doyle"),
    "priya": ("HMR", "HM Revenue & Customs", "Priya Nair"),
    "dan": ("IMM", "Immigration Enforcement", "Dan Whitlock"),
    "ruth": ("CCS", "Trent City Council, Adult Safeguarding", "Ruth Okafor"),
    "leah": ("EHO", "Trent City Council, Environmental Health", "Leah Grant"),
    "imran": ("HOU", "Trent City Council, Housing", "Imran Aziz"),
    "marta": ("NGO", "Lantern Trust", "Marta Ilieva"),
    "steve": ("PWR", "Trent Power Networks", "Steve Hall"),
}
DO_NOT_ANSWER = {
    "NHS": "NHS Trentshire",
    "CHS": "Trent City Council, Children's Services",
    "FRS": "Trentshire Fire & Rescue",
    "ENV": "Environment Agency",
}
AT_THE_SITE = ("harriet", "priya", "dan", "ruth", "imran", "marta")


@dataclass
class Day:
    """The operation and everybody's windows: Asha fills in forms at one screen, her board stays open on another."""

    windows: Windows
    operation: str
    desk: Window
    board: Window
    ben: Window
    tom: Window  # his phone
    others: dict[str, Window]  # a window for each lead, by name
    began: datetime
    sites: dict[str, str] = field(default_factory=dict)  # references by name

    def alert(self, words: str) -> Locator:
        """Find an alert on the commander's board."""
        return self.board.page.locator("#alerts .alert").filter(has_text=words)

    async def press(self, button: Locator) -> None:
        """Press a button on the commander's board, and take the pointer away: nothing moves under it."""
        await button.click()
        await self.board.page.mouse.move(1, 1)

    def task_on(self, window: Window, title: str) -> Locator:
        return window.page.locator(".task").filter(has_text=title)


async def come_to(window: Window, path: str) -> None:
    await window.goto(path)
    await window.until_live()


async def say(window: Window, words: str, audience: str) -> None:
    """Post from an open composer."""
    await window.page.get_by_label("What happened").fill(words)
    await window.page.get_by_label(audience).check()
    await window.page.locator("#post-button").click()
    await window.page.wait_for_url("**/mine")


async def post_from_phone(day: Day, words: str, audience: str) -> None:
    """Post about the task that Tom is at; his tasks are open."""
    await day.tom.page.locator("#field-dock a.post").tap()
    await say(day.tom, words, audience)


async def come_late(day: Day, number: int) -> None:
    """Let a post that waited on the phone arrive; with the same key it is the same post."""
    minutes = int(re.findall(r"\d+", LATE[number])[0])
    answer = await day.tom.context.request.post(
        f"{day.tom.server.origin}{day.operation}/posts",
        multipart={
            "site": day.sites[SITE],
            "text": LATE[number],
            "audience": "site",
            "key": f"late-{number}-{day.sites[SITE]}",
            "happened_at": (day.began - timedelta(minutes=minutes)).isoformat(),
        },
        headers={"origin": day.tom.server.origin, "sec-fetch-site": "same-origin"},
        max_redirects=0,
    )
    assert answer.status == 303, await answer.text()
