"""The form with which access is asked for: what for, for whom, until when."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from ops.access.asker import Asker
from ops.access.doors import find
from ops.actions.grantees import own_teams
from ops.clock import LONDON
from ops.screens.request_things import Thing, known_things

USUAL = timedelta(days=30)  # what most requests need; the owner may shorten it


@dataclass(frozen=True, slots=True)
class Asking:
    """What the form offers. `thing` is None for a reference that is still to be typed."""

    thing: Thing | None
    desk: str
    teams: tuple[tuple[str, str], ...]
    until: str
    action: str
    may: Level


async def read_asking(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Asking:
    """Read the form for a thing that the asker knows of; NotFound for any other."""
    found = await find(session, asker, reference, kind, Level.DISCOVER)
    thing = (await known_things(session, asker, [found.resource.id]))[found.resource.id]
    return await _asking(session, asker, thing, f"/{kind}s/{reference}/request", found.level)


async def read_asking_by_reference(session: AsyncSession, asker: Asker) -> Asking:
    """Read the form for a reference that is still to be typed."""
    return await _asking(session, asker, None, "/requests/new", Level.NONE)


async def _asking(session: AsyncSession, asker: Asker, thing: Thing | None, action: str, may: Level) -> Asking:
    teams = tuple((f"team:{team.reference}", team.name) for team in await own_teams(session, asker))
    until = (asker.at + USUAL).astimezone(LONDON).date().isoformat()
    return Asking(thing, "", teams, until, action, may)
