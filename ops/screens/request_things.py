"""What a request is for, as each reader may see it: with its title for who reads it, its owner for who knows of it."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.grants import Resource
from models.operations import Operation
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.lines import agency_tags
from ops.screens.titles import title_of
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing asked for. Its title is empty for who may not read it, its theme for whatever is no case."""

    reference: str
    kind: str
    owner: AgencyTag
    title: str = ""
    theme: str = ""

    @property
    def address(self) -> str:
        """Give its address, empty for who may not read it."""
        return f"/{self.kind}s/{self.reference}" if self.title else ""


async def known_things(session: AsyncSession, asker: Asker, resources: Collection[UUID]) -> dict[UUID, Thing]:
    """Give those of some things that the asker may know of."""
    return await _things(session, asker, resources, to_decide=False)


async def things_to_decide(session: AsyncSession, asker: Asker, resources: Collection[UUID]) -> dict[UUID, Thing]:
    """Give things of the asker's own agency, about which they decide: kind and theme, and a title if they read it."""
    return await _things(session, asker, resources, to_decide=True)


async def _things(
    session: AsyncSession, asker: Asker, resources: Collection[UUID], *, to_decide: bool
) -> dict[UUID, Thing]:
    if not resources:
        return {}
    agencies = await agency_tags(session)
    own = col(Resource.owner_agency_id) == asker.agency
    rows = await session.execute(
        select(Resource, visible_to(asker, Level.READ), col(Case.theme), col(Operation.title))
        .outerjoin(Case, col(Case.id) == col(Resource.id))
        .outerjoin(Operation, col(Operation.id) == col(Resource.id))
        .where(col(Resource.id).in_(resources), own if to_decide else visible_to(asker, Level.DISCOVER))
    )
    things: dict[UUID, Thing] = {}
    for resource, reads, theme, operation in rows:
        title = (operation or await title_of(session, resource)) if reads else ""
        owner = agencies[resource.owner_agency_id]
        things[resource.id] = Thing(resource.reference, resource.kind, owner, title, theme or "")
    return things
