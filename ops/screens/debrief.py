"""What was said at an operation's debrief, heading by heading."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.operations import Operation
from models.planning import DebriefNote
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.actions.debriefs import HEADINGS
from ops.screens.lines import agency_tags
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag, SeenBy


@dataclass(frozen=True, slots=True)
class Note:
    """What an officer said."""

    reference: str
    agency: AgencyTag
    by: str
    at: datetime
    went_well: bool
    text: str


@dataclass(frozen=True, slots=True)
class Debrief:
    """The page; every heading is there, said something under or not."""

    reference: str
    title: str
    may_say: bool
    seen: SeenBy
    headings: tuple[tuple[str, tuple[Note, ...]], ...]


async def read_debrief(session: AsyncSession, asker: Asker, reference: str) -> Debrief:
    """Read it. NotFound for who cannot read the operation."""
    operation, found = await find_row(session, asker, reference, Operation)
    rows = await session.execute(
        select(DebriefNote, col(Officer.name))
        .join(Officer, col(Officer.id) == col(DebriefNote.officer_id))
        .where(col(DebriefNote.operation_id) == operation.id)
        .order_by(col(DebriefNote.at), col(DebriefNote.id))
    )
    agencies = await agency_tags(session)
    said: dict[str, list[Note]] = {heading: [] for heading in HEADINGS}
    for row, name in rows:
        note = Note(row.reference, agencies[row.agency_id], name, row.at, row.went_well, row.text)
        said[row.heading].append(note)
    return Debrief(
        reference=reference,
        title=operation.title,
        may_say=found.level >= Level.CONTRIBUTE,
        seen=(await seen_by(session, [operation.id], asker.at))[operation.id],
        headings=tuple((heading, tuple(notes)) for heading, notes in said.items()),
    )
