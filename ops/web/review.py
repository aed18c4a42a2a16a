"""The access review of a lead: a list, and one tap to renew; to revoke leads to the preview of that grant."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.renewals import renew_access
from ops.screens.review import read_review
from ops.web.acts import answered
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def review(request: Request) -> Response:
    """Show what is to be looked at."""
    return await _page(request, {}, {}, 200)


async def renew(request: Request) -> Response:
    """Give a grant again on the same terms."""
    act = renew_access(house_of(request).desk, asker(request), request.path_params["ref"])
    return await answered(request, act, _page, {}, "/agency/review")


async def _page(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_review(session, asker(request))
    context = {"review": found, "form": typed, "errors": errors}
    return await page(request, "agency/review.html", context, nav="watch", status=status, listed=found.references)
