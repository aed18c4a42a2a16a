"""Acts of random officers, through the forms on their own pages; afterwards nobody may have more than was given."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col
from starlette.routing import Match, Route

from models.attachments import Attachment
from ops.proof.canaries import Secret
from ops.proof.content import email_of
from ops.proof.forms import Filled, Found, Pen, forms_on
from ops.proof.judge import State, around
from ops.proof.oracle import Facts
from ops.proof.ruling import Ruling
from ops.proof.seers import MANAGE, Seers
from ops.proof.stage import PASSWORD, Stage
from ops.proof.visitor import SEE_OTHER, Answer
from ops.proof.walk import Walker, commands, pages
from ops.web.policy import policy_of

OWN_DOOR = ("/sign-", "/password", "/factors")  # what would lock the officer out says nothing about access
CHAIN = 2  # a form may lead to a second one: a preview, then the act
TOO_MANY = 429  # tries for one address in five minutes
TRIES = 12  # pages that one officer looks at for something to do


@dataclass
class Actor:
    """Lets the officers of one stage act."""

    stage: Stage
    done: dict[str, int] = field(default_factory=dict)  # by route, so that rare acts come up too

    async def act(self) -> str:
        """Let somebody do something; gives the route of what changed, or an empty text."""
        dice = self.stage.dice
        for _ in range(TRIES):
            walker = dice.choice(self.stage.walkers)
            if self.stage.judge.lets_in(walker.officer, walker.clock(), walker.clock()) == {False}:
                await self._come_back(walker)
                continue
            page = await self._some_page(walker)
            forms = [form for form in forms_on(page) if not form.action.startswith(OWN_DOOR)] if page else []
            if forms:
                return await self._submit(walker, min(forms, key=self._weight))
        return ""

    async def _come_back(self, walker: Walker) -> None:
        """Let somebody whose sign-in is over try the form again: it opens to whom nothing but the sign-in was taken."""
        state = self.stage.judge.now
        may = state.ruling.stands(walker.officer) and walker.officer not in state.sign_ins.reset
        name = next(one for one, key in self.stage.world.ids.items() if key == walker.officer)
        status = await walker.visitor.sign_in(email_of(name), PASSWORD)
        self.stage.judge.tally.cells += 1
        if (status == SEE_OTHER) != may and status != TOO_MANY:
            self.stage.judge.differ("sign-in", "", "-", walker.officer, f"/sign-in answered {status}")
        await self.stage.look()
        self.stage.judge.settle()

    async def _some_page(self, walker: Walker) -> str:
        dice, state = self.stage.dice, self.stage.judge.now
        route = dice.choice([route for route in pages() if not route.path.startswith(OWN_DOOR)])
        kind, at = policy_of(route).kind, walker.clock()
        if "{" not in route.path:
            thing = None
        elif kind:
            seen = [r for r in state.of_kind(kind) if state.ruling.reads(walker.officer, r.id, at)]
            if not seen:
                return ""
            thing = dice.choice(seen)
        else:
            return ""
        answer = await walker.open(route, thing)
        return answer.body.decode("utf-8", "replace") if answer.header("content-type").startswith("text/html") else ""

    def _weight(self, form: Found) -> tuple[int, float]:
        route = command_at(form.action)
        return self.done.get(route.path if route else "", 0), self.stage.dice.random()

    async def _submit(self, walker: Walker, form: Found) -> str:
        words: list[str] = []

        def word() -> str:
            words.append(self.stage.canaries.word())
            return words[-1]

        emails = [email_of(name) for name in self.stage.world.facts["officers"]]
        pen = Pen(self.stage.dice, word, lambda: walker.clock().date(), emails, PASSWORD)
        routes: list[str] = []
        for _ in range(CHAIN):
            filled = pen.fill(form)
            if (route := command_at(filled.action)) is None:
                break
            answer = await self._send(walker, route, filled, tuple(words))
            routes.append(route.path)
            self.done[route.path] = self.done.get(route.path, 0) + 1
            onward = [one for one in forms_on(answer.body.decode("utf-8", "replace")) if one.action != form.action]
            if answer.status != 200 or not onward:  # done, refused, or nothing more to send
                break
            form = onward[0]
        return ", ".join(routes)

    async def _send(self, walker: Walker, route: Route, filled: Filled, own: tuple[str, ...]) -> Answer:
        stage = self.stage
        before, since = stage.judge.now, walker.clock()
        answer = await walker.send(route, None, filled.values, filled.files, own, filled.action)
        moments = around(since, walker.clock())
        stage.judge.tally.acts += answer.status < 400  # refused ones are counted as requests
        await note_files(stage, filled)
        await stage.look()
        for kind, reference in overreached(before, stage.judge.now, walker.officer, moments):
            stage.judge.differ("overreach", kind, reference, walker.officer, route.path)
        return answer


def command_at(path: str) -> Route | None:
    """Find the command behind an address."""
    scope = {"type": "http", "method": "POST", "path": path.partition("?")[0]}
    return next((route for route in commands() if route.matches(scope)[0] is Match.FULL), None)


async def note_files(stage: Stage, filled: Filled) -> None:
    """Note whose the words inside uploaded files are, once they were filed."""
    for _, name, content in filled.files:
        async with stage.database.reading() as session:
            rows = await session.execute(
                select(col(Attachment.id)).where(col(Attachment.name).startswith(name.removesuffix(".pdf")))
            )
            for key in rows.scalars():
                for word in re.findall(rb"zq0k8[a-z2-7]{10}", content):
                    stage.files[word] = Secret("attachment", "file", key.hex, Seers(reads=(key,)))


def overreached(before: State, now: State, actor: UUID, moments: Collection[datetime]) -> list[tuple[str, str]]:
    """Name what an act gave or took that its actor had no right to: by the oracle, on the facts before it."""
    found: list[tuple[str, str]] = []
    old, new = before.ruling.facts, now.ruling.facts
    for key, grant in new["grants"].items():
        changed = key not in old["grants"] or grant["revoked"] != old["grants"][key]["revoked"]
        if not changed or grant["on"] not in old["resources"] or grant["emergency"]:
            continue
        managed = any(before.ruling.level(actor, grant["on"], at) >= MANAGE for at in moments)
        ended = any(before.ruling.level(actor, one, at) >= MANAGE for one in given_for(old, grant) for at in moments)
        appointed = any(appoints(before.ruling, now.ruling, actor, grant, at) for at in moments)
        if not managed and not appointed and not (ended and narrows(old, key, grant)):
            found.append(("grant on a " + old["resources"][grant["on"]]["kind"], now.rows[grant["on"]].reference))
    for key, thing in old["resources"].items():
        later, ours = new["resources"][key], new["officers"][actor]["agency"]
        kept = all(later[name] == thing[name] for name in ("kind", "acl", "gate"))
        if not kept or later["owner"] not in {thing["owner"], ours}:  # a hand-over is accepted by the new owner
            found.append((f"{thing['kind']} that changed its place", now.rows[key].reference))
    return found


def given_for(facts: Facts, grant: Facts) -> set[UUID]:
    """Name the operations with which a grant ends: what other agencies were given of one, or as its detachment."""
    thing, (kind, name) = facts["resources"][grant["on"]], grant["to"]
    if grant["agency"] == thing["owner"]:
        return set()
    boxes = {thing["gate"]} if thing["gate"] and facts["resources"][thing["gate"]]["kind"] == "operation" else set()
    return boxes | ({name[0]} if kind == "detachment" else set())


def appoints(before: Ruling, now: Ruling, actor: UUID, grant: Facts, at: datetime) -> bool:
    """Say whether an administrator gave a colleague, not themselves, what nobody of their agency managed for good."""
    thing, (kind, _), facts = grant["on"], grant["to"], before.facts
    lasting = {key: one for key, one in facts["grants"].items() if one["ends"] is None}
    for_good, ours = Ruling({**facts, "grants": lasting}), before.agency(actor)
    people = [key for key, one in facts["officers"].items() if one["agency"] == ours and one["account"] is None]
    return (
        grant["agency"] == facts["resources"][thing]["owner"] == ours
        and kind in {"officer", "team"}
        and before.holds(actor, {"administrator"}, at)
        and not any(for_good.level(one, thing, at) >= MANAGE for one in people)
        and now.level(actor, thing, at) < MANAGE
    )


def narrows(old: Facts, key: UUID, grant: Facts) -> bool:
    """Say whether a grant was taken back, or gives less than one that it takes the place of."""
    if key in old["grants"]:
        return bool(grant["revoked"])
    return grant["ends"] is not None and any(
        (one["on"], one["to"], one["level"]) == (grant["on"], grant["to"], grant["level"])
        and not one["revoked"]
        and one["starts"] <= grant["starts"]
        and (one["ends"] is None or grant["ends"] <= one["ends"])
        for one in old["grants"].values()
    )
