"""Whether this process lives, and whether it can serve."""

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ops.web.house import house_of


async def alive(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """The database answers too."""
    async with house_of(request).desk.database.reading() as session:
        await session.execute(text("SELECT 1"))
    return PlainTextResponse("ok")
