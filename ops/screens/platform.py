"""What the platform operator sees: health, sizes, which agencies take part. No title, no content."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Officer
from models.cabinet import METADATA
from models.journal import JournalEntry, Worker
from ops.access.asker import Asker
from ops.actions.agencies import entered

ALIVE_FOR = timedelta(seconds=45)  # as long as a worker's officers count as present after its last beat


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows a table has."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One process that serves screens."""

    started_at: datetime
    beat_at: datetime
    alive: bool


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in the list: what every officer may know of it, its standing, and how many officers it has."""

    reference: str
    code: str
    name: str
    kind: str
    standing: str
    officers: int
    own: bool
    entered: bool  # somebody of it can sign in


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform operator's page. `behind`: how many facts this process has not applied yet."""

    database: str
    head: int
    behind: int
    workers: tuple[WorkerLine, ...]
    sizes: tuple[Size, ...]
    agencies: tuple[AgencyLine, ...]


async def read_platform(session: AsyncSession, asker: Asker, applied: int) -> Platform:
    """Read health and sizes. `applied` is the last position that this process has applied."""
    head = int((await session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar_one())
    workers = (await session.execute(select(Worker).order_by(col(Worker.started_at)))).scalars()
    return Platform(
        database=session.get_bind().dialect.name,
        head=head,
        behind=max(0, head - applied),
        workers=tuple(WorkerLine(w.started_at, w.beat_at, w.beat_at > asker.at - ALIVE_FOR) for w in workers),
        sizes=await _sizes(session),
        agencies=await _agencies(session, asker),
    )


async def _sizes(session: AsyncSession) -> tuple[Size, ...]:
    counted = [
        Size(table.name, int((await session.execute(select(func.count()).select_from(table))).scalar_one()))
        for table in METADATA.sorted_tables
    ]
    return tuple(sorted(counted, key=lambda size: (-size.rows, size.table)))


async def _agencies(session: AsyncSession, asker: Asker) -> tuple[AgencyLine, ...]:
    rows = await session.execute(
        select(Agency, func.count(col(Officer.id)), entered(col(Agency.id)))
        .outerjoin(Officer, (col(Officer.agency_id) == col(Agency.id)) & col(Officer.active))
        .group_by(col(Agency.id))
        .order_by(col(Agency.code))
    )
    return tuple(
        AgencyLine(
            reference=agency.reference,
            code=agency.code,
            name=agency.name,
            kind=agency.kind,
            standing=agency.standing,
            officers=officers,
            own=agency.id == asker.agency,
            entered=bool(inside),
        )
        for agency, officers, inside in rows
    )
