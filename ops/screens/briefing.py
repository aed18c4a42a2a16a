"""The briefing as one officer reads it: the newest version, those before it, and whether they acknowledged it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.grants import Resource
from models.operations import DetachmentMember, Operation
from models.planning import Briefing, BriefingAcknowledgement
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.actions.briefings import HEADINGS, briefing_version
from ops.screens.lines import agency_tags
from ops.screens.plan import Head
from ops.screens.seen_by import seen_by
from ops.screens.values import SeenBy
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, heading by heading; empty headings are left out."""

    number: int
    words: tuple[tuple[str, str], ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BriefingPage:
    """The page. `asked`: the reader is on the operation and has not acknowledged the newest version.

    `draft` is None for who does not write it; `next_number`: what publishing makes. `version` names what its writer
    reads now, for an edit; to everyone else a draft is not there, and changes nothing.
    """

    newest: Version | None
    earlier: tuple[Version, ...]
    asked: bool
    acknowledged_at: datetime | None
    seen: SeenBy
    draft: Mapping[str, str] | None
    next_number: int
    version: str


async def read_briefing(session: AsyncSession, asker: Asker, head: Head) -> BriefingPage:
    """Read the page of an operation that the asker reads."""
    operation, _ = await find_row(session, asker, head.reference, Operation)
    rows = await session.execute(
        select(Briefing, col(Officer.name))
        .join(Officer, col(Officer.id) == col(Briefing.officer_id))
        .where(col(Briefing.operation_id) == operation.id)
        .order_by(col(Briefing.number).desc())
    )
    every = [(row, name) for row, name in rows]
    published = [(row, name) for row, name in every if row.published_at is not None]
    draft = every[0][0] if every else None
    newest = published[0][0] if published else None
    said = await _acknowledged(session, asker, newest.id) if newest else None
    versions = tuple(_version(row, name) for row, name in published)
    return BriefingPage(
        newest=versions[0] if versions else None,
        earlier=versions[1:],
        asked=newest is not None and said is None and await _is_on(session, asker, operation.id),
        acknowledged_at=said,
        seen=(await seen_by(session, [operation.id], asker.at))[operation.id],
        draft={heading: getattr(draft, heading) if draft else "" for heading in HEADINGS} if head.manages else None,
        next_number=(newest.number if newest else 0) + 1,
        version=briefing_version(draft if head.manages else newest),
    )


async def briefings_to_acknowledge(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the briefings that the asker is asked to read, of operations that they are on and may read."""
    said = select(col(BriefingAcknowledgement.briefing_id)).where(
        col(BriefingAcknowledgement.officer_id) == asker.officer
    )
    rows = await session.execute(
        select(Briefing, Operation, Resource)
        .join(Operation, col(Operation.id) == col(Briefing.operation_id))
        .join(Resource, col(Resource.id) == col(Operation.id))
        .where(
            col(Briefing.published_at).is_not(None),
            col(Operation.id).in_(_mine(asker)),
            col(Operation.ends) > asker.at,
            visible_to(asker),
        )
        .order_by(col(Briefing.number))
    )
    newest = {operation.id: (row, operation, resource) for row, operation, resource in rows}
    done = set((await session.execute(said)).scalars())
    agencies = await agency_tags(session)
    return [
        ToDecide(
            agency=agencies[resource.owner_agency_id],
            said=f"Read the briefing of {operation.title}, version {row.number}",
            where=f"/operations/{resource.reference}/briefing",
            act="Read it",
            since=row.published_at or row.at,
            due=operation.starts,
            shown=(resource.reference,),
        )
        for row, operation, resource in newest.values()
        if row.id not in done
    ]


def _version(row: Briefing, name: str) -> Version:
    words = tuple((heading, getattr(row, heading)) for heading in HEADINGS if getattr(row, heading))
    return Version(row.number, words, name, row.published_at or row.at)


async def _acknowledged(session: AsyncSession, asker: Asker, briefing: UUID) -> datetime | None:
    rows = await session.execute(
        select(col(BriefingAcknowledgement.at)).where(
            col(BriefingAcknowledgement.briefing_id) == briefing,
            col(BriefingAcknowledgement.officer_id) == asker.officer,
        )
    )
    return rows.scalar_one_or_none()


async def _is_on(session: AsyncSession, asker: Asker, operation: UUID) -> bool:
    return operation in set((await session.execute(_mine(asker))).scalars())


def _mine(asker: Asker) -> Select[UUID]:
    return select(col(DetachmentMember.operation_id)).where(
        col(DetachmentMember.officer_id) == asker.officer, col(DetachmentMember.ends).is_(None)
    )
