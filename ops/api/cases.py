"""A case file, and where the live feed goes on from it."""

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from ops.actions.cases import fingerprint
from ops.api.answers import shown
from ops.api.screens import Over
from ops.api.shapes.cases import AnyCaseFile
from ops.screens.case_file import read_case
from ops.web.cases import disclosed_by_case, listed_by_case
from ops.web.house import house_of
from ops.web.signed_in import asker

_SHAPE: TypeAdapter[AnyCaseFile] = TypeAdapter(AnyCaseFile)


async def case(request: Request) -> Response:
    """Show a case file."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_case(session, asker(request), request.path_params["ref"])
    return await shown(
        request,
        _SHAPE.validate_python(Over(found, found.head)),
        shown=disclosed_by_case(found),
        listed=listed_by_case(found),
        version="" if found.head.stub else fingerprint(found.head),
        cursor=cursor,
    )
