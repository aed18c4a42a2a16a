"""How the platform runs, for its operator: health, sizes, who takes part; nothing of the cabinet."""

from starlette.requests import Request
from starlette.responses import Response

from ops.api.answers import answer
from ops.api.reading import read
from ops.api.shapes.agency import Platform
from ops.screens.platform import read_platform
from ops.web.house import house_of


async def home(request: Request) -> Response:
    """Show it."""
    applied = house_of(request).tailer.applied
    found = await read(request, lambda session, who: read_platform(session, who, applied))
    return answer(Platform.model_validate(found))
