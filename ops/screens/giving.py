"""The half of the sharing page with which access is given: to whom it can be, and the usual terms."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant
from ops.access.asker import Asker
from ops.access.doors import find
from ops.actions.grounds import ground_of
from ops.screens.grantee_choices import AgencyChoices, UsualTerms, grantee_choices, usual_terms

WORKS_ON_IT = "Works on it with us."
MOST_NEAREST = 6


@dataclass(frozen=True, slots=True)
class Giving:
    """What the form offers. `about_somebody`: an enforcement agency is asked about twice.

    `why`: what it says why they need it until that is changed: the words of the last time.
    """

    agencies: tuple[AgencyChoices, ...]
    usual: UsualTerms
    about_somebody: bool
    discoverable: bool
    why: str

    @property
    def nearest(self) -> tuple[AgencyChoices, ...]:
        """Give who works on the same case or operation, and can be given it with two clicks."""
        near = (one for one in self.agencies if one.near and one.signed and not one.fenced and not one.own)
        return tuple(near)[:MOST_NEAREST]

    @property
    def operations(self) -> frozenset[str]:
        """Name the operations whose titles the form shows."""
        return frozenset(name for one in self.agencies if not one.fenced for name in one.operations)


async def read_giving(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Giving:
    """Read the form for a thing that the asker manages."""
    found = await find(session, asker, reference, kind, Level.MANAGE)
    ground = await ground_of(session, asker, found)
    near_to = found.resource.gate_id or found.resource.id
    return Giving(
        agencies=await grantee_choices(session, asker, ground.named_fences, near_to),
        usual=await usual_terms(session, asker),
        about_somebody=ground.about_somebody,
        discoverable=ground.discoverable,
        why=await _last_words(session, found.resource.id),
    )


async def _last_words(session: AsyncSession, thing: UUID) -> str:
    """Give why the last one to whom it was given needed it; every manager of the thing is told that."""
    rows = await session.execute(
        select(col(Grant.necessity))
        .where(col(Grant.resource_id) == thing, col(Grant.necessity) != "")
        .order_by(col(Grant.granted_at).desc(), col(Grant.id).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none() or WORKS_ON_IT
