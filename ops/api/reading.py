"""One way to read: a screen in a session of its own."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from ops.access.asker import Asker
from ops.web.house import house_of
from ops.web.signed_in import asker

R = TypeVar("R")


async def read(request: Request, screen: Callable[[AsyncSession, Asker], Awaitable[R]]) -> R:
    """Read a screen as the caller may see it."""
    async with house_of(request).desk.database.reading() as session:
        return await screen(session, asker(request))
