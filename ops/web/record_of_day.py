"""What an operation's record tells afterwards: its timeline, and the board as it stood."""

from starlette.requests import Request
from starlette.responses import Response

from ops.screens.plan import read_head
from ops.screens.replay import read_replay, references_in
from ops.screens.timeline import read_timeline
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def timeline(request: Request) -> Response:
    """Show the timeline, or only its significant events."""
    significant = request.query_params.get("show") != "everything"
    async with house_of(request).desk.database.reading() as session:
        head = await read_head(session, asker(request), request.path_params["ref"])
        every = await read_timeline(session, asker(request), head.reference)
    entries = [one for one in every if one.significant or not significant]
    context = {"head": head, "entries": entries, "significant": significant}
    shown = {one.reference for one in entries if one.reference}
    return await page(request, "record/timeline.html", context, nav="board", shown=shown, listed=[head.reference])


async def replay(request: Request) -> Response:
    """Show the board as it stood."""
    house, reference = house_of(request), request.path_params["ref"]
    asked = request.query_params
    minute, agency = _minute(asked.get("step") or asked.get("minute", "")), asked.get("as", "")
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_replay(session, asker(request), reference, minute, agency)
    here = f"/operations/{reference}/replay?minute={found.minute}" + (f"&as={agency}" if found.agency else "")
    context = {"replay": found, "cursor": cursor, "live_url": f"/operations/{reference}/live?kind=board", "here": here}
    shown = {reference, *references_in(found.board)}
    return await page(request, "record/replay.html", context, nav="board", shown=shown)


def _minute(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else None  # noqa: PLR2004 - over a year
