"""What waits for an officer's decision, gathered from every part of the house, the oldest first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
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


Source = Callable[[AsyncSession, Asker], Awaitable[list[ToDecide]]]

SOURCES: tuple[Source, ...] = ()


async def to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List what this officer may decide; each source knows its own deciders."""
    found = [one for source in SOURCES for one in await source(session, asker)]
    return sorted(found, key=lambda one: (one.since, one.where))
