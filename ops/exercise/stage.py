"""What simulated officers do on the demo day: each act is a form that they send, found as people find it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from ops.exercise.browsing import Browsing, RefusedError
from ops.paths import DEMO
from ops.world.written import AgencyPart
from ops.world.written_day import (
    CareStep,
    CheckInPart,
    DecisionPart,
    DetachmentPart,
    OperationPart,
    OutcomePart,
    PersonMetPart,
    PostPart,
    TaskPart,
    WindowPart,
)

REFERENCE = "([a-z2-7]{26})"
AGREEMENTS = re.compile(r'<select id="agreement".*?</select>', re.DOTALL)  # they are called after agencies, too
CARE = {"accepted": "acceptance", "declined": "refusal", "taken back": "withdrawal", "left": "departure"}
INTERVIEW = "Labour interview, worker 1 (first account)"


@dataclass
class Stage:
    """The operation on a server, and everybody's browser."""

    port: int
    emails: Mapping[str, str]  # by officer
    agencies: Mapping[str, AgencyPart]  # by code
    posts: dict[str, str] = field(default_factory=dict)  # by officer: their last post
    _browsers: dict[str, Browsing] = field(default_factory=dict)
    _operation: str = ""
    _sites: dict[str, str] = field(default_factory=dict)
    _tasks: dict[tuple[str, str], str] = field(default_factory=dict)
    _report: str = ""
    _people: dict[str, str] = field(default_factory=dict)  # by label in the story

    async def officer(self, name: str) -> Browsing:
        """Give an officer's browser, signed in."""
        if name not in self._browsers:
            self._browsers[name] = Browsing(self.port, self.emails[name])
        await self._browsers[name].sign_in()
        return self._browsers[name]

    async def begin(self, commander: str) -> None:
        """Begin the operation; from then on its addresses are known."""
        asha = await self.officer(commander)
        found = re.search(f'href="/operations/{REFERENCE}"', await asha.read("/operations"))
        if found is None:
            raise RefusedError("the commander sees no operation")
        self._operation = f"/operations/{found[1]}"
        await asha.send(f"{self._operation}/beginning", [])

    async def arrive(self, name: str) -> None:
        """Come to the operation: read the briefing, and keep a page open."""
        browser = await self.officer(name)
        page = await browser.read(f"{self._operation}/briefing")
        if number := re.search(r'name="number" value="(\d+)"', page):
            await browser.send(f"{self._operation}/briefing/acknowledgement", [("number", number[1])])
        await browser.open_live(self._operation)

    async def lose_signal(self, name: str) -> None:
        """Lose the live page."""
        await (await self.officer(name)).close_live()

    async def join(self, by: str, part: DetachmentPart) -> None:
        """Invite an agency; its lead accepts at once."""
        inviter = await self.officer(by)
        level = "discover" if part.level == "discover" else "contribute"
        form = [("agency", await self._agency(by, part.agency)), ("part", level), ("call_sign", part.call_sign)]
        await inviter.send(
            f"{self._operation}/agencies", [*form, ("words", "The supply at one site must be made safe")]
        )
        lead = await self.officer(part.members[0])
        found = re.search(f'"/detachments/{REFERENCE}"', await lead.read("/watch"))
        if found is None:
            raise RefusedError("the lead reads no invitation")
        page = await lead.read(f"/detachments/{found[1]}")
        chosen = [("officers", _option(page, name)) for name in part.members]
        await lead.send(f"/detachments/{found[1]}/acceptance", chosen)

    async def reveal(self, by: str, code: str, agencies: list[str]) -> None:
        """Let agencies see a site from now on."""
        for agency in agencies:
            form = [("site", await self._site(by, code)), ("agency", await self._agency(by, agency))]
            await (await self.officer(by)).send(f"{self._operation}/reveals", form)

    async def visit(self, window: WindowPart) -> None:
        """Plan a visit for one's own agency, for the hour that comes."""
        browser, now = await self.officer(window.by), datetime.now(UTC)
        hours = [("starts", _moment(now + timedelta(minutes=30))), ("ends", _moment(now + timedelta(minutes=75)))]
        site = ("window_site", await self._site(window.by, window.site))
        await browser.send(f"{self._operation}/visits", [site, *hours])

    async def settle(self, by: str, code: str) -> None:
        """Say that visits do not clash."""
        await (await self.officer(by)).send(f"/sites/{await self._site(by, code)}/settlement", [])

    async def ask(self, by: str, task: TaskPart) -> None:
        """Make a task."""
        form = [("title", task.title), ("agency", await self._agency(by, task.asked)), ("key", token_hex(8))]
        if task.site:
            form.append(("site", await self._site(by, task.site)))
        if task.access:
            told = {name.removesuffix("@") for access in task.access for name in access.to} - {task.asked}
            form.extend([("restricted", "1"), ("about_nobody", "1")])
            form.extend([("told", await self._agency(by, one)) for one in sorted(told)])
        await (await self.officer(by)).send(f"{self._operation}/tasks", form)

    async def claim(self, name: str, task: TaskPart) -> None:
        """Hold a task."""
        await (await self.officer(name)).send(f"/tasks/{await self._task(name, task)}/claim", [])

    async def move(self, name: str, task: TaskPart, status: str) -> None:
        """Bring a task to a status."""
        await (await self.officer(name)).send(f"/tasks/{await self._task(name, task)}/status", [("status", status)])

    async def post(self, post: PostPart, late: timedelta, operation: OperationPart) -> None:
        """Post progress, with photos; what waited on a phone says by how much."""
        browser = await self.officer(post.by)
        task = next((one for one in operation.tasks if one.code and one.code == post.task), None)
        form = [("text", post.text), ("key", token_hex(8)), ("happened_at", (datetime.now(UTC) - late).isoformat())]
        held = await self._task(post.by, task) if task else ""
        if held:
            form.append(("task", held))
        elif post.site:
            form.append(("site", await self._site(post.by, post.site)))
        form.append(("audience", self._audience(post, restricted=bool(held and task and task.access))))
        await browser.send(f"{self._operation}/posts", form, [(one.name, DEMO / one.file) for one in post.photos])

    def _audience(self, post: PostPart, *, restricted: bool) -> str:
        """Choose who sees a post: everyone at the site, or few where the day's story says so."""
        if not post.site:
            return "agency"
        if not post.access:
            return "site"
        own = next(code for code, part in self.agencies.items() if post.by in {one.name for one in part.officers})
        return "task" if restricted else "agency" if own == "POL" else "control"

    async def by_radio(self, post: PostPart) -> None:
        """Write down for an officer what they say."""
        assert post.heard is not None  # noqa: S101 - the caller looked
        loggist = await self.officer(post.heard.by)
        page = await loggist.read(f"{self._operation}/radio")
        form = [("officer", _option(page, post.by)), ("channel", "radio"), ("text", post.text), ("key", token_hex(8))]
        place = f"site:{await self._site(post.heard.by, post.site)}" if post.site else ""
        await loggist.send(f"{self._operation}/radio", [*form, ("place", place)])

    async def check_in(self, one: CheckInPart) -> None:
        """Check in, call for help, or say that a call was seen."""
        browser = await self.officer(one.by)
        if one.kind == "seen":
            found = re.search(f'action="/check-ins/{REFERENCE}/seen"', await browser.read(self._operation))
            if found is None:
                raise RefusedError("there is no call to be seen")
            await browser.send(f"/check-ins/{found[1]}/seen", [])
            return
        form = [("kind", str(one.kind)), ("note", one.note), ("key", token_hex(8))]
        await browser.send(f"{self._operation}/check-ins", form)

    async def decide(self, decision: DecisionPart) -> None:
        """Enter a decision; the loggist does it for who took it."""
        writer = decision.entered or decision.by
        browser = await self.officer(writer)
        told = {name.removesuffix("@") for access in decision.access for name in access.to}
        form = [("decided", decision.decided), ("reason", decision.reason), ("options", decision.options)]
        form.extend([("key", token_hex(8)), *[("told", await self._agency(writer, one)) for one in sorted(told)]])
        if decision.entered:
            page = await browser.read(f"{self._operation}/decisions")
            form.append(("taken_by", _option(page, decision.by)))
        await browser.send(f"{self._operation}/decisions", form)

    async def confirm(self, loggist: str) -> None:
        """Confirm what waits for the loggist."""
        browser = await self.officer(loggist)
        page = await browser.read(f"{self._operation}/decisions")
        for reference in re.findall(f'action="/decisions/{REFERENCE}/confirmation"', page):
            await browser.send(f"/decisions/{reference}/confirmation", [])

    async def write_interview(self) -> None:
        """Tom writes his report, and shares it with control and the safeguarding partners."""
        tom = await self.officer("Tom Reyes")
        case = re.search(f'href="/cases/{REFERENCE}">LAPWING', await tom.read("/cases"))
        if case is None:
            raise RefusedError("Tom sees no case")
        words = "Interviewed away from the forecourt, with an interpreter by phone. He agreed that I may pass this on."
        form = [("title", INTERVIEW), ("kind", "interview"), ("text", words), ("key", token_hex(8)), ("confirm", "yes")]
        where = await tom.send(f"/cases/{case[1]}/reports", form)
        found = re.search(f"/reports/{REFERENCE}", where)
        self._report = found[0] if found else await self._report_in(tom, case[1])
        for officer in ("Asha Malik", "Ruth Okafor", "Marta Ilieva"):
            await self._share(tom, officer)

    async def widen_by_mistake(self) -> None:
        """Harriet takes it out of the ring-fences and gives it to Immigration Enforcement."""
        harriet = await self.officer("Harriet Doyle")
        await harriet.send(f"{self._report}/unfenced", [("unfenced_why", "Describes pay and hours")])
        await self._share(harriet, "Dan Whitlock")

    async def take_back(self, commander: str) -> None:
        """The commander holds it in one tap; its author takes the access back, and ends the hold."""
        await (await self.officer(commander)).send(f"{self._report}/hold", [("reason", "Widened by mistake")])
        harriet = await self.officer("Harriet Doyle")
        page = await harriet.read(f"{self._report}/sharing")
        row = next((part for part in page.split("<li") if "Immigration" in part and "/remove" in part), "")
        if (grant := re.search(f"/grants/{REFERENCE}/remove", row)) is None:
            raise RefusedError("the grant is not on the page")
        await harriet.send(grant[0], [("why", "Given by mistake")])

    async def meet(self, person: PersonMetPart) -> None:
        """Record somebody met, and tell whom the day's story tells."""
        browser, path = await self.officer(person.by), f"{self._operation}/people-met"
        page = await browser.read(path)
        told = sorted({name.removesuffix("@") for access in person.access for name in access.to})
        form = [("key", token_hex(8)), ("site", await self._site(person.by, person.site))]
        await browser.send(path, [*form, *[("told", _ticked(page, "told", code)) for code in told]])
        seen = re.findall(f'id="encounter-{REFERENCE}"', await browser.read(path))
        self._people[person.label] = next(one for one in reversed(seen) if one not in self._people.values())

    async def count(self, outcome: OutcomePart) -> None:
        """Record what came of it, for those whom the day's story tells."""
        browser, path = await self.officer(outcome.by), f"{self._operation}/people-met"
        page = await browser.read(path)
        told = sorted({name.removesuffix("@") for access in outcome.access for name in access.to})
        form = [("kind", outcome.kind), ("key", token_hex(8)), ("site", await self._site(outcome.by, outcome.site))]
        await browser.send(
            f"{self._operation}/outcomes", [*form, *[("told", _ticked(page, "told", code)) for code in told]]
        )

    async def look_after(self, person: PersonMetPart, step: CareStep) -> None:
        """Offer somebody to an agency, or answer an offer."""
        browser, path = await self.officer(step.officer), f"/encounters/{self._people[person.label]}"
        if step.act == "offered":
            await browser.send(f"{path}/offer", [("to", _ticked(await browser.read(path), "to", step.agency))])
        else:
            await browser.send(f"{path}/{CARE[step.act]}", [])

    async def stand_down(self, commander: str) -> None:
        """Stand the operation down, knowing what it leaves open."""
        asha, path = await self.officer(commander), f"{self._operation}/stand-down"
        left = re.findall('name="left_open" value="([^"]*)"', await asha.read(path))
        await asha.send(path, [("why", "Everything is done"), *[("left_open", one) for one in left]])

    async def debrief(self, operation: OperationPart) -> None:
        """Say what went well, and what should change."""
        for name, heading, went, words in (
            (operation.commander, "Co-ordination", "well", "Two sites at the same minute, and the stairway first."),
            ("Tom Reyes", "Communication", "change", "No signal behind the office at S1: take a second radio."),
            ("Marta Ilieva", "Joint understanding of risk", "well", "Nobody was pressed to talk."),
        ):
            form = [("heading", heading), ("went", went), ("text", words), ("key", token_hex(8))]
            await (await self.officer(name)).send(f"{self._operation}/debrief", form)

    async def close(self) -> None:
        """Close every live page."""
        for browser in self._browsers.values():
            await browser.close_live()

    async def _share(self, browser: Browsing, officer: str) -> None:
        until = f"{datetime.now(UTC) + timedelta(days=7):%Y-%m-%d}"
        form = [("person", self.emails[officer]), ("level", "read"), ("necessity", "Works with the person")]
        form += [("purpose", "Safeguarding"), ("basis", "Public task"), ("until", until), ("confirm", "1")]
        await browser.send(f"{self._report}/sharing", form)

    async def _report_in(self, browser: Browsing, case: str) -> str:
        page = await browser.read(f"/cases/{case}")
        found = re.search(f'href="(/reports/{REFERENCE})"[^>]*>[^<]*{re.escape(INTERVIEW[:20])}', page)
        return found[1] if found else ""

    async def _agency(self, by: str, code: str) -> str:
        browser, name = await self.officer(by), self.agencies[code].name
        for path in ("sites", "agencies", "tasks"):
            page = await browser.read(f"{self._operation}/{path}")
            if found := _option(AGREEMENTS.sub("", page), name):
                return found
        return ""

    async def _site(self, by: str, code: str) -> str:
        if code not in self._sites:
            page = await (await self.officer(by)).read(f"{self._operation}/sites")
            for reference, named in re.findall(f'<option value="{REFERENCE}">([A-Z0-9]+)</option>', page):
                self._sites[named] = reference
        return self._sites.get(code, "")

    async def _task(self, by: str, task: TaskPart) -> str:
        if (task.site, task.title) not in self._tasks:
            page = await (await self.officer(by)).read(self._operation)
            for reference, site, title in _tasks_on(page):
                self._tasks[site, title] = reference
        return self._tasks.get((task.site, task.title), "")


def _tasks_on(page: str) -> list[tuple[str, str, str]]:
    """Read the tasks of a board: each with the code of its site and its title."""
    codes = dict(re.findall(f'<article class="site" id="site-{REFERENCE}"[^>]*data-sort="([^"]*)"', page))
    found: list[tuple[str, str, str]] = []
    said = '<span class="what">(?:<span class="vh[^"]*">[^<]*</span>)*([^<]*)'
    tasks = re.findall(f'<li class="task" id="task-{REFERENCE}"([^>]*)>.*?{said}', page, re.DOTALL)
    for reference, opening, title in tasks:
        site = re.search(f'data-site="{REFERENCE}"', opening)
        found.append((reference, codes.get(site[1], "") if site else "", html.unescape(title).strip()))
    return found


def _ticked(page: str, name: str, code: str) -> str:
    """Find the choice of a form that shows an agency's letters."""
    found = re.search(rf'name="{name}" value="{REFERENCE}"[^>]*><span><abbr[^>]*>{code}<', page)
    return found[1] if found else ""


def _option(page: str, words: str, kind: str = "") -> str:
    """Find the choice that says these words; empty where there is none."""
    said = re.escape(words).replace("'", "(?:'|&#39;|&#x27;)").replace(r"\&", "(?:&|&amp;)")
    found = re.search(rf'value="({kind}[a-z2-7]{{26}})"[^>]*>(?:<span>)?[^<]*{said}', page)
    return found[1] if found else ""


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
