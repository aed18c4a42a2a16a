"""Who looks after a person met, worked out from the steps: with whom they are, to whom offered, whether they left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.people_met import EncounterStep, Step


@dataclass(frozen=True, slots=True)
class Care:
    """Where somebody met is now. `offered`: the offer that waits for its receiver, `left`: that they went away."""

    with_agency: UUID
    officer: UUID
    since: datetime
    accepted: bool
    revision: int
    offered: EncounterStep | None = None
    left: EncounterStep | None = None

    @property
    def accounted_for(self) -> bool:
        """Say whether somebody took them over, or they went their own way; an offer alone is neither."""
        return self.left is not None or (self.accepted and self.offered is None)


def care_of(steps: Sequence[EncounterStep]) -> Care:
    """Work out where somebody is from their steps, of which there is one at least, in their order."""
    held = next(one for one in reversed(steps) if one.step in {Step.MET, Step.ACCEPTED})
    newest = steps[-1]
    return Care(
        with_agency=held.agency_id,
        officer=held.officer_id,
        since=held.at,
        accepted=held.step == Step.ACCEPTED,
        revision=newest.revision,
        offered=newest if newest.step == Step.OFFERED else None,
        left=newest if newest.step == Step.LEFT else None,
    )
