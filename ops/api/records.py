"""Who read our records, and what our officers did."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.api.answers import shown
from ops.api.declared import asked
from ops.api.reading import read
from ops.api.shapes.records import AskedRecords, Record, Records
from ops.errors import Invalid
from ops.screens.records import Asked, read_records
from ops.web.house import house_of
from ops.web.signed_in import asker

SEALED = "record"


async def ours(request: Request) -> Response:
    """Show who read what the agency owns."""
    return await _records(request, done=False)


async def officers(request: Request) -> Response:
    """Show what the agency's officers did."""
    return await _records(request, done=True)


async def _records(request: Request, *, done: bool) -> Response:
    wanted, sealer, officer = asked(request, AskedRecords), house_of(request).sealer, asker(request).officer
    look = Asked(
        done=done,
        reference=wanted.reference,
        officer=wanted.officer,
        act=wanted.act or "",
        since=wanted.since,
        until=wanted.until,
        after=_opened(request, wanted.cursor),
    )
    found = await read(request, lambda session, who: read_records(session, who, look))
    more = sealer.seal_words(f"{SEALED} {found.more.hex}", officer) if found.more else None
    page = Records(items=tuple(Record.model_validate(line) for line in found.lines), next=more)
    return await shown(request, page, act=Act.AUDIT_READ, listed=found.readable)


def _opened(request: Request, cursor: str) -> UUID | None:
    """Open the place where the page before ended; it is sealed, because an entry's own id tells when it was made."""
    if not cursor:
        return None
    kind, _, name = (house_of(request).sealer.open_words(cursor, asker(request).officer) or "").partition(" ")
    if kind != SEALED:
        raise Invalid({"cursor": "This is no cursor of this list, or not yours. Begin without one."})
    return UUID(name)
