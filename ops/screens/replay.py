"""The board as it stood: what its reader may see now and could see then; so could the agency, where one is chosen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.operations import Operation
from models.tasks import Post
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.past import Moment, levels_then, moment_at
from ops.access.principals import keys_of, keys_within
from ops.access.rules import visible_to
from ops.errors import NotFound
from ops.screens.board import board_of
from ops.screens.board_alerts import alerts
from ops.screens.board_values import Alert, Board
from ops.screens.lines import agency_tags
from ops.screens.on_operation import LATEST_OF_SITES, OnOperation, on_operation
from ops.screens.replay_track import Track, track_of
from ops.screens.rewound import rewound
from ops.screens.timeline import Entry, entries_of
from ops.screens.values import AgencyTag

STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Replay:
    """The page: the board at `at`, or None where its reader could not see the operation then.

    `live_help`: the calls for help of this moment. `moments`: the significant events up to then, `track`:
    those of the whole day.
    """

    reference: str
    title: str
    first: datetime
    last: datetime
    at: datetime
    board: Board | None
    live_help: tuple[Alert, ...]
    moments: tuple[Entry, ...]
    track: Track
    agency: AgencyTag | None
    agencies: tuple[AgencyTag, ...]

    @property
    def minutes(self) -> int:
        """Give how many minutes the bar is long."""
        return max(1, int((self.last - self.first).total_seconds() // 60) + 1)

    @property
    def minute(self) -> int:
        """Give where on the bar the page stands: at its end for the last moment, which is no full minute."""
        return self.minutes if self.at == self.last else int((self.at - self.first).total_seconds() // 60)

    @property
    def earlier(self) -> int:
        """Give the place a step back."""
        return max(0, self.minute - int(STEP.total_seconds() // 60))

    @property
    def later(self) -> int:
        """Give the place a step on."""
        return min(self.minutes, self.minute + int(STEP.total_seconds() // 60))


async def read_replay(
    session: AsyncSession, asker: Asker, reference: str, minute: int | None = None, agency: str = ""
) -> Replay:
    """Read a frame. `minute`: from the first entry on; None for the last. NotFound for who cannot read it now."""
    operation, found = await find_row(session, asker, reference, Operation)
    now = await on_operation(session, asker, reference, reach=LATEST_OF_SITES)
    first, last = operation.starts, min(asker.at, operation.ends)
    tags = await agency_tags(session)
    chosen = next((tag for tag in tags.values() if tag.reference == agency), None)
    if agency and chosen is None:
        raise NotFound
    first = min(await _first(session, asker, found.resource.id) or first, first)
    last = max(last, first)
    at = last if minute is None else min(first + timedelta(minutes=minute), last)
    eyes = chosen.id if chosen else None
    seen = await seen_at(session, asker, now, await moment_at(session, at), eyes)
    end = seen if at == last else await seen_at(session, asker, now, await moment_at(session, last), eyes)
    return Replay(
        reference=reference,
        title=operation.title,
        first=first,
        last=last,
        at=at,
        board=await _board(session, asker, seen) if seen else None,
        live_help=tuple(one for one in alerts(now) if one.state == "help"),
        moments=tuple(one for one in await entries_of(session, seen) if one.significant) if seen else (),
        track=track_of(await entries_of(session, end) if end else (), first, last),
        agency=chosen,
        agencies=tuple(sorted(now.detachments, key=lambda tag: tag.code)),
    )


async def seen_at(
    session: AsyncSession, asker: Asker, now: OnOperation, then: Moment, agency: UUID | None = None
) -> OnOperation | None:
    """Give the operation as it stood, as far as it is seen now and was seen then; None where it was not."""
    box = now.operation.id
    kept = await keys_of(session, [asker.officer], then.at)
    if asker.officer not in kept:
        return None
    readers = [kept[asker.officer].held]
    if agency is not None:
        readers.append(await keys_within(session, agency, then.at))
    ids = await _seen_now(session, asker, box)
    for keys in readers:
        levels = await levels_then(session, box, keys, then)
        if box not in levels:
            return None
        ids &= {thing for thing, level in levels.items() if level >= Level.READ}
    return await rewound(session, now, ids, then)


async def _seen_now(session: AsyncSession, asker: Asker, box: UUID) -> set[UUID]:
    inside = (col(Resource.gate_id) == box) | (col(Resource.id) == box)
    return set((await session.execute(select(col(Resource.id)).where(inside, visible_to(asker)))).scalars())


async def _first(session: AsyncSession, asker: Asker, box: UUID) -> datetime | None:
    """Give the operation's first entry that the reader sees: a post or a task's step before it began."""
    rows = await session.execute(
        select(func.min(col(Post.happened_at)))
        .join(Resource, col(Resource.id) == col(Post.id))
        .where(col(Resource.gate_id) == box, visible_to(asker))
    )
    return rows.scalar_one()


async def _board(session: AsyncSession, asker: Asker, seen: OnOperation) -> Board:
    """Work the board out from what was gathered; nothing that came from beyond the operation, and nothing to press."""
    board = await board_of(session, asker, replace(seen, readable=False), ())
    quiet = tuple(
        replace(alert, act_label="", act_url="", look_url="", seen_url="", calls_for="") for alert in alerts(seen)
    )
    said = seen.operation
    return replace(
        board,
        readable=seen.readable,
        manages=False,
        title=said.title if seen.readable else "",
        purpose=said.purpose if seen.readable else "",
        stage=seen.stage,
        alerts=quiet,
        present=(),
        duty="",
    )


def references_in(board: Board | None) -> Collection[str]:
    """Name what a frame shows."""
    if board is None:
        return ()
    return {
        board.reference,
        *(site.reference for site in board.sites),
        *(task.reference for site in board.sites for task in site.tasks),
        *(task.reference for task in board.loose_tasks),
        *(person.reference for person in board.people),
        *(post.reference for post in board.feed),
        *(site.latest.reference for site in board.sites if site.latest),
    }
