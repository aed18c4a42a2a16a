"""Who is behind a request: the sign-in cookie, and nothing else."""

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from ops.access.asker import Asker
from ops.actions.sign_ins import LASTS, asker_of
from ops.web.house import house_of

COOKIE = "__Host-tallyboard"  # the prefix binds it to this host, HTTPS (or localhost) and the whole path


async def asker_behind(connection: HTTPConnection) -> Asker | None:
    """Give who is signed in; None for nobody."""
    secret = connection.cookies.get(COOKIE)
    return await asker_of(house_of(connection).desk, secret) if secret else None


def asker(request: Request) -> Asker:
    """Give the officer that a signed-in route was let in for."""
    found: Asker = request.state.asker
    return found


def keep_signed_in(response: Response, secret: str) -> None:
    """Put the secret into the browser: not readable by scripts, not sent by other sites."""
    response.set_cookie(
        COOKIE, secret, max_age=int(LASTS.total_seconds()), path="/", secure=True, httponly=True, samesite="lax"
    )


def forget(response: Response) -> None:
    """Take the secret out of the browser."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
