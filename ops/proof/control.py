"""The proof is tried first: lied to about one grant it must find a leak, and a loss, or its silence is worthless."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from uuid import UUID

from models.grants import Resource
from ops.proof.judge import Difference, Judge, State, Tally
from ops.proof.oracle import Facts
from ops.proof.ruling import READ, Ruling
from ops.proof.stage import Stage
from ops.proof.walk import Walker, pages

SHOWN_ON = {"case": "/cases/{ref}", "profile": "/profiles/{ref}", "report": "/reports/{ref}"}
MANY = 400  # lies tried until one makes a difference to somebody


async def finds_a_leak(stage: Stage) -> bool:
    """Hide one grant from the oracle: a page that shows what it gave must be found out."""
    grants = list(stage.judge.now.ruling.facts["grants"].items())
    stage.dice.shuffle(grants)
    for key, grant in grants[:MANY]:
        facts = stage.judge.now.ruling.facts
        lie = {**facts, "grants": {name: other for name, other in facts["grants"].items() if name != key}}
        for walker, thing in _shut_out(stage, lie, grant["on"]):
            found = await _told(stage, lie, walker, thing)
            return any(one.what == "leak" for one in found)
    return False


async def finds_a_loss(stage: Stage) -> bool:
    """Invent one grant for the oracle: a page that does not show what it would give must be found out."""
    facts = stage.judge.now.ruling.facts
    for walker in stage.walkers:
        for thing in stage.judge.now.rows.values():
            if thing.kind not in SHOWN_ON or thing.gate_id is not None:
                continue
            lie = {**facts, "grants": {**facts["grants"], "invented": _invented(stage, walker.officer, thing)}}
            if _reads(lie, walker, thing) and not _reads(facts, walker, thing):
                return bool(await _told(stage, lie, walker, thing))
    return False


def _shut_out(stage: Stage, lie: Facts, where: UUID) -> Iterator[tuple[Walker, Resource]]:
    facts, things = stage.judge.now.ruling.facts, stage.judge.now.rows.values()
    near = [thing for thing in things if thing.kind in SHOWN_ON and where in {thing.acl_id, thing.gate_id}]
    for walker in stage.walkers:
        for thing in near:
            shown = _reads(facts, walker, thing)
            if shown and not _reads(lie, walker, thing):
                yield walker, thing


def _reads(facts: Facts, walker: Walker, thing: Resource) -> bool:
    return Ruling(facts).level(walker.officer, thing.id, walker.clock()) >= READ


async def _told(stage: Stage, lie: Facts, walker: Walker, thing: Resource) -> list[Difference]:
    state: State = replace(stage.judge.now, ruling=Ruling(lie))
    liar = copy(walker)
    liar.judge = Judge(state, state, stage.judge.names, Tally())
    for route in (one for one in pages() if one.path == SHOWN_ON[thing.kind]):
        await liar.open(route, thing)
    return liar.judge.tally.differences


def _invented(stage: Stage, officer: UUID, thing: Resource) -> Facts:
    return {
        "on": thing.id,
        "to": ("officer", officer),
        "agency": stage.judge.now.ruling.facts["officers"][officer]["agency"],
        "level": READ,
        "starts": stage.world.now,
        "ends": None,
        "revoked": False,
        "agreement": None,
        "emergency": False,
    }
