"""Who the caller is, and whom there is to work with."""

from starlette.requests import Request
from starlette.responses import Response

from models.agencies import Duty
from models.tokens import Scope
from ops.api.answers import answer, part, place
from ops.api.declared import asked
from ops.api.given import agency_ref
from ops.api.shapes.common import AskedPage
from ops.api.shapes.people import Agency, Me, OfficerLine, Token
from ops.screens.directory import colleagues, listed_agencies, listed_agency, myself
from ops.web.house import house_of
from ops.web.signed_in import asker


async def me(request: Request) -> Response:
    """Tell the caller who they are."""
    async with house_of(request).desk.database.reading() as session:
        found = await myself(session, asker(request))
    token = Token(
        reference=found.token,
        name=found.token_name,
        scopes=tuple(Scope(one) for one in found.scopes),
        expires_at=found.expires_at,
    )
    return answer(
        Me(
            kind="account" if found.account else "officer",
            reference=found.reference,
            name=found.name,
            agency=agency_ref(found.agency),
            duties=tuple(Duty(one) for one in sorted(asker(request).duties)),
            token=token,
        )
    )


async def agencies(request: Request) -> Response:
    """List the agencies that take part."""
    wanted = asked(request, AskedPage)
    async with house_of(request).desk.database.reading() as session:
        rows = await listed_agencies(session, asker(request), place(request, wanted), wanted.limit + 1)
    return answer(part(request, wanted, rows, Agency.model_validate, lambda row: row.reference))


async def agency(request: Request) -> Response:
    """Show one of them."""
    async with house_of(request).desk.database.reading() as session:
        found = await listed_agency(session, asker(request), request.path_params["ref"])
    return answer(Agency.model_validate(found))


async def officers(request: Request) -> Response:
    """List the caller's colleagues."""
    wanted = asked(request, AskedPage)
    async with house_of(request).desk.database.reading() as session:
        rows = await colleagues(session, asker(request), place(request, wanted), wanted.limit + 1)
    return answer(part(request, wanted, rows, OfficerLine.model_validate, lambda row: row.reference))
