"""The caller's own agency, for its administrator; its agreements. What wants a confirmed person is on pages alone."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.officers import make_account, revise_officer
from ops.actions.signing import NewAgreement, make_agreement
from ops.actions.teams import make_team, revise_team
from ops.api.answers import answer, done, made
from ops.api.declared import sent
from ops.api.once import once
from ops.api.reading import read
from ops.api.shapes import agency as shapes
from ops.screens.agreements import read_agreement, read_agreements
from ops.screens.own_agency import read_officer, read_own_agency, read_team
from ops.web.house import house_of
from ops.web.signed_in import asker


async def home(request: Request) -> Response:
    """Show the agency."""
    return answer(shapes.OwnAgency.model_validate(await read(request, read_own_agency)))


async def new_team(request: Request) -> Response:
    """Make a team."""
    new = sent(request, shapes.TeamWords)
    return made(
        "/teams", await once(request, lambda desk: make_team(desk, asker(request), new.name, listed=new.listed))
    )


async def team(request: Request) -> Response:
    """Show one team."""
    found = await read(request, lambda session, who: read_team(session, who, request.path_params["ref"]))
    return answer(shapes.Team.model_validate(found))


async def revise_one_team(request: Request) -> Response:
    """Rename a team, list or unlist it."""
    new, reference = sent(request, shapes.TeamWords), request.path_params["ref"]
    await revise_team(house_of(request).desk, asker(request), reference, new.name, listed=new.listed)
    return done()


async def officer(request: Request) -> Response:
    """Show one officer."""
    found = await read(request, lambda session, who: read_officer(session, who, request.path_params["ref"]))
    return answer(shapes.OfficerOfOurs.model_validate(found))


async def revise_one_officer(request: Request) -> Response:
    """Change an officer's name or mobile."""
    new, reference = sent(request, shapes.OfficerWords), request.path_params["ref"]
    await revise_officer(house_of(request).desk, asker(request), reference, new.name, new.mobile)
    return done()


async def new_account(request: Request) -> Response:
    """Make an account."""
    new = sent(request, shapes.NewAccount)
    return made("/accounts", await once(request, lambda desk: make_account(desk, asker(request), new.name)))


async def account(request: Request) -> Response:
    """Show one account."""
    agency = await read(request, read_own_agency)
    return answer(shapes.AccountOfOurs.model_validate(agency.account(request.path_params["ref"])))


async def agreements(request: Request) -> Response:
    """List my agency's agreements."""
    found = await read(request, read_agreements)
    return answer(shapes.Agreements(items=tuple(shapes.AgreementLine.model_validate(one) for one in found)))


async def new_agreement(request: Request) -> Response:
    """Make an agreement, for its parties to sign."""
    sent_new = sent(request, shapes.NewAgreement)
    new = NewAgreement(**{**dict(sent_new), "longest_days": str(sent_new.longest_days)})
    return made("/agreements", await once(request, lambda desk: make_agreement(desk, asker(request), new)))


async def agreement(request: Request) -> Response:
    """Show one agreement."""
    found = await read(request, lambda session, who: read_agreement(session, who, request.path_params["ref"]))
    return answer(shapes.Agreement.model_validate(found))
