"""After an operation: the debrief, live, and the report that is made from the record."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from models.base import new_reference
from ops.actions.debriefs import HEADINGS, NewNote, note_at_debrief
from ops.actions.once import usable
from ops.screens.after_action import read_report, shown_by_report
from ops.screens.debrief import read_debrief
from ops.web.acts import answered
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

NOTE = ("heading", "text", "went", "key")


async def debrief(request: Request) -> Response:
    """Show what was said."""
    return await _debrief(request, {}, {}, 200)


async def note(request: Request) -> Response:
    """Say something."""
    typed, reference = kept(await fields(request), *NOTE), request.path_params["ref"]
    new = NewNote(reference, typed["heading"], typed["text"], typed["went"] == "well", typed["key"])
    act = note_at_debrief(house_of(request).desk, asker(request), new)
    return await answered(request, act, _debrief, typed, f"/operations/{reference}/debrief")


async def report(request: Request) -> Response:
    """Show the after-action report, for oneself or an audience."""
    reference, audience = request.path_params["ref"], request.query_params.get("for", "")
    async with house_of(request).desk.database.reading() as session:
        found = await read_report(session, asker(request), reference, audience)
    shown, listed = shown_by_report(found), [found.case] if found.case else []
    return await page(request, "record/report.html", {"report": found}, nav="board", shown=shown, listed=listed)


async def _debrief(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_debrief(session, asker(request), reference)
    key = typed.get("key", "")
    context = {"debrief": found, "headings": HEADINGS, "form": typed, "errors": errors}
    context |= {"key": key if usable(key) else new_reference(), "cursor": cursor}
    context["live_url"] = f"/operations/{reference}/live?kind=debrief"
    return await page(request, "record/debrief.html", context, nav="board", status=status, shown=[reference])
