"""A report that is held, as those see it who decide about it: who held it, and every grant to be kept or removed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.grants import Hold, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.rules import visible_to
from ops.actions.holds import may_end_hold, outside_grants, standing_hold
from ops.screens.lines import agency_tags
from ops.screens.receipts import Receipt, read_receipt
from ops.screens.sharing import LEVEL_WORDS
from ops.screens.titles import title_of, titles_of
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A grant that sleeps under the hold, with what its people had done with the report before."""

    receipt: Receipt
    level: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class HoldPage:
    """A report's hold. `at` is None for one that is not held; `may_end`: the asker is the one who decides."""

    reference: str
    title: str
    owner: AgencyTag
    holder: AgencyTag | None
    at: datetime | None
    reason: str
    grants: tuple[ToConfirm, ...]
    may_end: bool


async def read_hold(session: AsyncSession, asker: Asker, reference: str) -> HoldPage:
    """Read the page for a manager of the report."""
    found = await find(session, asker, reference, "report", Level.MANAGE)
    agencies = await agency_tags(session)
    standing = await standing_hold(session, found.resource)
    grants = await outside_grants(session, found.resource, asker.at)
    return HoldPage(
        reference=reference,
        title=await title_of(session, found.resource),
        owner=agencies[found.resource.owner_agency_id],
        holder=agencies[await _agency_of(session, standing)] if standing else None,
        at=standing.at if standing else None,
        reason=standing.reason if standing else "",
        grants=tuple(
            [
                ToConfirm(
                    receipt=await read_receipt(session, asker, grant.reference),
                    level=LEVEL_WORDS[Level(grant.level)],
                    why=grant.reason,
                    until=grant.ends,
                )
                for grant in grants
            ]
        ),
        may_end=await may_end_hold(session, asker, found.resource),
    )


async def holds_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the held reports about which this officer decides."""
    rows = await session.execute(
        select(Resource, Hold, col(Officer.agency_id))
        .join(Hold, col(Hold.resource_id) == col(Resource.id))
        .join(Officer, col(Officer.id) == col(Hold.officer_id))
        .where(col(Hold.ended_at).is_(None), visible_to(asker, Level.MANAGE))
    )
    found = [(resource, standing, holder) for resource, standing, holder in rows]
    agencies, titles = await agency_tags(session), await titles_of(session, [resource for resource, _, _ in found])
    return [
        ToDecide(
            agency=agencies[holder],
            said=f"held your report “{titles[resource.id]}”. Only your agency sees it now.",
            where=f"/reports/{resource.reference}/hold",
            act="Decide who may see it",
            since=standing.at,
            quoted=standing.reason,
            shown=(resource.reference,),
        )
        for resource, standing, holder in found
        if await may_end_hold(session, asker, resource)
    ]


async def _agency_of(session: AsyncSession, standing: Hold) -> UUID:
    return (await session.get_one(Officer, standing.officer_id)).agency_id
