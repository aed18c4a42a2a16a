"""What a browser is asked for a passkey: the question as JSON, bound to this browser."""

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from models.sign_ins import ChallengeUse
from ops.actions.challenges import OPEN_FOR, RelyingParty
from ops.actions.opening import new_secret
from ops.actions.passkey_invitations import ask_guest_to_enrol
from ops.actions.passkeys import ask_passkey, ask_to_enrol
from ops.errors import Conflict
from ops.web.house import house_of
from ops.web.signed_in import asker, keep_cookie

INVITATION = "__Host-tallyboard-invitation"  # the cookie's name: the token leaves the address bar for it
BROWSER = "__Host-tallyboard-passkey"  # tells nobody apart but who asked for the question that is answered now


async def to_sign_in(request: Request) -> Response:
    """Ask any passkey of ours, for somebody who has not said who they are."""
    house, browser = house_of(request), new_secret()
    if not await house.limits.allows_address(address_of(request)):
        return JSONResponse({"message": "Too many tries. Wait five minutes, then try again."}, 429)
    question = await ask_passkey(house.desk, ChallengeUse.SIGN_IN, browser, us(request))
    return _asked(question, browser)


async def to_confirm(request: Request) -> Response:
    """Ask for the passkey of who is signed in."""
    house, browser = house_of(request), new_secret()
    return _asked(await ask_passkey(house.desk, ChallengeUse.CONFIRM, _bound(request, browser), us(request)), browser)


async def to_enrol(request: Request) -> Response:
    """Ask for a new passkey; who has not confirmed lately is sent to confirm first."""
    house, browser = house_of(request), new_secret()
    question = await ask_to_enrol(house.desk, asker(request), _bound(request, browser), us(request))
    return _asked(question, browser)


async def to_accept(request: Request) -> Response:
    """Ask for the passkey of who was invited, bound to their link as well."""
    house, browser = house_of(request), new_secret()
    if not await house.limits.allows_address(address_of(request)):
        return JSONResponse({"message": "Too many tries. Wait five minutes, then try again."}, 429)
    token = request.cookies.get(INVITATION, "")
    try:
        question = await ask_guest_to_enrol(house.desk, token, f"{browser} {token}", us(request))
    except Conflict as closed:
        return JSONResponse({"message": str(closed)}, 409)
    return _asked(question, browser)


def guest_browser_of(request: Request) -> str:
    """Give what a challenge is bound to that was asked of who was invited: this browser, and this link."""
    return f"{request.cookies.get(BROWSER, '')} {request.cookies.get(INVITATION, '')}"


def browser_of(request: Request) -> str:
    """Give what a challenge is bound to that was asked of who is signed in: this browser, and this sign-in."""
    return _bound(request, request.cookies.get(BROWSER, ""))


def us(request: Request) -> RelyingParty:
    """Give who we are to a passkey, by the settings and never by the request."""
    settings = house_of(request).settings
    return RelyingParty(settings.host_of_passkeys(), tuple(sorted(settings.allowed_origins())))


def address_of(request: HTTPConnection) -> str:
    """Give where a request comes from, for counting only."""
    return request.client.host if request.client else ""


def _bound(request: Request, browser: str) -> str:
    return f"{browser} {asker(request).sign_in}"


def _asked(question: str, browser: str) -> Response:
    answer = Response(question, media_type="application/json")
    keep_cookie(answer, BROWSER, browser, OPEN_FOR)
    return answer
