"""Files, through their parent's rule: taken in with a report, given as their shared copy."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.reports import attach_to_report
from ops.api.answers import made
from ops.api.once import once
from ops.web import attachments
from ops.web.forms import filing
from ops.web.signed_in import asker


async def content(request: Request) -> Response:
    """Give the shared copy."""
    return await attachments.download(request)


async def thumbnail(request: Request) -> Response:
    """Give the small picture."""
    return await attachments.thumbnail(request)


async def attach(request: Request) -> Response:
    """Add files to a report; seen by exactly those who see it."""
    reference = request.path_params["ref"]
    async with filing(request, "files") as files:
        sent = " ".join(f"{file.sha256} {file.name}" for file in files)
        await once(request, lambda desk: attach_to_report(desk, asker(request), reference, files), sent)
    return made("/reports", reference)
