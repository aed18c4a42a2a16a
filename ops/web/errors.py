"""What a refusal looks like: the same page for absent and forbidden, and words that blame nobody."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.faults import told
from models.database import went_away
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound
from ops.web.confirm_pages import ask_to_confirm
from ops.web.house import house_of
from ops.web.pages import page

log = logging.getLogger(__name__)

WENT_WRONG = 1011  # the socket's close code for a fault of ours


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


HANDLERS = {
    NotFound: not_found,
    NotAllowed: not_allowed,
    Conflict: conflict,
    NeedsConfirmation: ask_to_confirm,
    Invalid: invalid,
    HTTPException: http_refusal,
}


NotNow = Callable[[Request], Awaitable[Response]]
Sorry = Callable[[Request, str], Awaitable[Response]]


class BrokenOffError(Exception):
    """An answer broke off in its middle; the connection is cut so that nobody takes the part for the whole."""


class DatabaseAwayError(Exception):
    """The database went away before the answer began: what was asked can be asked again."""


class OwnUp:
    """Catches every fault before the server does: the server would write its words, a case's perhaps, into the log."""

    def __init__(self, app: ASGIApp, sorry: Sorry | None = None, away: NotNow | None = None) -> None:
        """Wrap the application. `sorry`: how a fault is answered; with our page unless another way is given.

        `away`: how to answer while the database is away; raises DatabaseAwayError unless a way is given.
        """
        self.app = app
        self._sorry = sorry or _sorry
        self._away = away or _raised

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a fault with our page and a reference; close a socket."""
        started = gone = False

        async def sending(message: Message) -> None:
            nonlocal started, gone
            started = started or message["type"] == "http.response.start"
            try:
                await send(message)
            except Exception:
                gone = True  # the client left, or a limit further out ended the answer: no fault of ours
                raise

        try:
            await self.app(scope, receive, sending)
        except Exception as fault:
            if gone or scope["type"] not in {"http", "websocket"}:
                raise
            if scope["type"] == "http" and not started and went_away(fault):
                log.warning("the database went away: %s", told(fault))
                await (await self._away(Request(scope, receive)))(scope, receive, send)
                return
            reference = _noted(fault)
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": WENT_WRONG})
            elif started:
                raise BrokenOffError(reference) from None
            else:
                await (await self._sorry(Request(scope, receive), reference))(scope, receive, send)


async def _raised(_: Request) -> Response:
    raise DatabaseAwayError


def _noted(fault: Exception) -> str:
    """Log a fault under a reference that says nothing about the case."""
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    log.error("fault %s: %s", reference, told(fault))
    return reference


async def _sorry(request: Request, reference: str) -> Response:
    context = {"reference": reference, "when": house_of(request).desk.clock.now()}
    try:
        return await page(request, "error.html", context, status=500)
    except Exception as fault:  # noqa: BLE001 - the page needs the database, which may be what is broken
        log.error("no page for fault %s: %s", reference, told(fault))  # noqa: TRY400 - the words stay out
        return PlainTextResponse(f"Sorry, something went wrong on our side. Reference {reference}.", 500)
