"""Whether this process lives, and whether it can serve."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ops.web.house import house_of

NOT_READY = 503
WITHOUT_BELL = "ok, without the bell"  # all that is lost is a quarter of a second: whoever spreads people need not act


async def alive(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """The database answers too, and this process does not leave.

    The lease is not asked: on a busy machine it lapses for moments, and all processes would be taken out at once.
    """
    house = house_of(request)
    if house.readiness.leaving:
        return PlainTextResponse("leaving", NOT_READY)
    try:
        async with house.desk.database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return PlainTextResponse("no database", NOT_READY)
    return PlainTextResponse("ok" if house.desk.doorbell.sound else WITHOUT_BELL)
