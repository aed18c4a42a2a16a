"""A page and the API answer alike: for the same officer, of the same thing, in worlds that nobody thought of."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.database import Database
from models.grants import Resource
from ops.proof.canaries import REFERENCE, WORD, Secrets, secrets_of
from ops.proof.chance import open_up, throw_world
from ops.proof.stage import fill
from tests import cast
from tests.api.programs import Program, script_of
from tests.web.building import Building, Visitor, running

OFFICERS, THINGS = 4, 24  # of a world, on a day; at night everybody looks at everything
LISTS = {
    "/cases": ("/cases?limit=200", "/reports"),  # the page lists reports without their case, too
    "/operations": ("/operations?limit=200",),
    "/profiles": ("/profiles?limit=200",),
    "/watch": ("/watch",),
}
# What a page of a thing shows, and the call that shows the same.
UNDER_THE_PLAN = ("/agencies", "/sites", "/tasks", "/briefing", "/readiness")  # a page has its head above each
PLANNED = ("/plan", *UNDER_THE_PLAN, "/replay", "/debrief", "/report")
LOOKS = {
    "case": ("", "/why", "/sharing"),
    "operation": ("", "/why", "/sharing", "/decisions", *PLANNED),
    "report": ("", "/why", "/sharing"),
    "profile": ("", "/why", "/sharing"),
    **dict.fromkeys(("site", "task", "post", "attachment", "decision", "encounter"), ("/why", "/sharing")),
}
# What only one of the two says of a thing that both show: a page's frame and ways back, a call's further fields.
ON_THE_PAGE = {
    "/reports/": {"case_file.title", "case_file.marking", "case_file.handling"},
    "/decisions": {"operation.title"},
    "/sharing": {"operation.title"},
}
IN_THE_CALL = {
    "/reports/": {"report.unfenced_why"},
    "/operations/": {"operation.marking"},
    "/replay": {"operation.purpose"},
    "/profiles": {"profile.aliases", "profile.apparent_age", "profile.language"},
}
# What a form on the page offers, to who may send it.
FORMS = {"/sharing": "/grantees", "/operations": "/cases?limit=200"}
WAYS_BACK = {"case", "operation", "report"}  # in what a thing lies: linked to by a page, named by a call
IN_WORDS = {"/tasks": {"site"}, "/report": {"site"}, "/replay": {"site", "outcome"}}  # a page says "S1", a call which


@dataclass
class Two:
    """One officer at a page and with a script."""

    page: Visitor
    script: Program
    kinds: dict[bytes, str]  # of every thing there is, by reference
    secrets: Secrets

    async def look(self, path: str, *calls: str) -> int:
        """Look at both, and give the status that both have; what they say of the cabinet must be the same."""
        shown, answers = await self.page.get(path), [await self.script.get(call) for call in calls or (path,)]
        statuses = {shown.status_code, *(answer.status_code for answer in answers)}
        assert statuses in ({200}, {404}), (path, statuses)
        offers = [await self.script.get(form) for form in _forms(path)]
        if statuses == {200}:
            offered = b" ".join(answer.content for answer in offers if answer.status_code == 200)
            told = b" ".join(answer.content for answer in answers)
            assert self._fields(shown.content, told + offered) <= _known(ON_THE_PAGE, path), path
            assert self._fields(told, shown.content) <= _known(IN_THE_CALL, path), path
            here, there = self._named(shown.content, path), self._named(told, path)
            apart = (here - there - self._named(offered, path)) | (there - here)
            known = (WAYS_BACK if path.count("/") > 1 else set()).union(
                *(kinds for page, kinds in IN_WORDS.items() if path.endswith(page))
            )
            assert {self.kinds[name] for name in apart} <= known, path
        return shown.status_code

    def _fields(self, said: bytes, by_the_other: bytes) -> set[str]:
        """Name the fields whose words only one of them says."""
        words = set(WORD.findall(said)) - set(WORD.findall(by_the_other))
        return {f"{one.table}.{one.column}" for word in words for one in self.secrets[word]}

    def _named(self, said: bytes, path: str) -> set[bytes]:
        return {name for name in REFERENCE.findall(said) if name in self.kinds and name.decode() not in path}


def _forms(path: str) -> list[str]:
    return [path.removesuffix(page) + call for page, call in FORMS.items() if path.endswith(page)]


def _known(known: dict[str, set[str]], path: str) -> set[str]:
    return set().union(*(fields for part, fields in known.items() if part in path))


@pytest.fixture
async def world(
    database: Database, tmp_path: Path, seed: int
) -> AsyncIterator[tuple[Building, random.Random, Secrets]]:
    dice = random.Random(f"{seed}/agrees")
    thrown = throw_world(dice, cast.NOW)
    open_up(dice, thrown)
    secrets = await secrets_of(database, await fill(database, thrown, tmp_path, dice))
    async with running(database, tmp_path) as app:
        yield Building(app, database, None, tmp_path), dice, secrets  # type: ignore[arg-type]  # a world of chance has no cast


@pytest.mark.nightly  # worlds of chance: more differences between a form and a call may be found
async def test_a_page_and_a_call_show_the_same_to_the_same_officer(
    world: tuple[Building, random.Random, Secrets], seed: int, *, nightly: bool
) -> None:
    building, dice, secrets = world
    async with building.database.reading() as session:
        officers = list((await session.execute(select(Officer).where(col(Officer.active)))).scalars())
        things = list((await session.execute(select(Resource).order_by(col(Resource.reference)))).scalars())
    kinds, statuses = {thing.reference.encode(): thing.kind for thing in things}, Counter[int]()
    dice.shuffle(officers)
    for officer in officers if nightly else officers[:OFFICERS]:
        two = Two(await building.enter(officer), await script_of(building, officer), kinds, secrets)
        if (await two.script.get("/me")).status_code == 401:
            continue  # of an agency without standing: nobody comes in
        for page, calls in LISTS.items():
            await two.look(page, *calls)
        for thing in things if nightly else dice.sample(things, min(THINGS, len(things))):
            for page in LOOKS.get(thing.kind, ()):
                path = f"/{thing.kind}s/{thing.reference}"
                heads = [f"{path}/plan"] if page in UNDER_THE_PLAN else []
                statuses[await two.look(f"{path}{page}", f"{path}{page}", *heads)] += 1
    assert min(statuses[200], statuses[404]) > 20, f"--seed={seed}: {statuses}"
