"""Who is near a thing and will not see it: the other teams of one's own agency, who has the case or the operation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.grants import Resource
from models.operations import Detachment, Operation
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.access.principals import team_key
from ops.access.readers import seers_of
from ops.access.rules import visible_to
from ops.actions.grantees import teams_of_agency
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class WillNot:
    """The nearest first: teams of one's own agency, other agencies, and last those that a ring-fence keeps out."""

    teams: tuple[str, ...]
    agencies: tuple[AgencyTag, ...]
    fenced: tuple[AgencyTag, ...]


async def will_not_see(
    session: AsyncSession, asker: Asker, boxes: Collection[UUID], seeing: frozenset[UUID], fenced: Collection[UUID]
) -> WillNot:
    """Name who is near and not among `seeing`. `fenced`: the agencies behind ring-fences that the asker may know of.

    Near are those who know of these cases or operations, and those on an operation of such a case: as far as the asker
    reads it, because whoever reads a thing is told who else knows of it.
    """
    tags, agencies = await agency_tags(session), await agencies_of(session, seeing)
    near = await _near(session, asker, boxes) - agencies - set(fenced) - {asker.agency}
    return WillNot(
        teams=await _teams(session, asker, seeing),
        agencies=_sorted(tags[agency] for agency in near),
        fenced=_sorted(tags[agency] for agency in set(fenced) - agencies),
    )


async def agencies_of(session: AsyncSession, officers: Collection[UUID]) -> frozenset[UUID]:
    """Give the agencies that officers belong to."""
    rows = await session.execute(select(col(Officer.agency_id)).where(col(Officer.id).in_(officers)).distinct())
    return frozenset(rows.scalars())


async def _near(session: AsyncSession, asker: Asker, boxes: Collection[UUID]) -> set[UUID]:
    found = [await seers_of(session, box, asker.at) for box in boxes]
    knowing = frozenset[UUID]().union(*(seers.officers for seers in found if asker.officer in seers.readers))
    operations = (
        select(col(Operation.id))
        .join(Resource, col(Resource.id) == col(Operation.id))
        .where(col(Operation.case_id).in_(boxes), visible_to(asker))
    )
    rows = await session.execute(
        select(col(Detachment.agency_id)).where(
            col(Detachment.operation_id).in_(operations), col(Detachment.left_at).is_(None)
        )
    )
    return set(rows.scalars()) | await agencies_of(session, knowing)


async def _teams(session: AsyncSession, asker: Asker, seeing: frozenset[UUID]) -> tuple[str, ...]:
    teams = await teams_of_agency(session, asker)
    held = await holders(session, [team_key(team.id) for team in teams], asker.at)
    people = {team.name: held.get(team_key(team.id), frozenset()) for team in teams}
    return tuple(name for name, officers in people.items() if officers and officers.isdisjoint(seeing))


def _sorted(tags: Iterable[AgencyTag]) -> tuple[AgencyTag, ...]:
    return tuple(sorted(tags, key=lambda tag: tag.code))
