"""Invitations: made by an administrator, opened by who was invited."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.invitations import (
    OPEN_FOR,
    Invited,
    accept_invitation,
    guest_of,
    invite_officer,
    invite_to_sign_in,
    reset_sign_in,
    revoke_invitation,
)
from ops.actions.passkey_invitations import accept_with_passkey
from ops.errors import Conflict, Invalid
from ops.screens.invitations import own_officers
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.passkey_calls import BROWSER, INVITATION, address_of, guest_browser_of, us
from ops.web.sign_in_pages import TOO_OFTEN
from ops.web.signed_in import asker, forget, keep_cookie, keep_signed_in

LONGEST_TOKEN = 100  # ours are 43 letters; what is longer is cut, and refused like any wrong one


async def officers(request: Request) -> Response:
    """List the officers of my agency, and how each signs in."""
    return await _officers(request, {}, {}, 200)


async def invite(request: Request) -> Response:
    """Add an officer, and show the link to hand over."""
    house, sent = house_of(request), await fields(request)
    try:
        made = await invite_officer(house.desk, asker(request), sent.get("name", ""), sent.get("email", ""))
    except Invalid as refusal:
        return await _officers(request, kept(sent, "name", "email"), refusal.messages, 422)
    return await show_link(request, made)


async def invite_again(request: Request) -> Response:
    """Make a link for an officer who never signed in."""
    house, sent = house_of(request), await fields(request)
    made = await invite_to_sign_in(house.desk, asker(request), request.path_params["ref"], sent.get("email", ""))
    return await show_link(request, made)


async def reset(request: Request) -> Response:
    """End all that an officer signed in with, and show the link that lets them choose anew."""
    return await show_link(
        request, await reset_sign_in(house_of(request).desk, asker(request), request.path_params["ref"])
    )


async def withdraw(request: Request) -> Response:
    """Withdraw an open link."""
    await revoke_invitation(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request, "/invitations")


async def arrive(request: Request) -> Response:
    """Show the form that takes the token out of the address: behind `#` no request, log or referrer ever carries it."""
    return await page(request, "invitation_code.html", {})


async def take_code(request: Request) -> Response:
    """Keep the token, sent by the page's script or pasted, alone or with the whole link."""
    sent = await fields(request)
    answer = RedirectResponse("/invitations/accept", 303)
    keep_cookie(answer, INVITATION, sent.get("token", "").strip().rpartition("#")[2][:LONGEST_TOKEN], OPEN_FOR)
    return answer


async def welcome(request: Request) -> Response:
    """Greet who was invited; who comes without a link is led to the sign-in form."""
    if not request.cookies.get(INVITATION):
        return RedirectResponse("/sign-in", 303)
    return await _welcome(request, {}, 200)


async def accept(request: Request) -> Response:
    """Take the password that they chose, and sign them in."""
    house, sent, token = house_of(request), await fields(request), request.cookies.get(INVITATION, "")
    if not await house.limits.allows_address(address_of(request)):
        return await _welcome(request, {"password": TOO_OFTEN}, 429)
    try:
        device = request.headers.get("user-agent", "")
        secret = await accept_invitation(house.desk, token, sent.get("password", ""), device)
    except Invalid as refusal:
        return await _welcome(request, refusal.messages, 422)
    except Conflict as closed:
        return await _closed(request, closed)
    return _entered(secret)


async def accept_by_passkey(request: Request) -> Response:
    """Take the passkey that they made instead of a password, and sign them in."""
    house, sent, token = house_of(request), await fields(request), request.cookies.get(INVITATION, "")
    if not await house.limits.allows_address(address_of(request)):
        return await _welcome(request, {"passkey": TOO_OFTEN}, 429)
    try:
        secret = await accept_with_passkey(
            house.desk,
            token,
            guest_browser_of(request),
            us(request),
            sent.get("name", ""),
            sent.get("answer", ""),
            request.headers.get("user-agent", ""),
        )
    except Invalid as refusal:
        return await _welcome(request, refusal.messages, 422)
    except Conflict as closed:
        return await _closed(request, closed)
    return _entered(secret)


def _entered(secret: str) -> Response:
    answer = RedirectResponse("/sign-ins", 303)
    keep_signed_in(answer, secret)
    forget(answer, INVITATION)
    forget(answer, BROWSER)
    return answer


async def _officers(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await own_officers(session, asker(request))
    context = {"officers": found, "form": typed, "errors": errors}
    return await page(request, "invitations.html", context, status=status)


async def show_link(request: Request, made: Invited, back: str = "/invitations") -> Response:
    """Show a new link, this once."""
    link = made.link(house_of(request).settings.address())
    return await page(request, "invitation_made.html", {"link": link, "back": back})


async def _welcome(request: Request, errors: Mapping[str, str], status: int) -> Response:
    try:
        guest = await guest_of(house_of(request).desk, request.cookies.get(INVITATION, ""))
    except Conflict as closed:
        return await _closed(request, closed)
    return await page(request, "invitation_open.html", {"guest": guest, "errors": errors}, status=status)


async def _closed(request: Request, closed: Conflict) -> Response:
    answer = await page(request, "not_allowed.html", {"message": str(closed), "again": True}, status=409)
    forget(answer, INVITATION)
    return answer
