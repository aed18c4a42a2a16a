"""Why can I see this, and what would another agency see: pages that explain, and change nothing."""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ops.screens.explanation import read_explanation
from ops.screens.view_as import BoardAs, CaseAs, read_board_as, read_case_as
from ops.web.cases import disclosed_by_case, listed_by_case
from ops.web.house import house_of
from ops.web.operations import disclosed_by_board
from ops.web.pages import page
from ops.web.signed_in import asker


class WhyPage(NamedTuple):
    """The page 'why can I see this' of one kind of thing."""

    kind: str

    async def show(self, request: Request) -> Response:
        """Explain the reader's own access."""
        async with house_of(request).desk.database.reading() as session:
            explained = await read_explanation(session, asker(request), self.kind, request.path_params["ref"])
        return await page(request, "share/why.html", {"explained": explained}, nav="cases", listed=explained.shown)


async def case_as(request: Request) -> Response:
    """Show a case as another agency sees it, as far as I see it too."""
    reference, agency = request.path_params["ref"], request.query_params.get("agency", "")
    async with house_of(request).desk.database.reading() as session:
        shown = await read_case_as(session, asker(request), reference, agency)
    whole = disclosed_by_case(shown.theirs) if shown.theirs else []
    lines = [reference, *(listed_by_case(shown.theirs) if shown.theirs else ()), *_titles(shown)]
    return await page(request, "share/case_as.html", {"shown": shown}, nav="cases", shown=whole, listed=lines)


async def board_as(request: Request) -> Response:
    """Show a board as another agency sees it, as far as I see it too."""
    reference, agency = request.path_params["ref"], request.query_params.get("agency", "")
    async with house_of(request).desk.database.reading() as session:
        shown = await read_board_as(session, asker(request), reference, agency)
    whole = disclosed_by_board(shown.theirs) if shown.theirs else []
    lines = [reference, *_titles(shown)]
    return await page(request, "share/board_as.html", {"shown": shown}, nav="board", shown=whole, listed=lines)


def _titles(shown: CaseAs | BoardAs) -> list[str]:
    return [hidden.reference for hidden in shown.hidden] if shown.view.agency else []
