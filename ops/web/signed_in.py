"""Who is behind a request: the sign-in cookie, and nothing else."""

from datetime import timedelta

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ops.access.asker import Asker
from ops.actions.factors import factors_of
from ops.actions.opening import LASTS
from ops.actions.sign_ins import asker_of
from ops.actions.walls import wall_of
from ops.web.house import house_of

WALL_COOKIE = "__Host-tallyboard-wall"  # a cookie of its own: whoever signs in beside a wall is not its account
COOKIE = "__Host-tallyboard"  # the prefix binds it to this host, HTTPS (or localhost) and the whole path


async def asker_behind(connection: HTTPConnection) -> Asker | None:
    """Give who is signed in, pages and sockets alike; None for nobody, and for who must add a second factor first."""
    found = await enrolling_behind(connection)
    house = house_of(connection)
    if found is None or not house.settings.require_second_factor:
        return found
    async with house.desk.database.reading() as session:
        return found if (await factors_of(session, found.officer)).second else None


async def enrolling_behind(connection: HTTPConnection) -> Asker | None:
    """Give who is signed in, with a second factor or on the way to their first; None for nobody."""
    secret = connection.cookies.get(COOKIE)
    return await asker_of(house_of(connection).desk, secret) if secret else None


async def wall_behind(connection: HTTPConnection) -> Asker | None:
    """Give which wall this screen was paired to; None for a screen that was not, or whose wall was ended."""
    secret = connection.cookies.get(WALL_COOKIE)
    return await wall_of(house_of(connection).desk, secret) if secret else None


def asker(request: Request) -> Asker:
    """Give the officer that a signed-in route was let in for."""
    found: Asker = request.state.asker
    return found


def keep_signed_in(response: Response, secret: str) -> None:
    """Put the secret into the browser: not readable by scripts, not sent by other sites."""
    keep_cookie(response, COOKIE, secret, LASTS)


def keep_cookie(response: Response, name: str, secret: str, lasts: timedelta) -> None:
    """Put a secret into the browser under a name of its own."""
    response.set_cookie(
        name, secret, max_age=int(lasts.total_seconds()), path="/", secure=True, httponly=True, samesite="lax"
    )


def forget(response: Response, name: str = COOKIE) -> None:
    """Take the secret out of the browser."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
