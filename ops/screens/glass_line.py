"""One broken glass as a value, for the pages of what it opened."""

from dataclasses import dataclass
from datetime import datetime

from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class GlassLine:
    """A broken glass as the managers of the thing see it on its page."""

    reference: str
    agency: AgencyTag
    officer: str
    reason: str
    at: datetime
    until: datetime
    review_due: datetime
