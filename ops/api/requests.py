"""Requests as whoever asked sees them and as whoever decides does, in one list."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.request_page import RequestToDecide, SentRequest, read_deciding, read_sent, sent_requests
from ops.screens.requests_to_decide import deciding_references

Found = SentRequest | RequestToDecide


async def read_requests(session: AsyncSession, asker: Asker) -> list[Found]:
    """List the asker's own requests, and those that wait for their decision."""
    waiting = await deciding_references(session, asker)
    return [*await sent_requests(session, asker), *[await read_deciding(session, asker, name) for name in waiting]]


async def read_either(session: AsyncSession, asker: Asker, reference: str) -> Found:
    """Read a request as its decider, else as whoever asked: nobody is both."""
    try:
        return await read_deciding(session, asker, reference)
    except NotFound:
        return await read_sent(session, asker, reference)


def titled(found: Iterable[Found]) -> list[str]:
    """Name the things whose titles requests show."""
    return [one.thing.reference for one in found if one.thing is not None and one.thing.title]
