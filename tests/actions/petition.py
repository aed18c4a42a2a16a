"""Requests for access at the county's desk: asked on the usual words, found again, decided."""

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.grants import AccessRequest, RequestStep, Resource
from ops.actions.deciding import approve
from ops.actions.grants import Given
from ops.actions.requests import Wanted, ask, ask_by_reference
from tests.actions.office import TERMS, Office
from tests.cast import DAY, NOW

WANTED = Wanted(reason="I take over her list.", purpose="Care", level="read", until=NOW + 5 * DAY)


async def asks_for(office: Office, officer: Officer, thing: Resource, **fields: object) -> str:
    """Ask from a stub on the usual words, but for those named here; gives the request's reference."""
    wanted = replace(WANTED, **fields)  # type: ignore[arg-type]  # the test names fields of Wanted
    return await ask(office.desk, await office.asks(officer), thing.kind, thing.reference, wanted)


async def types(office: Office, officer: Officer, reference: str, **fields: object) -> str:
    """Ask by a typed reference."""
    wanted = replace(WANTED, **fields)  # type: ignore[arg-type]  # the test names fields of Wanted
    return await ask_by_reference(office.desk, await office.asks(officer), reference, wanted)


async def gives(office: Office, decider: Officer, request: str, who: str, **terms: object) -> str:
    """Approve on the usual terms until the day that was asked for; gives the grant's reference."""
    usual = {"until": WANTED.until}
    given = Given(who, replace(TERMS, **usual | terms))  # type: ignore[arg-type]  # the test names fields of Terms
    return await approve(office.desk, await office.asks(decider), request, given)


async def filed(office: Office, reference: str) -> AccessRequest:
    """Give the row of a request."""
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(AccessRequest).where(col(AccessRequest.reference) == reference))
        return rows.scalar_one()


async def steps(office: Office, reference: str) -> list[str]:
    """Give what happened to a request, in order."""
    request = await filed(office, reference)
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(col(RequestStep.step))
            .where(col(RequestStep.request_id) == request.id)
            .order_by(col(RequestStep.number))
        )
        return list(rows.scalars())
