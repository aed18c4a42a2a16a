"""Everything that a handler can reach, made once at start-up."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from starlette.requests import HTTPConnection

from live.answers import Answers
from live.cursor import CursorSealer, Place
from live.follower import Follower
from live.lease import Lease
from live.presence import Presence
from live.tailer import Tailer
from models.journal import JournalEntry
from ops.access.asker import Asker
from ops.feed.epoch import epoch
from ops.settings import Settings
from ops.storage import Storage
from ops.transaction import Desk
from ops.web.limits import SignInLimits
from ops.web.readiness import Readiness
from ops.web.sockets import Sockets
from ops.web.templates import Templates


@dataclass(frozen=True)
class House:
    """One process, wired."""

    settings: Settings
    desk: Desk
    templates: Templates
    files: Storage
    limits: SignInLimits
    sealer: CursorSealer
    tailer: Tailer
    follower: Follower
    presence: Presence
    lease: Lease
    answers: Answers
    sockets: Sockets
    readiness: Readiness

    async def cursor(self, session: AsyncSession, asker: Asker) -> str:
        """Seal where this session's moment stands, for the page that is being read in it."""
        head = (await session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar_one()
        return self.sealer.seal(Place(await epoch(session), int(head), asker.at), asker.officer)


def house_of(connection: HTTPConnection) -> House:
    """Give the house that a request or socket came to."""
    house: House = connection.app.state.house
    return house
