"""What a refusal looks like: the same page for absent and forbidden, and words that blame nobody."""

import logging
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.web.house import house_of
from ops.web.pages import page

log = logging.getLogger(__name__)


async def not_found(request: Request, _: Exception) -> Response:
    """Say that there is nothing here that this officer can see."""
    return await page(request, "not_found.html", {}, status=404)


async def not_allowed(request: Request, refusal: Exception) -> Response:
    """Say who could do this."""
    return await page(request, "not_allowed.html", {"message": str(refusal), "again": False}, status=403)


async def conflict(request: Request, refusal: Exception) -> Response:
    """Say what holds now: somebody else was first."""
    return await page(request, "not_allowed.html", {"message": str(refusal), "again": True}, status=409)


async def invalid(request: Request, refusal: Exception) -> Response:
    """Say what did not fit, for commands that have no form of their own to show again."""
    messages = refusal.messages.values() if isinstance(refusal, Invalid) else ()
    return await page(request, "not_allowed.html", {"message": " ".join(messages), "again": True}, status=422)


async def http_refusal(request: Request, refusal: Exception) -> Response:
    """Show our own pages for what Starlette refuses: an unknown address, a wrong method, a form too large."""
    status = refusal.status_code if isinstance(refusal, HTTPException) else 404
    if status == 404:  # noqa: PLR2004 - the one status that has its own page
        return await not_found(request, refusal)
    message = "This could not be read. Go back and try again; nothing was changed."
    return await page(request, "not_allowed.html", {"message": message, "again": True}, status=status)


async def broken(request: Request, fault: Exception) -> Response:
    """Own up to a fault of ours, with a reference that says nothing about the case."""
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    log.error("fault %s in %s", reference, type(fault).__name__, exc_info=fault)
    return await page(
        request, "error.html", {"reference": reference, "when": house_of(request).desk.clock.now()}, status=500
    )


HANDLERS = {
    NotFound: not_found,
    NotAllowed: not_allowed,
    Conflict: conflict,
    Invalid: invalid,
    HTTPException: http_refusal,
    Exception: broken,
}
