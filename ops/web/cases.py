"""Cases: the list, a case file, its edit, its links."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from live.audience import Level
from models.base import new_reference
from models.cases import Case, Theme
from ops.access.doors import find_row
from ops.actions.cases import STATUSES, CaseEdit, NewCase, fingerprint, open_case, revise_case
from ops.actions.links import link_cases, remove_link
from ops.errors import Conflict, Invalid
from ops.screens.case_file import read_case
from ops.screens.case_values import CaseFile
from ops.screens.kept_reports import kept_reports
from ops.screens.lists import my_cases
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

EDITED = ("title", "summary", "status", "handling")


async def cases(request: Request) -> Response:
    """List the cases that I may see, and offer to open one."""
    return await _list(request, {}, {}, new_reference())


async def open_one(request: Request) -> Response:
    """Open a case; a refused one comes back with everything that was typed."""
    sent = await fields(request)
    key = sent.get("key") or new_reference()
    new = NewCase(sent.get("title", ""), sent.get("theme", ""), sent.get("summary", ""), key)
    try:
        reference = await open_case(house_of(request).desk, asker(request), new)
    except Invalid as refusal:
        return await _list(request, kept(sent, "title", "theme", "summary"), refusal.messages, key, 422)
    return RedirectResponse(f"/cases/{reference}", 303)


async def case(request: Request) -> Response:
    """Show a case file, live."""
    return await _case(request, {}, {})


async def edit(request: Request) -> Response:
    """Show the form that revises a case."""
    return await _edit(request, None, {})


async def revise(request: Request) -> Response:
    """Revise a case; when somebody else did meanwhile, both texts are shown and nothing typed is lost."""
    sent, reference = await fields(request), request.path_params["ref"]
    typed = kept(sent, *EDITED)
    change = CaseEdit(**typed, based_on=sent.get("based_on", ""))
    try:
        await revise_case(house_of(request).desk, asker(request), reference, change)
    except Invalid as refusal:
        return await _edit(request, typed, refusal.messages, 422, sent.get("based_on", ""))
    except Conflict as refusal:
        return await _edit(request, typed, {"title": str(refusal)}, 409)
    return done(request, f"/cases/{reference}")


async def link(request: Request) -> Response:
    """Link two cases."""
    sent, reference = await fields(request), request.path_params["ref"]
    typed = kept(sent, "other", "reason")
    try:
        await link_cases(house_of(request).desk, asker(request), reference, typed["other"], typed["reason"])
    except Invalid as refusal:
        return await _case(request, typed, refusal.messages, 422)
    return done(request, f"/cases/{reference}")


async def unlink(request: Request) -> Response:
    """Take a link away."""
    await remove_link(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def _list(
    request: Request, typed: Mapping[str, str], errors: Mapping[str, str], key: str, status: int = 200
) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await my_cases(session, asker(request))
        alone = await kept_reports(session, asker(request))
    themes = [theme.value for theme in Theme]
    context = {
        "cases": found,
        "kept_reports": alone,
        "themes": themes,
        "form": typed,
        "errors": errors,
        "key": key,
    }
    shown = [*(row.reference for row in found if not row.stub), *(report.reference for report in alone)]
    return await page(request, "cases.html", context, nav="cases", status=status, listed=shown)


async def _case(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        shown = await read_case(session, asker(request), reference)
    context = {
        "case": shown,
        "cursor": cursor,
        "live_url": f"/cases/{reference}/live",
        "form": typed,
        "errors": errors,
    }
    return await page(
        request,
        "case/case.html",
        context,
        nav="cases",
        status=status,
        shown=disclosed_by_case(shown),
        listed=listed_by_case(shown),
    )


async def _edit(
    request: Request,
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
    status: int = 200,
    based_on: str = "",
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        row, _ = await find_row(session, asker(request), reference, Case, Level.MANAGE)
    current = {name: getattr(row, name) for name in EDITED}
    context = {
        "reference": reference,
        "current": current,
        "form": typed if typed is not None else current,
        "based_on": based_on or fingerprint(row),
        "statuses": STATUSES,
        "errors": errors,
        "theirs": status == 409,  # noqa: PLR2004 - a conflict
    }
    return await page(request, "case/edit.html", context, nav="cases", status=status, shown=[reference])


def listed_by_case(shown: CaseFile) -> list[str]:
    """Name what has a line on the page: linked cases and people."""
    return [*(line.case_reference for line in shown.links if line.title), *(line.reference for line in shown.people)]


def disclosed_by_case(shown: CaseFile) -> list[str]:
    """Name what the page shows in full; stubs disclose nothing."""
    whole = [] if shown.head.stub else [shown.reference]
    cards = [
        reference for card in shown.cards for reference in (card.reference, *(file.reference for file in card.files))
    ]
    return [*whole, *cards]
