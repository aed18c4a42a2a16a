"""Cases: the list, a case file, a new one, its words."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.cases import CaseEdit, NewCase, fingerprint, open_case, revise_case
from ops.api import given
from ops.api.answers import done, made, part, place, shown
from ops.api.declared import asked, key_of, sent, version_of
from ops.api.problems import CHANGED, ProblemError
from ops.api.shapes import cases as shapes
from ops.api.shapes.common import AskedPage
from ops.errors import Conflict
from ops.screens.case_file import read_case
from ops.screens.lists import cases_after
from ops.web.cases import disclosed_by_case, listed_by_case
from ops.web.house import house_of
from ops.web.signed_in import asker


async def cases(request: Request) -> Response:
    """List the cases that the caller may see or know of."""
    wanted = asked(request, AskedPage)
    async with house_of(request).desk.database.reading() as session:
        rows = await cases_after(session, asker(request), place(request, wanted), wanted.limit + 1)
    listed = [row.reference for row in rows[: wanted.limit] if not row.stub]
    return await shown(request, part(request, wanted, rows, given.case_line, lambda row: row.reference), listed=listed)


async def open_one(request: Request) -> Response:
    """Open a case."""
    new = sent(request, shapes.NewCase)
    case = NewCase(new.title, new.theme, new.summary, key_of(request), new.team)
    return made("/cases", await open_case(house_of(request).desk, asker(request), case))


async def case(request: Request) -> Response:
    """Show a case file."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_case(session, asker(request), request.path_params["ref"])
    return await shown(
        request,
        given.case_file(found),
        shown=disclosed_by_case(found),
        listed=listed_by_case(found),
        version="" if found.head.stub else fingerprint(found.head),
        cursor=cursor,
    )


async def revise(request: Request) -> Response:
    """Change a case's own words."""
    words = sent(request, shapes.CaseWords)
    edit = CaseEdit(words.title, words.summary, words.status, words.handling, version_of(request))
    try:
        await revise_case(house_of(request).desk, asker(request), request.path_params["ref"], edit)
    except Conflict:
        raise ProblemError(CHANGED) from None
    return done()
