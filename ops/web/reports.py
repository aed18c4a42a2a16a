"""Reports: written with their audience, shown with the versions one could read, revised, given files."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from live.audience import Level
from models.base import new_reference
from models.reports import ReportKind
from ops.access.doors import find
from ops.actions.reports import NewReport, ReportEdit, attach_to_report, revise_report, write_report
from ops.errors import Conflict, Invalid, NotAllowed
from ops.screens.after_action import read_report as read_after_action
from ops.screens.after_action import shown_by_report
from ops.screens.after_action_words import in_words, title_in_words
from ops.screens.joint_preview import Draft, joint_preview
from ops.screens.report_form import read_report_form
from ops.screens.report_page import read_report
from ops.web.forms import fields, filing, kept, many
from ops.web.house import house_of
from ops.web.pages import alone, done, page
from ops.web.signed_in import asker
from ops.web.terms_form import TERMS, terms_of

LONGEST_COUNT = 4  # digits
TYPED = ("title", "text", "kind", "team", "unfenced", "unfenced_why", "person", *TERMS)


async def compose(request: Request) -> Response:
    """Show the form of a new report; `operation`: filled in with the draft of what its record tells, made for `for`."""
    operation, audience = request.query_params.get("operation", ""), request.query_params.get("for", "")
    if not operation:
        return await _form(request, {}, {}, new_reference(), ())
    async with house_of(request).desk.database.reading() as session:
        draft = await read_after_action(session, asker(request), operation, audience)
    typed = {"title": title_in_words(draft), "text": in_words(draft), "kind": ReportKind.AFTER_ACTION}
    chosen = (f"agency:{audience}",) if audience else ()
    return await _form(request, typed, {}, new_reference(), chosen, beside=shown_by_report(draft))


async def write(request: Request) -> Response:
    """File a report; a refused one comes back with everything that was typed."""
    house, sent = house_of(request), await fields(request)
    key, chosen = sent.get("key") or new_reference(), tuple(await many(request, "shared_with"))
    try:
        async with filing(request, "files") as files:
            new = await _new(request, sent, key, chosen)
            reference = await write_report(house.desk, asker(request), new, files)
    except Invalid as refusal:
        return await _form(request, kept(sent, *TYPED), refusal.messages, key, chosen, 422)
    return RedirectResponse(f"/reports/{reference}", 303)


async def audience(request: Request) -> Response:
    """Say who would see a report as far as it is written: alone for our own script, else with the form around it."""
    sent = await fields(request)
    if alone(request):
        return await _audience(request, await _draft(request, sent), sent.get("files", ""))
    chosen = tuple(await many(request, "shared_with"))
    return await _form(request, kept(sent, *TYPED), {}, sent.get("key") or new_reference(), chosen)


async def report(request: Request) -> Response:
    """Show one report."""
    return await _report(request, {})


async def edit(request: Request) -> Response:
    """Show the form of a report's next version."""
    return await _edit(request, None, {})


async def revise(request: Request) -> Response:
    """Save a version; when there is a newer one meanwhile, both texts are shown and nothing typed is lost."""
    sent, reference = await fields(request), request.path_params["ref"]
    typed = kept(sent, "title", "text")
    based_on = int(sent.get("based_on", "0")) if sent.get("based_on", "").isdecimal() else 0
    try:
        await revise_report(house_of(request).desk, asker(request), reference, ReportEdit(**typed, based_on=based_on))
    except Invalid as refusal:
        return await _edit(request, typed, refusal.messages, 422, based_on)
    except Conflict as refusal:
        return await _edit(request, typed, {"text": str(refusal)}, 409)
    return done(request, f"/reports/{reference}")


async def attach(request: Request) -> Response:
    """Add files to a report."""
    house, reference = house_of(request), request.path_params["ref"]
    try:
        async with filing(request, "files") as files:
            await attach_to_report(house.desk, asker(request), reference, files)
    except Invalid as refusal:
        return await _report(request, refusal.messages, 422)
    return done(request, f"/reports/{reference}")


async def _new(request: Request, sent: Mapping[str, str], key: str, chosen: tuple[str, ...]) -> NewReport:
    person = sent.get("person", "").strip()
    return NewReport(
        case=request.path_params["ref"],
        title=sent.get("title", ""),
        text=sent.get("text", ""),
        kind=sent.get("kind", ""),
        key=key,
        terms=replace(terms_of(sent), level=sent.get("level") or "read"),
        team=sent.get("team", ""),
        fenced=not sent.get("unfenced"),
        unfenced_why=sent.get("unfenced_why", ""),
        names=tuple(await many(request, "names")),
        shared_with=(*chosen, *([person] if person else [])),
    )


async def _draft(request: Request, sent: Mapping[str, str]) -> Draft:
    person = sent.get("person", "").strip()
    return Draft(
        team=sent.get("team", ""),
        shared_with=(*await many(request, "shared_with"), *([person] if person else [])),
        names=tuple(await many(request, "names")),
        kind=sent.get("kind", ""),
        level=sent.get("level") or "read",
        fenced=not sent.get("unfenced"),
    )


async def _audience(request: Request, draft: Draft, files: str) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        joint = await joint_preview(session, asker(request), reference, draft)
    context = {"joint": joint, "files": int(files) if files.isdecimal() and len(files) < LONGEST_COUNT else 0}
    listed = [reference, *(person.reference for person in joint.named)]
    return await page(request, "share/_joint.html", context, listed=listed)


async def _form(
    request: Request,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    key: str,
    chosen: tuple[str, ...],
    status: int = 200,
    beside: Collection[str] = (),
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        shown = await read_report_form(session, asker(request), reference)
        joint = await joint_preview(
            session, asker(request), reference, await _draft(request, typed) if typed else Draft()
        )
    context = {
        "new": shown,
        "form": typed,
        "errors": errors,
        "key": key,
        "chosen": chosen,
        "joint": joint,
        "files": 0,
        "named": await many(request, "names") if request.method == "POST" else [],
    }
    disclosed = {reference, *(person.reference for person in shown.people), *shown.operations}
    return await page(
        request, "case/report_new.html", context, nav="cases", status=status, shown=beside, listed=disclosed
    )


async def refused_report(request: Request, errors: Mapping[str, str], typed: Mapping[str, str]) -> Response:
    """Show a report with what was refused on its page, and what was typed there."""
    return await _report(request, errors, 422, typed)


async def _report(
    request: Request, errors: Mapping[str, str], status: int = 200, typed: Mapping[str, str] | None = None
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        if errors:  # refused files of somebody who may not add any
            await find(session, asker(request), reference, "report", Level.CONTRIBUTE)
        cursor = await house_of(request).cursor(session, asker(request))
        shown = await read_report(session, asker(request), reference)
    live_url = "" if shown.case.stub else f"/cases/{shown.case.reference}/live"  # its case's feed tells when it ends
    context = {"report": shown, "errors": errors, "form": typed or {}, "cursor": cursor, "live_url": live_url}
    case = [] if shown.case.stub else [shown.case.reference]
    disclosed = [reference, *(file.reference for file in shown.card.files)]
    return await page(request, "case/report.html", context, nav="cases", status=status, shown=disclosed, listed=case)


async def _edit(
    request: Request,
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
    status: int = 200,
    based_on: int = 0,
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        await find(session, asker(request), reference, "report", Level.CONTRIBUTE)
        shown = await read_report(session, asker(request), reference)
    if not shown.may_edit:
        raise NotAllowed("Only the agency that wrote this report can change it.")
    newest = shown.versions[0]
    context = {
        "report": shown,
        "form": typed if typed is not None else {"title": newest.title, "text": newest.text},
        "based_on": based_on or newest.number,
        "theirs": status == 409,  # noqa: PLR2004 - a conflict
        "errors": errors,
    }
    return await page(request, "case/report_edit.html", context, nav="cases", status=status, shown=[reference])
