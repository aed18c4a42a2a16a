"""What ends with an operation that was stood down, for who manages the things and may keep it on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from models.operations import OperationStage, Stage
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.rules import visible_to
from ops.actions.keeping import ending_grants
from ops.actions.operation_ends import AFTERWARDS, stood_down_at
from ops.clock import LONDON
from ops.screens.grant_lines import Given, given_lines
from ops.screens.lines import agency_tags
from ops.screens.sharing import LEVEL_WORDS
from ops.screens.titles import title_of
from ops.screens.waiting import ToDecide

USUALLY = timedelta(days=30)  # what the form starts with; the agreement may allow less, and says so


@dataclass(frozen=True, slots=True)
class EndingLine:
    """One grant that ends: how far it goes, and until when."""

    given: Given
    level: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """The page. `title` is empty where the asker only knows that the operation exists; `until`: a usual end, a date."""

    reference: str
    title: str
    stood_down: datetime | None
    lines: tuple[EndingLine, ...]
    until: str

    @property
    def references(self) -> list[str]:
        """Give the things of which a line is shown."""
        return [*([self.reference] if self.title else []), *(line.given.thing for line in self.lines)]


async def read_ending(session: AsyncSession, asker: Asker, reference: str) -> Ending:
    """Read the page. NotFound for who cannot discover the operation; nothing is listed that the asker does not manage.

    Who reads the thing but does not know of the operation is not told of it here: the access review shows the end.
    """
    found = await find(session, asker, reference, "operation", Level.DISCOVER)
    return Ending(
        reference=reference,
        title=await title_of(session, found.resource) if found.level >= Level.READ else "",
        stood_down=await stood_down_at(session, found.resource.id),
        lines=await _lines(session, asker, await ending_grants(session, asker, found.resource.id)),
        until=(asker.at + USUALLY).astimezone(LONDON).date().isoformat(),
    )


async def endings_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List, for the watch page, the operations with which something of the asker's ends within the day."""
    rows = await session.execute(
        select(Resource, col(OperationStage.at))
        .join(OperationStage, col(OperationStage.operation_id) == col(Resource.id))
        .where(
            col(OperationStage.stage) == Stage.STOOD_DOWN,
            col(OperationStage.at) > asker.at - AFTERWARDS,
            visible_to(asker, Level.DISCOVER),
        )
        .order_by(col(OperationStage.at), col(Resource.id))
    )
    told = [await _told(session, asker, operation, at) for operation, at in rows]
    return [one for one in told if one is not None]


async def _told(session: AsyncSession, asker: Asker, operation: Resource, at: datetime) -> ToDecide | None:
    ending = await read_ending(session, asker, operation.reference)
    if not ending.lines:
        return None
    count = len(ending.lines)
    named = f"stood down “{ending.title}”" if ending.title else "stood down an operation"
    what = "grant of yours ends" if count == 1 else "grants of yours end"
    return ToDecide(
        agency=(await agency_tags(session))[operation.owner_agency_id],
        said=f"{named}: {count} {what} with it.",
        where=f"/operations/{operation.reference}/ending",
        act="Choose what to keep",
        since=at,
        due=min(line.until for line in ending.lines),
        shown=(operation.reference,) if ending.title else (),
    )


async def _lines(session: AsyncSession, asker: Asker, found: list[tuple[Grant, Resource]]) -> tuple[EndingLine, ...]:
    given = await given_lines(session, asker, found)
    return tuple(
        EndingLine(given=given[grant.id], level=LEVEL_WORDS[Level(grant.level)], until=grant.ends)
        for grant, _ in found
        if grant.ends is not None
    )
