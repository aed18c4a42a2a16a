"""Asks the oracle and every rendering of the rule the same question, and says where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from live.ports import Known
from models.database import Database
from models.grants import Resource
from ops.access import rules
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.doors import find
from ops.access.holders import holders
from ops.errors import NotFound
from tests.cast import asker_in
from tests.oracle import level
from tests.worlds import INSTANTS, World

LEVELS = (Level.DISCOVER, Level.READ, Level.CONTRIBUTE, Level.MANAGE)


@dataclass
class Verdict:
    """What was asked, and every disagreement in words."""

    judged: int = 0
    granted: int = 0  # of these, what the oracle grants: a world in which nobody sees anything proves nothing
    differences: list[str] = field(default_factory=list)

    def compare(self, question: str, expected: int, answers: Mapping[str, int]) -> None:
        """Take what each rendering says the level is: one cell judged for each level."""
        self.judged += len(LEVELS)
        self.granted += expected
        wrong = {rendering: answer for rendering, answer in answers.items() if answer != expected}
        if wrong:
            self.differences.append(f"{question}: level {expected} by the oracle, but {wrong}")


async def judge(database: Database, world: World, instants: Sequence[datetime] = INSTANTS) -> Verdict:
    """Ask everyone about everything: oracle, door, list, audience, who-can-see."""
    verdict = Verdict()
    async with database.reading() as session:
        facts = await known(session, [world.id(name) for name in world.facts["resources"]])
        for at in instants:
            seers = await keys_by_holder(session, facts, at)
            for officer in world.facts["officers"]:
                await _judge_officer(session, world, facts, await ask(session, world, officer, at), seers, verdict)
    return verdict


async def _judge_officer(
    session: AsyncSession,
    world: World,
    facts: Mapping[UUID, Known],
    asks: Asker,
    seers: Mapping[UUID, frozenset[str]],
    verdict: Verdict,
) -> None:
    listed, boxes = await listed_levels(session, asks), await listed_boxes(session, asks)
    officer = next(name for name in world.facts["officers"] if world.id(name) == asks.officer)
    for resource, thing in world.facts["resources"].items():
        fact = facts[world.id(resource)]
        admission = fact.audience.at(asks.at)
        answers = {
            "door": await door_level(session, asks, fact.reference, thing["kind"]),
            "list": listed.get(world.id(resource), 0),
            "audience": int(admission.level(asks.keys)),
            "who can see": int(admission.level(seers.get(asks.officer, frozenset()))),
        }
        if thing["gate"] is None:  # of boxes a list asks no more than whether they are known, and read
            known_box = boxes.get(world.id(resource), 0)
            answers["boxes"] = known_box if known_box < Level.READ else max(known_box, answers["list"])
        verdict.compare(
            f"{officer} on {resource} at {asks.at}", level(world.facts, officer, resource, asks.at), answers
        )
        if admission.admits(asks.keys) != (answers["audience"] >= Level.READ):
            verdict.differences.append(f"{officer} on {resource} at {asks.at}: `admits` and `level` disagree")


async def ask(session: AsyncSession, world: World, officer: str, at: datetime) -> Asker:
    """Give an officer of a world as one who asks."""
    return await asker_in(session, world.id(officer), world.id(world.facts["officers"][officer]["agency"]), at)


async def listed_levels(session: AsyncSession, asks: Asker) -> dict[UUID, int]:
    """Give the level of everything that lists show this officer; what they do not show is absent."""
    levels: dict[UUID, int] = {}
    for least in LEVELS:
        rows = await session.execute(select(col(Resource.id)).where(rules.visible(asks.keys, asks.at, least)))
        levels.update(dict.fromkeys(rows.scalars(), int(least)))
    return levels


async def listed_boxes(session: AsyncSession, asks: Asker) -> dict[UUID, Level]:
    """Give what the lists of boxes show this officer: whole, or as a stub."""
    known = rules.boxes_known_to(asks)
    rows = await session.execute(select(known.c.box, known.c.readable))
    return {box: Level.READ if readable else Level.DISCOVER for box, readable in rows}


async def door_level(session: AsyncSession, asks: Asker, reference: str, kind: str) -> int:
    """Give how far the door opens; 0 where it says NotFound."""
    try:
        found = await find(session, asks, reference, kind, Level.DISCOVER)
    except NotFound:
        return 0
    return int(found.level)


async def keys_by_holder(
    session: AsyncSession, facts: Mapping[UUID, Known], at: datetime
) -> dict[UUID, frozenset[str]]:
    """Give each officer's keys as "who can see this?" finds them: from the principals to the people."""
    principals = frozenset[str]().union(*(fact.audience.at(at).principals() for fact in facts.values()))
    keys: dict[UUID, frozenset[str]] = {}
    for principal, officers in (await holders(session, principals, at)).items():
        for officer in officers:
            keys[officer] = keys.get(officer, frozenset()) | {principal}
    return keys
