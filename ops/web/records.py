"""Who read our records, what our officers did, and the disclosure register of a thing."""

from datetime import date
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from live.cursor import Place
from models.audit import Act
from ops.screens.records import ACTS, Asked, read_records
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

FILTERS = ("reference", "officer", "act", "since", "until")


async def ours(request: Request) -> Response:
    """Show who read what the agency owns."""
    return await _records(request, done=False)


async def officers(request: Request) -> Response:
    """Show what the agency's officers did."""
    return await _records(request, done=True)


async def _records(request: Request, *, done: bool) -> Response:
    house, who = house_of(request), asker(request)
    typed = {name: request.query_params.get(name, "").strip()[:26] for name in FILTERS}
    typed["act"] = request.query_params.get("act", "") if request.query_params.get("act") in ACTS else ""
    asked = Asked(
        done=done,
        reference=typed["reference"].lower(),
        officer=typed["officer"],
        act=typed["act"],
        since=_day(typed["since"]),
        until=_day(typed["until"]),
        after=_opened(request),
    )
    async with house.desk.database.reading() as session:
        found = await read_records(session, who, asked)
    more = house.sealer.seal(Place(found.more.bytes, 0, who.at), who.officer) if found.more else ""
    context = {
        "records": found,
        "done": done,
        "form": typed,
        "acts": ACTS,
        "more": more,
        "filtered": any(typed.values()),
    }
    return await page(
        request, "records/records.html", context, nav="records", act=Act.AUDIT_READ, listed=found.readable
    )


def _opened(request: Request) -> UUID | None:
    """Open the place where the page before ended; it is sealed, because an entry's own id tells when it was made."""
    place = house_of(request).sealer.open(request.query_params.get("after", ""), asker(request).officer)
    return UUID(bytes=place.epoch) if place else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
