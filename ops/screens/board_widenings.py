"""Reports of an operation's case that went further: on the boards of the case's managers, who can hold them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.grants import Grant, Resource
from models.widenings import Widening, WideningSeen
from ops.access.asker import Asker
from ops.access.readers import readers_of
from ops.access.rules import live, visible_to
from ops.screens.board_values import Alert
from ops.screens.on_operation import OnOperation
from ops.screens.widenings import read_before


@dataclass(frozen=True, slots=True)
class _Standing:
    """A widening that counts now, whoever may know of it. `seen_by`: the agencies one of whose officers said so."""

    widening: Widening
    report: Resource
    added: UUID
    grants: tuple[Grant, ...]
    seen_by: frozenset[UUID]


async def widened_alerts(session: AsyncSession, asker: Asker, seen: OnOperation) -> tuple[Alert, ...]:
    """Give what the asker's agency was not yet seen to have noticed, to those of it who manage the case.

    They read the report, and read it before it was widened. All officers with the same keys see the same, because a
    board's sums are drawn once for them: it leaves all of them when one has seen it, as a call for help does.
    """
    standing = [
        one
        for one in await _widened(session, seen.operation.case_id, asker)
        if one.added != asker.agency and asker.agency not in one.seen_by
    ]
    readable = await _may_hold(session, asker, seen.operation.case_id, standing)
    return tuple(_alert(seen, one) for one in standing if one.report.id in readable and _knew(asker, one))


def _alert(seen: OnOperation, one: _Standing) -> Alert:
    added = seen.agencies[one.added].name
    return Alert(
        state="wait",
        within=one.report.reference,
        title="Report widened",
        site_code="",
        site_name="",
        agency=seen.agencies[one.report.owner_agency_id],
        text=f"A report of theirs now includes {added}.",
        at=one.widening.at,
        act_label="Hold",
        act_url=f"/reports/{one.report.reference}/hold",
        act_reason=f"Now includes {added}",
        look_url=f"/reports/{one.report.reference}",
        seen_url=f"/widenings/{one.widening.reference}/seen",
    )


def _knew(asker: Asker, one: _Standing) -> bool:
    mine = (grant for grant in one.grants if grant.principal in asker.keys and grant.level >= Level.READ)
    return any(read_before(grant, one.widening) for grant in mine)


async def _may_hold(session: AsyncSession, asker: Asker, case: UUID | None, standing: list[_Standing]) -> set[UUID]:
    if not standing:
        return set()
    manages = await session.execute(
        select(col(Resource.id)).where(col(Resource.id) == case, visible_to(asker, Level.MANAGE))
    )
    if manages.first() is None:
        return set()
    reports = {one.report.id for one in standing}
    rows = await session.execute(select(col(Resource.id)).where(col(Resource.id).in_(reports), visible_to(asker)))
    return set(rows.scalars())


async def _widened(session: AsyncSession, case: UUID | None, asker: Asker) -> tuple[_Standing, ...]:
    """Read every widening in a case that counts now, once for a session that shows one moment."""
    if case is None:
        return ()
    kept: dict[UUID, tuple[_Standing, ...]] = session.info.setdefault(_widened, {})
    if case not in kept:
        kept[case] = await _read(session, case, asker)
    return kept[case]


async def _read(session: AsyncSession, case: UUID, asker: Asker) -> tuple[_Standing, ...]:
    rows = await session.execute(
        select(Widening, Grant, Resource)
        .join(Grant, col(Grant.id) == col(Widening.grant_id))
        .join(Resource, col(Resource.id) == col(Widening.resource_id))
        .where(col(Resource.gate_id) == case, col(Resource.held).is_(False), live(asker.at))
        .order_by(col(Widening.at), col(Widening.id))
    )
    found = [(widening, grant, report) for widening, grant, report in rows]
    if not found:
        return ()
    reports = {report.id for _, _, report in found}
    readers = await readers_of(session, reports, asker.at)
    grants = defaultdict[UUID, list[Grant]](list)
    for grant in (await session.execute(select(Grant).where(col(Grant.resource_id).in_(reports)))).scalars():
        grants[grant.resource_id].append(grant)
    seen_by = await _seen_by(session, {widening.id for widening, _, _ in found})
    return tuple(
        _Standing(widening, report, grant.grantee_agency_id, tuple(grants[report.id]), frozenset(seen_by[widening.id]))
        for widening, grant, report in found
        if grant.principal in readers[report.id].principals  # one that sleeps tells nobody anything
    )


async def _seen_by(session: AsyncSession, widenings: set[UUID]) -> dict[UUID, set[UUID]]:
    rows = await session.execute(
        select(col(WideningSeen.widening_id), col(Officer.agency_id))
        .join(Officer, col(Officer.id) == col(WideningSeen.officer_id))
        .where(col(WideningSeen.widening_id).in_(widenings))
    )
    found = defaultdict[UUID, set[UUID]](set)
    for widening, agency in rows:
        found[widening].add(agency)
    return found
