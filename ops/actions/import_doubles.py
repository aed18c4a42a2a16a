"""What looks the same as a line of a table, among the things that the officer who brings it in may see."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.agencies import Agency, Officer
from models.cases import Case
from models.grants import Resource
from models.operations import Operation, Site
from models.profiles import Profile
from models.reports import Report, ReportVersion
from models.sign_ins import Credential
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.actions.import_fields import Kind, key_of


async def keys_there(session: AsyncSession, asker: Asker, kind: Kind) -> dict[str, str]:
    """Give the keys of what is there, and what to call it. Officers are compared with one's own agency's."""
    match kind.name:
        case "case":
            rows = await session.execute(
                select(col(Resource.reference), col(Case.title))
                .join(Case, col(Case.id) == col(Resource.id))
                .where(visible_to(asker))
            )
            return {key_of(kind, {"title": title}): f"case {reference}" for reference, title in rows}
        case "profile":
            people = await session.execute(
                select(col(Resource.reference), col(Profile.label), col(Profile.born_on))
                .join(Profile, col(Profile.id) == col(Resource.id))
                .where(visible_to(asker))
            )
            return {
                key_of(kind, {"label": label, "born_on": born.isoformat() if born else ""}): f"profile {reference}"
                for reference, label, born in people
            }
        case "officer":
            officers = await session.execute(
                select(col(Officer.name), col(Credential.email))
                .join(Credential, col(Credential.officer_id) == col(Officer.id))
                .where(col(Officer.agency_id) == asker.agency)
            )
            return {key_of(kind, {"email": email}): f"officer {name}" for name, email in officers}
        case "agency":
            agencies = await session.execute(select(col(Agency.code), col(Agency.name)))
            return {key_of(kind, {"letters": code}): f"agency {name}" for code, name in agencies}
        case "site":
            return await _sites(session, asker, kind)
        case _:
            return await _reports(session, asker, kind)


async def _sites(session: AsyncSession, asker: Asker, kind: Kind) -> dict[str, str]:
    """A line may name its operation by the reference or by the title."""
    box = aliased(Resource, name="box")
    rows = await session.execute(
        select(col(Resource.reference), col(box.reference), col(Operation.title), col(Site.code))
        .join(Site, col(Site.id) == col(Resource.id))
        .join(Operation, col(Operation.id) == col(Site.operation_id))
        .join(box, col(box.id) == col(Operation.id))
        .where(visible_to(asker))
    )
    return {
        key_of(kind, {"operation": operation, "code": code}): f"site {reference}"
        for reference, named, title, code in rows
        for operation in (named, title)
    }


async def _reports(session: AsyncSession, asker: Asker, kind: Kind) -> dict[str, str]:
    box = select(col(Resource.id), col(Resource.reference)).subquery()
    rows = await session.execute(
        select(col(Resource.reference), box.c.reference, col(ReportVersion.title))
        .join(Report, col(Report.id) == col(Resource.id))
        .join(box, box.c.id == col(Report.case_id))
        .join(ReportVersion, col(ReportVersion.report_id) == col(Report.id))
        .where(visible_to(asker))
    )
    return {key_of(kind, {"case": case, "title": title}): f"report {reference}" for reference, case, title in rows}
