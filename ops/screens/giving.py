"""The half of the sharing page with which access is given: to whom it can be, and the usual terms."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from ops.access.asker import Asker
from ops.access.doors import find
from ops.actions.grounds import ground_of
from ops.screens.grantee_choices import AgencyChoices, UsualTerms, grantee_choices, usual_terms


@dataclass(frozen=True, slots=True)
class Giving:
    """What the form offers. `about_somebody`: an enforcement agency is asked about twice."""

    agencies: tuple[AgencyChoices, ...]
    usual: UsualTerms
    about_somebody: bool
    discoverable: bool

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
    )
