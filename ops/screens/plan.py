"""An operation's plan as one officer may see it: what it says of itself, who takes part, its places and its tasks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer, Standing
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember, Operation, Stage
from models.planning import DetachmentInvitation, InvitationState
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.principals import detachment_key
from ops.access.rules import visible_to
from ops.actions.operation_ends import stage_of
from ops.actions.planning import header_version
from ops.screens.lines import agency_tags
from ops.screens.on_operation import LATEST_OF_SITES, OnOperation, on_operation
from ops.screens.values import AgencyTag, TaskLine


@dataclass(frozen=True, slots=True)
class Colleague:
    """An officer of the reader's own agency, to choose from. `there`: they are in the detachment."""

    reference: str
    name: str
    there: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above each page of the plan, and says what its reader may do.

    `version`: names what it says now, for an edit. The references of the deputy and the loggist are for who manages.
    """

    reference: str
    title: str
    purpose: str
    marking: str
    stage: str
    starts: datetime
    ends: datetime
    manages: bool  # and the operation was not stood down
    commander: str
    deputy: str
    loggist: str
    version: str
    deputy_reference: str = ""
    loggist_reference: str = ""


@dataclass(frozen=True, slots=True)
class DetachmentLine:
    """An agency that takes part or was asked to. `invitation` and what follows: for who manages the operation."""

    agency: AgencyTag
    state: str
    people: int
    call_sign: str
    part: str = ""
    words: str = ""
    answer: str = ""
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """When an agency means to be at a site. `reference`: for who may withdraw it."""

    reference: str
    agency: AgencyTag
    starts: datetime
    ends: datetime
    overlaps: bool


@dataclass(frozen=True, slots=True)
class Revealed:
    """From when, and until when, a detachment sees a site."""

    agency: AgencyTag
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site with its visits; `revealed` is for who manages it."""

    reference: str
    code: str
    name: str
    address: str
    check_in_minutes: int
    visits: tuple[Visit, ...]
    revealed: tuple[Revealed, ...]


async def read_head(session: AsyncSession, asker: Asker, reference: str) -> Head:
    """Read what an operation says of itself. NotFound for who cannot read it."""
    operation, found = await find_row(session, asker, reference, Operation)
    named = [operation.commander_id, operation.deputy_id, operation.loggist_id]
    rows = await session.execute(select(Officer).where(col(Officer.id).in_(named)))
    officers = {one.id: one for one in rows.scalars()}
    deputy, loggist = [officers.get(one) if one else None for one in (operation.deputy_id, operation.loggist_id)]
    stage = await stage_of(session, operation.id)
    manages = found.level >= Level.MANAGE and stage != Stage.STOOD_DOWN
    return Head(
        reference=reference,
        title=operation.title,
        purpose=operation.purpose,
        marking=operation.marking,
        stage=stage,
        starts=operation.starts,
        ends=operation.ends,
        manages=manages,
        commander=officers[operation.commander_id].name,
        deputy=deputy.name if deputy else "",
        loggist=loggist.name if loggist else "",
        version=header_version(operation),
        deputy_reference=deputy.reference if deputy and manages else "",
        loggist_reference=loggist.reference if loggist and manages else "",
    )


async def colleagues(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[Colleague, ...]:
    """Give the active officers of the asker's own agency."""
    there = select(col(DetachmentMember.officer_id)).where(
        col(DetachmentMember.operation_id) == operation, col(DetachmentMember.ends).is_(None)
    )
    rows = await session.execute(
        select(col(Officer.reference), col(Officer.name), col(Officer.id).in_(there))
        .where(col(Officer.agency_id) == asker.agency, col(Officer.active))
        .order_by(col(Officer.name))
    )
    return tuple(Colleague(reference, name, bool(is_there)) for reference, name, is_there in rows)


async def own_officers(session: AsyncSession, asker: Asker, head: Head) -> tuple[Colleague, ...]:
    """Give those whom a manager of the operation may choose from; nobody to anyone else."""
    operation, _ = await find_row(session, asker, head.reference, Operation)
    return await colleagues(session, asker, operation.id) if head.manages else ()


async def read_detachments(session: AsyncSession, asker: Asker, head: Head) -> tuple[DetachmentLine, ...]:
    """Give who takes part, and to its managers who was asked."""
    operation, _ = await find_row(session, asker, head.reference, Operation)
    agencies, invitations = await agency_tags(session), {}
    if head.manages:
        rows = await session.execute(
            select(DetachmentInvitation)
            .where(col(DetachmentInvitation.operation_id) == operation.id)
            .order_by(col(DetachmentInvitation.at))
        )
        invitations = {row.agency_id: row for row in rows.scalars()}  # the newest of each
    joined = await session.execute(
        select(Detachment, func.count(col(DetachmentMember.id)))
        .outerjoin(
            DetachmentMember,
            (col(DetachmentMember.detachment_id) == col(Detachment.id)) & col(DetachmentMember.ends).is_(None),
        )
        .where(col(Detachment.operation_id) == operation.id, col(Detachment.left_at).is_(None))
        .group_by(col(Detachment.id))
        .order_by(col(Detachment.place))
    )
    lines = [
        _line(agencies[row.agency_id], "takes part", people, row.call_sign, invitations.pop(row.agency_id, None))
        for row, people in joined
    ]
    lines.extend(_line(agencies[one], row.state, 0, row.call_sign, row) for one, row in invitations.items())
    return tuple(lines)


def _line(
    agency: AgencyTag, state: str, people: int, call_sign: str, invitation: DetachmentInvitation | None
) -> DetachmentLine:
    if invitation is None:
        return DetachmentLine(agency, state, people, call_sign)
    part = "the operation" if invitation.level > Level.DISCOVER else "single tasks only"
    open_to = invitation.reference if invitation.state in {InvitationState.WAITING, InvitationState.ACCEPTED} else ""
    return DetachmentLine(agency, state, people, call_sign, part, invitation.words, invitation.answer, open_to)


async def others_to_invite(session: AsyncSession, lines: tuple[DetachmentLine, ...]) -> tuple[AgencyTag, ...]:
    """Give the active agencies that neither take part nor were asked."""
    standing = {"takes part", InvitationState.WAITING}
    taken = {line.agency.id for line in lines if line.state in standing}
    rows = await session.execute(select(col(Agency.id)).where(col(Agency.standing) == Standing.ACTIVE))
    agencies = await agency_tags(session)
    free = (agencies[one] for one in rows.scalars() if one not in taken)
    return tuple(sorted(free, key=lambda tag: tag.name))


async def read_sites(session: AsyncSession, asker: Asker, head: Head) -> tuple[SitePlan, ...]:
    """Give the sites that the reader sees, with the visits planned there."""
    seen = await on_operation(session, asker, head.reference, reach=LATEST_OF_SITES)
    revealed = await _revealed(session, asker, seen) if head.manages else {}
    return tuple(
        SitePlan(
            reference=seen.references[site.id],
            code=site.code,
            name=site.name,
            address=site.address,
            check_in_minutes=site.check_in_minutes,
            visits=_visits(seen, site.id, asker, manages=head.manages),
            revealed=tuple(revealed.get(site.id, ())),
        )
        for site in seen.sites
    )


def _visits(seen: OnOperation, site: UUID, asker: Asker, *, manages: bool) -> tuple[Visit, ...]:
    windows = sorted((one for one in seen.windows if one.site_id == site), key=lambda one: one.starts)
    return tuple(
        Visit(
            one.reference if manages or one.agency_id == asker.agency else "",
            seen.agencies[one.agency_id],
            one.starts,
            one.ends,
            one.settled_at is None
            and any(
                other.agency_id != one.agency_id and other.starts < one.ends and one.starts < other.ends
                for other in windows
            ),
        )
        for one in windows
    )


async def _revealed(session: AsyncSession, asker: Asker, seen: OnOperation) -> dict[UUID, list[Revealed]]:
    """Read the detachments' grants on sites, those included that have not begun."""
    keys = {detachment_key(seen.operation.id, one): one for one in seen.agencies}
    rows = await session.execute(
        select(col(Grant.resource_id), col(Grant.principal), col(Grant.starts), col(Grant.ends))
        .where(
            col(Grant.resource_id).in_([site.id for site in seen.sites]),
            col(Grant.revoked_at).is_(None),
            col(Grant.grantee_agency_id) != asker.agency,
        )
        .order_by(col(Grant.starts))
    )
    found: dict[UUID, list[Revealed]] = {}
    for site, principal, starts, ends in rows:
        if principal in keys and (ends is None or ends > asker.at):
            found.setdefault(site, []).append(Revealed(seen.agencies[keys[principal]], starts, ends))
    return found


async def read_tasks(session: AsyncSession, asker: Asker, head: Head) -> tuple[TaskLine, ...]:
    """Give the tasks that the reader sees, by site."""
    seen = await on_operation(session, asker, head.reference, reach=LATEST_OF_SITES)
    return tuple(sorted(seen.tasks.values(), key=lambda line: (line.site_code or "~", line.sort)))


async def managed_tasks(session: AsyncSession, asker: Asker, references: Collection[str]) -> frozenset[str]:
    """Give which of these tasks the reader manages: an agency's own stays its own on somebody else's operation."""
    rows = await session.execute(
        select(col(Resource.reference)).where(col(Resource.reference).in_(references), visible_to(asker, Level.MANAGE))
    )
    return frozenset(rows.scalars())
