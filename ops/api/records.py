"""Who read our records, and what our officers did."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.api.answers import opened, sealed, shown
from ops.api.declared import asked
from ops.api.reading import read
from ops.api.shapes.records import AskedRecords, Record, Records
from ops.screens.records import Asked, read_records


async def ours(request: Request) -> Response:
    """Show who read what the agency owns."""
    return await _records(request, done=False)


async def officers(request: Request) -> Response:
    """Show what the agency's officers did."""
    return await _records(request, done=True)


async def _records(request: Request, *, done: bool) -> Response:
    wanted = asked(request, AskedRecords)
    after = opened(request, wanted.cursor)  # sealed, because an entry's own id tells when it was made
    look = Asked(
        done=done,
        reference=wanted.reference,
        officer=wanted.officer,
        act=wanted.act or "",
        since=wanted.since,
        until=wanted.until,
        after=UUID(after) if after else None,
    )
    found = await read(request, lambda session, who: read_records(session, who, look))
    more = sealed(request, found.more.hex) if found.more else None
    page = Records(items=tuple(Record.model_validate(line) for line in found.lines), next=more)
    return await shown(request, page, act=Act.AUDIT_READ, listed=found.readable)
