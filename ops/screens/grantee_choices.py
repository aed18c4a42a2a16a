"""To whom a thing can be given: agencies, their listed teams and detachments, and one's own officers and accounts."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Account, Agency, Officer, Standing, Team
from models.agreements import Agreement, AgreementParty
from models.grants import Grant, Resource
from models.operations import Detachment, Operation
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.access.principals import agency_key, detachment_key, officer_key, team_key
from ops.access.rules import live, visible_to
from ops.actions.agreements import in_force, takes_part
from ops.actions.terms import latest_end
from ops.clock import LONDON
from ops.screens.lines import agency_tag
from ops.screens.values import AgencyTag

A_DAY = timedelta(days=1)  # access lasts through the day that a form names


@dataclass(frozen=True, slots=True)
class GranteeChoice:
    """One principal: its form value, its words, and how many people it is now."""

    value: str
    label: str
    people: int


@dataclass(frozen=True, slots=True)
class AgencyChoices:
    """An agency, its listed teams and detachments, and of one's own agency the officers and accounts.

    `fenced`: a ring-fence keeps it out. `operations`: references of those whose titles the choices name.
    """

    agency: AgencyTag
    choices: tuple[GranteeChoice, ...]
    near: bool
    fenced: bool
    signed: bool
    own: bool
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Offered:
    """Everything to choose from, before it is parted by agency."""

    teams: list[Team]
    officers: list[Officer]
    accounts: list[Account]
    detachments: list[tuple[Detachment, str, str]]  # with the operation's reference and title
    people: dict[str, int]


@dataclass(frozen=True, slots=True)
class UsualTerms:
    """What a form of a new grant starts with, from the agreements that the giver's agency has signed."""

    purposes: tuple[str, ...]
    bases: tuple[str, ...]
    until: str  # a date, as a browser sends it

    @property
    def purpose(self) -> str:
        """Give the first purpose, empty for an agency without agreements."""
        return next(iter(self.purposes), "")

    @property
    def basis(self) -> str:
        """Give the first legal basis, empty for an agency without agreements."""
        return next(iter(self.bases), "")


async def grantee_choices(
    session: AsyncSession, asker: Asker, fenced: frozenset[UUID], near_to: UUID
) -> tuple[AgencyChoices, ...]:
    """List whom a thing can be given to: who is on the case or operation `near_to` first, fenced agencies last."""
    active = select(Agency).where(col(Agency.standing) == Standing.ACTIVE).order_by(col(Agency.code))
    agencies = list((await session.execute(active)).scalars())
    offered = await _offered(session, asker, agencies)
    near, signed = await _near(session, asker, near_to), await _signed(session, asker)
    found = [
        AgencyChoices(
            agency=agency_tag(agency),
            choices=_choices(agency, offered),
            near=agency.id in near,
            fenced=agency.id in fenced,
            signed=agency.id in signed or agency.id == asker.agency,
            own=agency.id == asker.agency,
            operations=tuple(name for one, name, _ in offered.detachments if one.agency_id == agency.id),
        )
        for agency in agencies
    ]
    return tuple(sorted(found, key=lambda one: (one.fenced, not one.near, not one.signed, one.agency.code)))


async def usual_terms(session: AsyncSession, asker: Asker) -> UsualTerms:
    """Suggest purposes, bases and an end: the last day that the widest agreement allows."""
    rows = await session.execute(
        select(Agreement)
        .join(AgreementParty, col(AgreementParty.agreement_id) == col(Agreement.id))
        .where(col(AgreementParty.agency_id) == asker.agency, in_force(asker.at), takes_part(asker.at))
        .order_by(col(Agreement.highest_level).desc(), col(Agreement.longest_days).desc(), col(Agreement.name))
    )
    agreements = list(rows.scalars())
    ends = [latest_end(agreement, asker.at) - A_DAY for agreement in agreements[:1]]
    return UsualTerms(
        purposes=_parts([agreement.purposes for agreement in agreements]),
        bases=_parts([agreement.lawful_bases for agreement in agreements]),
        until=ends[0].astimezone(LONDON).date().isoformat() if ends else "",
    )


async def _offered(session: AsyncSession, asker: Asker, agencies: list[Agency]) -> _Offered:
    listed = select(Team).where(col(Team.listed), col(Team.closed_at).is_(None)).order_by(col(Team.name))
    teams = list((await session.execute(listed)).scalars())
    own = select(Officer).where(col(Officer.agency_id) == asker.agency, col(Officer.active)).order_by(col(Officer.name))
    officers = list((await session.execute(own)).scalars())
    ours = (
        select(Account).where(col(Account.agency_id) == asker.agency, col(Account.active)).order_by(col(Account.name))
    )
    detachments = await _detachments(session, asker)
    keys = [
        *(agency_key(agency.id) for agency in agencies),
        *(team_key(team.id) for team in teams),
        *(officer_key(officer.id) for officer in officers),
        *(detachment_key(one.operation_id, one.agency_id) for one, _, _ in detachments),
    ]
    people = {key: len(found) for key, found in (await holders(session, keys, asker.at)).items()}
    return _Offered(teams, officers, list((await session.execute(ours)).scalars()), detachments, people)


async def _detachments(session: AsyncSession, asker: Asker) -> list[tuple[Detachment, str, str]]:
    """Give who takes part in the operations that the asker reads: others' titles are not theirs to see."""
    rows = await session.execute(
        select(Detachment, col(Resource.reference), col(Operation.title))
        .join(Operation, col(Operation.id) == col(Detachment.operation_id))
        .join(Resource, col(Resource.id) == col(Operation.id))
        .where(col(Detachment.left_at).is_(None), visible_to(asker))
        .order_by(col(Operation.starts).desc(), col(Detachment.place))
    )
    return [(detachment, reference, title) for detachment, reference, title in rows]


def _choices(agency: Agency, offered: _Offered) -> tuple[GranteeChoice, ...]:
    """List the smallest groups first: a team will usually do."""
    people = offered.people
    return (
        *(
            GranteeChoice(f"team:{team.reference}", team.name, people.get(team_key(team.id), 0))
            for team in offered.teams
            if team.agency_id == agency.id
        ),
        *(
            GranteeChoice(
                f"detachment:{operation}@{agency.reference}",
                f"Its officers on {title}",
                people.get(detachment_key(one.operation_id, one.agency_id), 0),
            )
            for one, operation, title in offered.detachments
            if one.agency_id == agency.id
        ),
        *(
            GranteeChoice(f"officer:{officer.reference}", officer.name, 1)
            for officer in offered.officers
            if officer.agency_id == agency.id
        ),
        *(
            GranteeChoice(f"account:{account.reference}", f"{account.name}, a program or display", 0)
            for account in offered.accounts
            if account.agency_id == agency.id
        ),
        GranteeChoice(f"agency:{agency.reference}", "Whole agency", people.get(agency_key(agency.id), 0)),
    )


async def _near(session: AsyncSession, asker: Asker, box: UUID) -> set[UUID]:
    rows = await session.execute(
        select(col(Grant.grantee_agency_id)).where(col(Grant.resource_id) == box, live(asker.at)).distinct()
    )
    return set(rows.scalars())


async def _signed(session: AsyncSession, asker: Asker) -> set[UUID]:
    ours = (
        select(col(AgreementParty.agreement_id))
        .join(Agreement, col(Agreement.id) == col(AgreementParty.agreement_id))
        .where(col(AgreementParty.agency_id) == asker.agency, in_force(asker.at), takes_part(asker.at))
    )
    rows = await session.execute(
        select(col(AgreementParty.agency_id))
        .where(col(AgreementParty.agreement_id).in_(ours), takes_part(asker.at))
        .distinct()
    )
    return set(rows.scalars())


def _parts(texts: list[str]) -> tuple[str, ...]:
    parts = (part.strip().rstrip(".") for text in texts for part in text.split(";"))
    return tuple(dict.fromkeys(part[:1].upper() + part[1:] for part in parts if part))
