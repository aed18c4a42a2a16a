"""People met as everyone who may see them sees them: the label, with whom, where, since when, and offered to whom."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.base import table_of
from models.grants import Resource
from models.operations import Site
from models.people_met import Encounter, EncounterStep
from ops.access.past import Moment, had_come
from ops.actions.care import Care, care_of
from ops.screens.lines import agency_tags, officer_names, once
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag, SeenBy

NOBODY = SeenBy(everyone=False, names=(), people=0)
_ASKED: BindParameter[Any] = bindparam("asked", expanding=True)
_MET, _SITE, _NAMED = table_of(Encounter), table_of(Site), table_of(Resource)
_SITE_NAMED = _NAMED.alias("site_named")
_PEOPLE = (
    select(_MET.c.id, _MET.c.label, _NAMED.c.reference, _SITE.c.code, _SITE_NAMED.c.reference.label("site"))
    .join(_NAMED, _NAMED.c.id == _MET.c.id)
    .outerjoin(_SITE, _SITE.c.id == _MET.c.site_id)
    .outerjoin(_SITE_NAMED, _SITE_NAMED.c.id == _SITE.c.id)
    .where(_MET.c.id.in_(_ASKED))
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody met. `officer` met them, or took them over; `met_by`, `met_at`: who met them first, and when."""

    reference: str
    revision: int
    label: str
    site_reference: str
    site_code: str
    met_by: AgencyTag
    met_at: datetime
    agency: AgencyTag
    officer: str
    since: datetime
    accepted: bool
    offered_to: AgencyTag | None
    offered_at: datetime | None
    left_at: datetime | None
    accounted_for: bool
    seen: SeenBy

    @property
    def state(self) -> str:
        """Give the silhouette: taken over or gone, between two agencies, or still with who met them."""
        return "wait" if self.offered_to else "done" if self.accounted_for else "here"

    @property
    def said(self) -> str:
        """Say it in one word or two."""
        if self.left_at:
            return "Left"
        return "Offered" if self.offered_to else "Taken over" if self.accepted else "With them"

    @property
    def sort(self) -> str:
        """Give where the line stands: in the order in which they were met, which never changes."""
        return f"{self.met_at.astimezone(UTC).isoformat(timespec='microseconds')}-{self.reference}"


async def person_lines(session: AsyncSession, people: Collection[UUID], at: datetime) -> dict[UUID, PersonLine]:
    """Give the line of each person met; the same for everyone who may see it."""
    return await once(session, people, at, _person_lines)


async def _person_lines(session: AsyncSession, people: Collection[UUID], at: datetime) -> dict[UUID, PersonLine]:
    rows = list(await session.execute(_PEOPLE, {"asked": list(people)}))
    if not rows:
        return {}
    seen, steps = await seen_by(session, people, at), await steps_of(session, people)
    return await _lines(session, [(row, seen[row.id]) for row in rows], steps)


async def lines_then(session: AsyncSession, people: Collection[UUID], then: Moment) -> dict[UUID, PersonLine]:
    """Give the lines as they stood at an earlier moment, in the order of then. Who sees them now is not said."""
    rows = list(await session.execute(_PEOPLE, {"asked": list(people)}))
    lines = await _lines(session, [(row, NOBODY) for row in rows], await steps_of(session, people, then))
    return dict(sorted(lines.items(), key=lambda one: one[1].sort))


async def steps_of(
    session: AsyncSession, people: Collection[UUID], then: Moment | None = None
) -> dict[UUID, list[EncounterStep]]:
    """Give the steps of each person met, in their order; `then`: those that had been taken by that moment."""
    columns = table_of(EncounterStep).c
    wanted = select(EncounterStep).where(columns.encounter_id.in_(people)).order_by(columns.revision)
    if then is not None:
        wanted = wanted.where(had_come(columns.position, then), columns.arrived_at <= then.at)
    rows = await session.execute(wanted)
    found = defaultdict[UUID, list[EncounterStep]](list)
    for step in rows.scalars():
        found[step.encounter_id].append(step)
    return found


async def _lines(
    session: AsyncSession, rows: Sequence[tuple[Any, SeenBy]], steps: dict[UUID, list[EncounterStep]]
) -> dict[UUID, PersonLine]:
    """Make the lines out of rows and steps; somebody without a step yet is not there."""
    cares = {row.id: care_of(steps[row.id]) for row, _ in rows if steps.get(row.id)}
    names = await officer_names(session, {care.officer for care in cares.values()})
    tags = await agency_tags(session)
    return {
        row.id: _line(row, seen, steps[row.id][0], cares[row.id], names, tags) for row, seen in rows if row.id in cares
    }


def _line(
    row: Any,  # noqa: ANN401 - a row of the statement above
    seen: SeenBy,
    met: EncounterStep,
    care: Care,
    names: dict[UUID, str],
    tags: dict[UUID, AgencyTag],
) -> PersonLine:
    return PersonLine(
        reference=row.reference,
        revision=care.revision,
        label=row.label,
        site_reference=row.site or "",
        site_code=row.code or "",
        met_by=tags[met.agency_id],
        met_at=met.at,
        agency=tags[care.with_agency],
        officer=names.get(care.officer, ""),
        since=care.since,
        accepted=care.accepted,
        offered_to=tags[care.offered.agency_id] if care.offered else None,
        offered_at=care.offered.at if care.offered else None,
        left_at=care.left.at if care.left else None,
        accounted_for=care.accounted_for,
        seen=seen,
    )
