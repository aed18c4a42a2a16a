"""Access asked for, and each step that whoever asked or whoever decides takes."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from ops.access.asker import Asker
from ops.actions import deciding
from ops.actions.grants import Given
from ops.actions.requests import Wanted, ask, ask_by_reference
from ops.api.answers import done, made, shown
from ops.api.declared import sent
from ops.api.once import once
from ops.api.reading import read
from ops.api.shapes import requests as shapes
from ops.api.shapes.terms import terms_of
from ops.errors import NotFound
from ops.screens.request_page import RequestToDecide, SentRequest, read_deciding, read_sent, sent_requests
from ops.screens.requests_to_decide import deciding_references
from ops.web.signed_in import asker


class RequestsFor(NamedTuple):
    """Requests for access to one kind of thing."""

    kind: str

    async def ask(self, request: Request) -> Response:
        """Ask for a thing that the caller knows of."""
        wanted, reference = _wanted(sent(request, shapes.NewRequest)), request.path_params["ref"]
        found = await once(request, lambda desk: ask(desk, asker(request), self.kind, reference, wanted))
        return made("/requests", found)


async def by_reference(request: Request) -> Response:
    """Ask for whatever a reference names: the same answer whatever that is."""
    new = sent(request, shapes.NewRequestByReference)
    found = await once(request, lambda desk: ask_by_reference(desk, asker(request), new.reference, _wanted(new)))
    return made("/requests", found)


async def requests(request: Request) -> Response:
    """List the caller's own requests, and those that wait for their decision."""
    found = await read(request, _all)
    page = shapes.Requests(items=tuple(_shape(one) for one in found))
    return await shown(request, page, listed=_titled(found))


async def one(request: Request) -> Response:
    """Show a request to whoever asked, or to whoever decides."""
    found = await read(request, lambda session, who: _read(session, who, request.path_params["ref"]))
    return await shown(request, _shape(found), listed=_titled([found]))


async def approve(request: Request) -> Response:
    """Approve, as asked or narrower."""
    new, reference = sent(request, shapes.Approval), request.path_params["ref"]
    given = Given(new.who, terms_of(new.terms))
    grant = await once(request, lambda desk: deciding.approve(desk, asker(request), reference, given, new.note))
    return made("/grants", grant)


async def refuse(request: Request) -> Response:
    """Refuse with a reason."""
    told, reference = _told(request), request.path_params["ref"]
    await once(request, lambda desk: deciding.refuse(desk, asker(request), reference, told))
    return done()


async def stay_silent(request: Request) -> Response:
    """Refuse without an answer."""
    reference = request.path_params["ref"]
    await once(request, lambda desk: deciding.refuse_in_silence(desk, asker(request), reference))
    return done()


async def question(request: Request) -> Response:
    """Ask the requester something."""
    told, reference = _told(request), request.path_params["ref"]
    await once(request, lambda desk: deciding.ask_back(desk, asker(request), reference, told))
    return done()


async def reply(request: Request) -> Response:
    """Reply to the owner's question."""
    words, reference = sent(request, shapes.Reply).words, request.path_params["ref"]
    await once(request, lambda desk: deciding.reply(desk, asker(request), reference, words))
    return done()


async def refer(request: Request) -> Response:
    """Pass a request on to those who manage the thing."""
    reference = request.path_params["ref"]
    await once(request, lambda desk: deciding.pass_on(desk, asker(request), reference))
    return done()


Found = SentRequest | RequestToDecide


async def _all(session: AsyncSession, who: Asker) -> list[Found]:
    waiting = await deciding_references(session, who)
    return [*await sent_requests(session, who), *[await read_deciding(session, who, name) for name in waiting]]


async def _read(session: AsyncSession, who: Asker, reference: str) -> Found:
    """Read a request as its decider, else as whoever asked: nobody is both."""
    try:
        return await read_deciding(session, who, reference)
    except NotFound:
        return await read_sent(session, who, reference)


def _shape(found: Found) -> shapes.SentRequest | shapes.RequestToDecide:
    if isinstance(found, RequestToDecide):
        return shapes.RequestToDecide.model_validate(found)
    return shapes.SentRequest.model_validate(found)


def _titled(found: list[Found]) -> list[str]:
    return [one.thing.reference for one in found if one.thing is not None and one.thing.title]


def _wanted(new: shapes.NewRequest) -> Wanted:
    return Wanted(reason=new.reason, purpose=new.purpose, level=new.level, until=new.until, whom=new.whom)


def _told(request: Request) -> deciding.Told:
    new = sent(request, shapes.Telling)
    return deciding.Told(new.words, new.warned)
