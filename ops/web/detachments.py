"""Agencies on an operation: invited by who manages it, answered by their leads."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.detachments import Invite, accept_invitation, decline_invitation, invite_detachment, take_out
from ops.screens.detachment_invitations import read_invitation
from ops.screens.plan_choices import agreements_to_cite
from ops.screens.plan_pages import read_agencies
from ops.web.acts import answered
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

INVITE = ("agency", "part", "words", "call_sign", "agreement")


async def agencies(request: Request) -> Response:
    """Show who takes part and who was asked."""
    return await _agencies(request, {}, {}, 200)


async def invite(request: Request) -> Response:
    """Invite an agency."""
    typed, reference = kept(await fields(request), *INVITE), request.path_params["ref"]
    act = invite_detachment(house_of(request).desk, asker(request), reference, Invite(**typed))
    return await answered(request, act, _agencies, typed, f"/operations/{reference}/agencies")


async def withdraw(request: Request) -> Response:
    """Withdraw an invitation, or take the detachment out."""
    await take_out(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def invited(request: Request) -> Response:
    """Show an invitation to the lead who answers it."""
    return await _invited(request, {}, {}, 200)


async def accept(request: Request) -> Response:
    """Send officers."""
    reference = request.path_params["ref"]
    act = accept_invitation(house_of(request).desk, asker(request), reference, await many(request, "officers"))
    return await answered(request, act, _invited, {}, f"/detachments/{reference}")


async def decline(request: Request) -> Response:
    """Decline it."""
    typed, reference = kept(await fields(request), "answer"), request.path_params["ref"]
    act = decline_invitation(house_of(request).desk, asker(request), reference, typed["answer"])
    return await answered(request, act, _invited, typed, f"/detachments/{reference}")


async def _agencies(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_agencies(session, asker(request), request.path_params["ref"])
        agreements = await agreements_to_cite(session, asker(request)) if found.head.manages else ()
    context = {"head": found.head, "lines": found.lines, "others": found.others, "agreements": agreements}
    context |= {"form": typed, "errors": errors}
    listed = [found.head.reference]
    return await page(request, "plan/agencies.html", context, nav="board", status=status, listed=listed)


async def _invited(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_invitation(session, asker(request), request.path_params["ref"])
    context = {"invited": found, "form": typed, "errors": errors}
    return await page(request, "plan/invited.html", context, nav="watch", status=status)
