"""One thing that waits for an officer's decision, as its source gives it and the watch page shows it."""

from dataclasses import dataclass
from datetime import datetime

from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class ToDecide:
    """One thing to decide: who brings it, what it says, since when, until when, and the page that decides it.

    `shown` lists the references whose content `said` or `quoted` discloses, for the audit.
    """

    agency: AgencyTag
    said: str
    where: str
    act: str
    since: datetime
    quoted: str = ""
    due: datetime | None = None
    shown: tuple[str, ...] = ()
