"""Information-sharing agreements as their parties see them: what they allow, who has signed, what rests on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.agreements import Agreement, AgreementParty
from ops.access.asker import Asker
from ops.actions.signing import resting_on
from ops.errors import NotFound
from ops.screens.lines import agency_tag, agency_tags
from ops.screens.values import AgencyTag

LEVEL_WORDS = {
    Level.DISCOVER: "know that it exists",
    Level.READ: "read",
    Level.CONTRIBUTE: "read, and add their own",
}


@dataclass(frozen=True, slots=True)
class PartyLine:
    """An agency in an agreement."""

    agency: AgencyTag
    signed_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """An agreement in a list. `state`: waiting, coming, in force, lapsed or ended."""

    reference: str
    name: str
    state: str
    until: datetime | None
    parties: int
    to_sign: bool


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement whole. `given` and `received`: grants under it of the agency's own things, and of others' to it."""

    line: AgreementLine
    purposes: str
    lawful_bases: str
    highest: str
    longest_days: int
    outside: str
    outside_sorts: tuple[str, ...]
    starts: datetime | None
    review_on: datetime | None
    parties: tuple[PartyLine, ...]
    left: bool
    given: int
    received: int


async def read_agreements(session: AsyncSession, asker: Asker) -> list[AgreementLine]:
    """List the agreements that the asker's agency is or was a party to, what waits for its signature first."""
    ours = select(col(AgreementParty.agreement_id)).where(col(AgreementParty.agency_id) == asker.agency)
    rows = await session.execute(select(Agreement).where(col(Agreement.id).in_(ours)).order_by(col(Agreement.name)))
    lines = [_line(one, await _parties(session, one.id), asker) for one in rows.scalars()]
    return sorted(lines, key=lambda line: (not line.to_sign, line.state in {"lapsed", "ended"}, line.name))


async def read_agreement(session: AsyncSession, asker: Asker, reference: str) -> AgreementPage:
    """Read one agreement. NotFound for who is no party to it."""
    rows = await session.execute(select(Agreement).where(col(Agreement.reference) == reference))
    agreement = rows.scalar_one_or_none()
    parties = await _parties(session, agreement.id) if agreement else []
    own = next((party for party in parties if party.agency_id == asker.agency), None)
    if agreement is None or own is None:
        raise NotFound
    agencies = await agency_tags(session)
    resting = await resting_on(session, agreement, asker)
    given = sum(thing.owner_agency_id == asker.agency for _, thing in resting)
    return AgreementPage(
        line=_line(agreement, parties, asker),
        purposes=agreement.purposes,
        lawful_bases=agreement.lawful_bases,
        highest=LEVEL_WORDS.get(Level(agreement.highest_level), ""),
        longest_days=agreement.longest_days,
        outside=LEVEL_WORDS.get(Level(agreement.outside_level), ""),
        outside_sorts=tuple(agreement.outside_sorts),
        starts=agreement.offered_from if _unsigned(agreement) else agreement.starts,
        review_on=agreement.review_on,
        parties=tuple(
            sorted(
                (PartyLine(agencies[p.agency_id], p.signed_at or _always(agreement), p.left_at) for p in parties),
                key=lambda one: one.agency.code,
            )
        ),
        left=own.left_at is not None,
        given=given,
        received=len(resting) - given,
    )


async def other_agencies(session: AsyncSession, asker: Asker) -> list[AgencyTag]:
    """Give the agencies that an agreement can be made with."""
    rows = await session.execute(
        select(Agency)
        .where(col(Agency.standing) == Standing.ACTIVE, col(Agency.id) != asker.agency)
        .order_by(col(Agency.code))
    )
    return [agency_tag(agency) for agency in rows.scalars()]


def _line(agreement: Agreement, parties: list[AgreementParty], asker: Asker) -> AgreementLine:
    own = next(party for party in parties if party.agency_id == asker.agency)
    state = _state(agreement, own, asker.at)
    waits = state == "waiting" and own.signed_at is None
    until = agreement.offered_until if _unsigned(agreement) else agreement.ends
    taking_part = sum(party.left_at is None for party in parties)
    return AgreementLine(agreement.reference, agreement.name, state, until, taking_part, waits)


def _state(agreement: Agreement, own: AgreementParty, at: datetime) -> str:
    if own.left_at is not None or agreement.ended_at is not None:
        return "ended"
    if _unsigned(agreement):
        return "lapsed" if agreement.offered_until is not None and agreement.offered_until <= at else "waiting"
    if agreement.ends is not None and agreement.ends <= at:
        return "lapsed"
    return "in force" if agreement.starts <= at else "coming"


def _unsigned(agreement: Agreement) -> bool:
    """Say whether it is in force at no time: its end is its beginning until all have signed."""
    return agreement.ends is not None and agreement.ends <= agreement.starts


def _always(agreement: Agreement) -> datetime | None:
    """Give when agencies signed that were entered together with an agreement from before."""
    return agreement.starts if agreement.made_at is None else None


async def _parties(session: AsyncSession, agreement: UUID) -> list[AgreementParty]:
    rows = await session.execute(select(AgreementParty).where(col(AgreementParty.agreement_id) == agreement))
    return list(rows.scalars())
