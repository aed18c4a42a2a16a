"""Tables in: one is sent up whole, and read before anything of it is kept."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.imports import stage
from ops.api.answers import made
from ops.api.declared import asked
from ops.api.once import once
from ops.api.shapes.imports import AskedKind
from ops.web.imports import table_sent
from ops.web.signed_in import asker

FIELD = "files"


async def begin(request: Request) -> Response:
    """Take a table in, and stage its lines."""
    kind = asked(request, AskedKind).kind
    label, sheet = await table_sent(request, kind, FIELD)
    sent = f"{label} {sheet.lines}"
    return made("/imports", await once(request, lambda desk: stage(desk, asker(request), kind, label, sheet), sent))
