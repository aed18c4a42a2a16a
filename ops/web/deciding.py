"""A request for access: read by whoever asked and whoever decides, and each step that they take."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.access.asker import Asker
from ops.actions.deciding import Told, approve, ask_back, pass_on, refuse, refuse_in_silence, reply
from ops.actions.grants import Given
from ops.errors import Conflict, Invalid, NotFound
from ops.screens.request_page import RequestToDecide, SentRequest, read_deciding, read_sent
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker
from ops.web.terms_form import TERMS, terms_of

TYPED = ("who", *TERMS, "note", "reason", "question", "reply", "warned")

Act = Callable[[Request, str, Mapping[str, str]], Awaitable[object]]


async def show(request: Request) -> Response:
    """Show a request to its deciders, and to whoever asked."""
    return await _page(request, {}, {})


async def give(request: Request) -> Response:
    """Approve, as asked or narrower."""
    return await _done(
        request,
        lambda request, reference, typed: approve(
            house_of(request).desk, asker(request), reference, Given(typed["who"], terms_of(typed)), typed["note"]
        ),
    )


async def turn_down(request: Request) -> Response:
    """Refuse with a reason."""
    return await _done(
        request,
        lambda request, reference, typed: refuse(
            house_of(request).desk, asker(request), reference, Told(typed["reason"], bool(typed["warned"]))
        ),
    )


async def stay_silent(request: Request) -> Response:
    """Refuse without an answer."""
    return await _done(
        request,
        lambda request, reference, _: refuse_in_silence(house_of(request).desk, asker(request), reference),
    )


async def question(request: Request) -> Response:
    """Ask the requester something."""
    return await _done(
        request,
        lambda request, reference, typed: ask_back(
            house_of(request).desk, asker(request), reference, Told(typed["question"], bool(typed["warned"]))
        ),
    )


async def answer(request: Request) -> Response:
    """Reply to the owner's question."""
    return await _done(
        request,
        lambda request, reference, typed: reply(house_of(request).desk, asker(request), reference, typed["reply"]),
    )


async def refer(request: Request) -> Response:
    """Pass a request on to those who manage the thing."""
    return await _done(
        request, lambda request, reference, _: pass_on(house_of(request).desk, asker(request), reference)
    )


async def _done(request: Request, act: Act) -> Response:
    """Take one step; a refused one comes back with everything that was typed, and with what holds now."""
    reference, typed = request.path_params["ref"], kept(await fields(request), *TYPED)
    try:
        await act(request, reference, typed)
    except Invalid as refusal:
        return await _page(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await _page(request, typed, {"request": str(refusal)}, 409)
    return RedirectResponse(f"/requests/{reference}", 303)


async def _page(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        template, shown = await _read(session, asker(request), request.path_params["ref"])
    seen = [shown.thing.reference] if shown.thing is not None and shown.thing.title else []
    context = {"request": shown, "form": typed, "errors": errors}
    return await page(request, template, context, nav="watch", status=status, listed=seen)


async def _read(session: AsyncSession, who: Asker, reference: str) -> tuple[str, RequestToDecide | SentRequest]:
    """Read a request as its decider, else as whoever asked: nobody is both."""
    try:
        return "requests/decide.html", await read_deciding(session, who, reference)
    except NotFound:
        return "requests/request.html", await read_sent(session, who, reference)
