"""Cases on their way to another agency: what a manager offers, and what a lead who is offered one may know of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty, Officer, Team
from models.agreements import Agreement
from models.cases import Case
from models.hand_overs import HandOver
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.actions.fences import fences_of
from ops.errors import NotFound
from ops.screens.grantee_choices import UsualTerms, usual_terms
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """An offer and what became of it; `state`: waiting, lapsed, accepted, declined or withdrawn."""

    reference: str
    giver: AgencyTag
    taker: AgencyTag
    state: str
    offered_at: datetime
    lapses_at: datetime
    decided_at: datetime | None
    reason: str
    statement: str


@dataclass(frozen=True, slots=True)
class Offering:
    """The page on which a manager offers a case."""

    reference: str
    title: str
    agencies: tuple[AgencyTag, ...]
    usual: UsualTerms
    standing: HandOverLine | None
    history: tuple[HandOverLine, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """The page on which a lead answers: no more of the case than its theme. `who`: form value and name."""

    line: HandOverLine
    theme: str
    keeps_reading: bool
    reads_until: datetime | None
    purpose: str
    basis: str
    necessity: str
    agreement: str
    who: tuple[tuple[str, str], ...]


async def read_offering(session: AsyncSession, asker: Asker, reference: str) -> Offering:
    """Read the page of a case that the asker manages."""
    case, _ = await find_row(session, asker, reference, Case, Level.MANAGE)
    agencies, fences = await agency_tags(session), await fences_of(session, case.id)
    rows = await session.execute(
        select(HandOver).where(col(HandOver.case_id) == case.id).order_by(col(HandOver.offered_at).desc())
    )
    lines = [_line(row, agencies, asker.at) for row in rows.scalars()]
    others = (tag for name, tag in agencies.items() if name != asker.agency and name not in fences)
    return Offering(
        reference=reference,
        title=case.title,
        agencies=tuple(sorted(others, key=lambda tag: tag.code)),
        usual=await usual_terms(session, asker),
        standing=next((line for line in lines if line.state == "waiting"), None),
        history=tuple(line for line in lines if line.state != "waiting"),
    )


async def read_offered(session: AsyncSession, asker: Asker, reference: str) -> Offered:
    """Read an offer to the asker's agency. NotFound for who leads another, or none."""
    rows = await session.execute(
        select(HandOver, col(Case.theme), col(Agreement.name))
        .join(Case, col(Case.id) == col(HandOver.case_id))
        .outerjoin(Agreement, col(Agreement.id) == col(HandOver.agreement_id))
        .where(col(HandOver.reference) == reference, col(HandOver.to_agency_id) == asker.agency)
    )
    found = rows.one_or_none()
    if found is None or Duty.LEAD not in asker.duties:
        raise NotFound
    row, theme, agreement = found
    return Offered(
        line=_line(row, await agency_tags(session), asker.at),
        theme=theme,
        keeps_reading=row.keeps_reading,
        reads_until=row.reads_until,
        purpose=row.purpose,
        basis=row.lawful_basis,
        necessity=row.necessity,
        agreement=agreement or "",
        who=await _own_people(session, asker),
    )


async def hand_overs_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the cases that are offered to the asker's agency, for its leads."""
    if Duty.LEAD not in asker.duties:
        return []
    rows = await session.execute(
        select(HandOver, col(Case.theme))
        .join(Case, col(Case.id) == col(HandOver.case_id))
        .where(
            col(HandOver.to_agency_id) == asker.agency,
            col(HandOver.decision) == "",
            col(HandOver.lapses_at) > asker.at,
        )
    )
    agencies = await agency_tags(session)
    return [
        ToDecide(
            agency=agencies[row.from_agency_id],
            said=f"{agencies[row.from_agency_id].name} offers your agency a case: {theme}",
            where=f"/hand-overs/{row.reference}",
            act="Decide",
            since=row.offered_at,
            quoted=row.reason,
            due=row.lapses_at,
        )
        for row, theme in rows
    ]


def _line(row: HandOver, agencies: dict[UUID, AgencyTag], at: datetime) -> HandOverLine:
    return HandOverLine(
        reference=row.reference,
        giver=agencies[row.from_agency_id],
        taker=agencies[row.to_agency_id],
        state=row.decision or ("waiting" if row.lapses_at > at else "lapsed"),
        offered_at=row.offered_at,
        lapses_at=row.lapses_at,
        decided_at=row.decided_at,
        reason=row.reason,
        statement=row.statement,
    )


async def _own_people(session: AsyncSession, asker: Asker) -> tuple[tuple[str, str], ...]:
    teams = await session.execute(
        select(Team).where(col(Team.agency_id) == asker.agency, col(Team.closed_at).is_(None)).order_by(col(Team.name))
    )
    officers = await session.execute(
        select(Officer).where(col(Officer.agency_id) == asker.agency, col(Officer.active)).order_by(col(Officer.name))
    )
    return (
        *((f"team:{team.reference}", team.name) for team in teams.scalars()),
        *((f"officer:{officer.reference}", officer.name) for officer in officers.scalars()),
    )
