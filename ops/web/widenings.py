"""An officer has seen that a report was widened."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.widenings import see_widening
from ops.web.house import house_of
from ops.web.pages import done
from ops.web.signed_in import asker


async def see(request: Request) -> Response:
    """Note it, so that they are not told again."""
    await see_widening(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)
