"""The search page. What is looked for is sent as a form: an address would keep a name in histories and logs."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.screens.search import KINDS, LONGEST, After, Results, Sought, search
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def begin(request: Request) -> Response:
    """Show the form."""
    return await _page(request, Sought(""), Results())


async def find(request: Request) -> Response:
    """Show what was found; written down, whatever it was."""
    sent = kept(await fields(request), "q", "kind", "after_at", "after_reference")
    sought = Sought(sent["q"].strip()[:LONGEST], sent["kind"], _after(sent["after_at"], sent["after_reference"]))
    async with house_of(request).desk.database.reading() as session:
        results = await search(session, asker(request), sought)
    return await _page(request, sought, results, act=Act.SEARCHED)


async def _page(request: Request, sought: Sought, results: Results, act: Act | None = None) -> Response:
    context = {"sought": sought, "results": results, "kinds": KINDS, "asked": act is not None}
    return await page(request, "search.html", context, nav="search", listed=results.listed, act=act)


def _after(at: str, reference: str) -> After | None:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return After(moment, reference) if moment.tzinfo else None
