"""Who read our records, and what our officers did: for an agency's information manager, references only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.audit import Act, AuditReference, AuditRow
from ops.access.asker import Asker
from ops.clock import LONDON
from ops.screens.lines import agency_tags
from ops.screens.record_things import RecordThing, things_named
from ops.screens.values import AgencyTag

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for; empty for everything. `done`: the acts of the own officers, else those on the own records."""

    done: bool = False
    reference: str = ""
    officer: str = ""
    act: str = ""
    since: date | None = None
    until: date | None = None
    after: UUID | None = None  # the last entry of the page before


@dataclass(frozen=True, slots=True)
class Reader:
    """Who did it: named to their own agency, elsewhere counted as people of theirs."""

    agency: AgencyTag
    name: str


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One act."""

    at: datetime
    act: str
    readers: tuple[Reader, ...]
    things: tuple[RecordThing, ...]
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """A page of acts, the newest first; no total, `more` says that the list goes on."""

    lines: tuple[RecordLine, ...]
    officers: tuple[tuple[str, str], ...]
    more: UUID | None

    @property
    def readable(self) -> list[str]:
        """Give the references whose titles stand on the page."""
        return [thing.reference for line in self.lines for thing in line.things if thing.readable]


async def read_records(session: AsyncSession, asker: Asker, asked: Asked) -> Records:
    """Read a page for who holds the duty; the route has judged that."""
    own = await session.execute(
        select(Officer).where(col(Officer.agency_id) == asker.agency).order_by(col(Officer.name))
    )
    officers = list(own.scalars())
    chosen = next((officer.id for officer in officers if officer.reference == asked.officer), None)
    if asked.officer and chosen is None:
        return Records((), _choices(officers), None)
    statement = _of_ours(asker, asked) if asked.done else _on_ours(asker, asked)
    names = (await session.execute(statement.where(*_filters(asked, chosen)).limit(A_PAGE + 1))).scalars().all()
    rows = await _rows(session, names[:A_PAGE])
    lines = await _lines(session, asker, rows, owned=not asked.done)
    return Records(lines, _choices(officers), names[A_PAGE - 1] if len(names) > A_PAGE else None)


def _on_ours(asker: Asker, asked: Asked) -> Select[UUID]:
    """Select the acts on what the agency owned then, the newest first, along an index of just those."""
    statement = (
        select(col(AuditReference.audit_id))
        .join(AuditRow, col(AuditRow.id) == col(AuditReference.audit_id))
        .where(col(AuditReference.owner_agency_id) == asker.agency)
        .distinct()
        .order_by(col(AuditReference.audit_id).desc())
    )
    if asked.reference:
        statement = statement.where(col(AuditReference.reference) == asked.reference)
    return statement.where(col(AuditReference.audit_id) < asked.after) if asked.after else statement


def _of_ours(asker: Asker, asked: Asked) -> Select[UUID]:
    statement = (
        select(col(AuditRow.id)).where(col(AuditRow.agency_id) == asker.agency).order_by(col(AuditRow.id).desc())
    )
    if asked.reference:
        about = select(col(AuditReference.audit_id)).where(col(AuditReference.reference) == asked.reference)
        tried = col(AuditRow.asked).contains(asked.reference, autoescape=True)
        statement = statement.where(or_(col(AuditRow.id).in_(about), tried))
    return statement.where(col(AuditRow.id) < asked.after) if asked.after else statement


def _filters(asked: Asked, officer: UUID | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.act:
        found.append(col(AuditRow.act) == asked.act)
    if officer is not None:
        live = cast(col(AuditRow.officers), String).contains(officer.hex)
        found.append(or_(col(AuditRow.officer_id) == officer, live))
    if asked.since is not None:
        found.append(col(AuditRow.at) >= _begins(asked.since))
    if asked.until is not None and asked.until < date.max:
        found.append(col(AuditRow.at) < _begins(asked.until + timedelta(days=1)))
    return found


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


async def _rows(session: AsyncSession, names: Sequence[UUID]) -> list[AuditRow]:
    rows = await session.execute(select(AuditRow).where(col(AuditRow.id).in_(names)).order_by(col(AuditRow.id).desc()))
    return list(rows.scalars())


async def _lines(
    session: AsyncSession, asker: Asker, rows: Collection[AuditRow], *, owned: bool
) -> tuple[RecordLine, ...]:
    agencies = await agency_tags(session)
    about = await _about(session, asker, rows, owned=owned)
    things = await things_named(session, asker, {name for found in about.values() for name in found})
    people = {UUID(name) for row in rows for name in row.officers} | {row.officer_id for row in rows if row.officer_id}
    found = await session.execute(select(Officer).where(col(Officer.id).in_(people)))
    officers = {officer.id: officer for officer in found.scalars()}
    return tuple(
        RecordLine(
            at=row.at,
            act=row.act,
            readers=_readers(asker, agencies, [officers[one] for one in _who(row) if one in officers]),
            things=tuple(things[name] for name in about[row.id] if name in things),
            asked=row.asked if not owned else "",
        )
        for row in rows
    )


async def _about(
    session: AsyncSession, asker: Asker, rows: Collection[AuditRow], *, owned: bool
) -> dict[UUID, list[str]]:
    """Give what each act was about; on our records only what was ours: the rest of that page is not our business."""
    if not owned:
        return {row.id: row.references for row in rows}
    found = await session.execute(
        select(col(AuditReference.audit_id), col(AuditReference.reference)).where(
            col(AuditReference.audit_id).in_([row.id for row in rows]),
            col(AuditReference.owner_agency_id) == asker.agency,
        )
    )
    about: dict[UUID, list[str]] = {row.id: [] for row in rows}
    for name, reference in found:
        about[name].append(reference)
    return about


def _who(row: AuditRow) -> list[UUID]:
    return [UUID(name) for name in row.officers] + ([row.officer_id] if row.officer_id else [])


def _readers(asker: Asker, agencies: dict[UUID, AgencyTag], officers: Collection[Officer]) -> tuple[Reader, ...]:
    own = sorted(officer.name for officer in officers if officer.agency_id == asker.agency)
    others: dict[UUID, int] = {}
    for officer in officers:
        if officer.agency_id != asker.agency:
            others[officer.agency_id] = others.get(officer.agency_id, 0) + 1
    elsewhere = [
        Reader(agencies[agency], "one officer" if count == 1 else f"{count} officers")
        for agency, count in others.items()
    ]
    return (
        *(Reader(agencies[asker.agency], name) for name in own),
        *sorted(elsewhere, key=lambda reader: reader.agency.code),
    )


def _choices(officers: Collection[Officer]) -> tuple[tuple[str, str], ...]:
    return tuple((officer.reference, officer.name) for officer in officers)


ACTS = tuple(sorted(str(act) for act in Act))
