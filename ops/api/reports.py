"""Reports: written with their audience, shown with the versions that one could read, revised."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.reports import NewReport, ReportEdit, revise_report, write_report
from ops.api import given
from ops.api.answers import made, shown
from ops.api.declared import key_of, sent, version_of
from ops.api.once import once
from ops.api.problems import CHANGED, ProblemError
from ops.api.shapes import reports as shapes
from ops.api.shapes.terms import terms_of
from ops.errors import Conflict
from ops.screens.report_page import read_report
from ops.web.house import house_of
from ops.web.signed_in import asker


async def report(request: Request) -> Response:
    """Show a report."""
    async with house_of(request).desk.database.reading() as session:
        found = await read_report(session, asker(request), request.path_params["ref"])
    case = [] if found.case.stub else [found.case.reference]
    disclosed = [found.card.reference, *(file.reference for file in found.card.files)]
    return await shown(request, given.report(found), shown=disclosed, listed=case, version=str(found.card.revision))


async def write(request: Request) -> Response:
    """File a report."""
    new = sent(request, shapes.NewReport)
    report = NewReport(
        case=request.path_params["ref"],
        title=new.title,
        text=new.text,
        kind=new.kind,
        key=key_of(request),
        terms=replace(terms_of(new.terms), level=new.terms.level if new.terms else "read"),
        team=new.team,
        fenced=new.inside_fences,
        unfenced_why=new.outside_because,
        names=new.names,
        shared_with=new.shared_with,
    )
    return made("/reports", await write_report(house_of(request).desk, asker(request), report, ()))


async def revise(request: Request) -> Response:
    """Save a new version."""
    words, reference, version = sent(request, shapes.NewVersion), request.path_params["ref"], version_of(request)
    edit = ReportEdit(words.title, words.text, int(version) if version.isdecimal() and version.isascii() else 0)
    try:
        await once(request, lambda desk: revise_report(desk, asker(request), reference, edit))
    except Conflict:
        raise ProblemError(CHANGED) from None
    return made("/reports", reference)
