"""Who is behind a request of a program: a token in its header, and nothing else."""

from starlette.requests import HTTPConnection, Request

from ops.access.asker import Asker
from ops.actions.factors import factors_of
from ops.actions.tokens import PREFIX, Caller, caller_of
from ops.api.problems import NO_TOKEN, TOO_MANY, ProblemError
from ops.web.house import house_of
from ops.web.passkey_calls import address_of

SCHEME = "bearer"
LONGEST_TOKEN = 100
WAIT = {"retry-after": "60"}
ASK_FOR_IT = {"www-authenticate": 'Bearer realm="tallyboard"'}


async def caller_behind(connection: HTTPConnection) -> Caller | None:
    """Give whose token came in the header, requests and sockets alike; None for nobody's. Cookies do not count.

    An officer's token opens nothing while a page would still ask the officer for a second factor.
    """
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret.startswith(PREFIX) or len(secret) > LONGEST_TOKEN:
        return None
    house = house_of(connection)
    caller = await caller_of(house.desk, secret)
    if caller is None or not house.settings.require_second_factor or _is_program(caller.asker):
        return caller
    async with house.desk.database.reading() as session:
        return caller if (await factors_of(session, caller.asker.officer)).second else None


async def admitted(connection: HTTPConnection) -> Caller:
    """Give the caller. Raises ProblemError for nobody, for an address that guesses, and for a token used too often."""
    house = house_of(connection)
    caller = await caller_behind(connection)
    if caller is None:
        if await house.limits.allows_address(address_of(connection)):
            raise ProblemError(NO_TOKEN, ASK_FOR_IT)
        raise ProblemError(TOO_MANY, WAIT)
    if caller.asker.sign_in is None or not await house.limits.allows_token(
        caller.asker.sign_in, house.settings.api_per_minute
    ):
        raise ProblemError(TOO_MANY, WAIT)
    return caller


def caller(request: Request) -> Caller:
    """Give the caller that a route was opened for."""
    found: Caller = request.state.caller
    return found


def _is_program(asker: Asker) -> bool:
    return any(key.startswith("account:") for key in asker.keys)
