"""Agencies, their teams and officers, and the agreements between them."""

import unicodedata
from datetime import datetime

from live.event import Touch
from models.agencies import Agency, Officer, OfficerDuty, Team, TeamMembership
from models.agreements import Agreement, AgreementParty
from models.sign_ins import Credential
from ops.transaction import Fact
from ops.world.grants import LEVELS
from ops.world.scene import Scene, Signed
from ops.world.written import AgencyPart, AgreementPart, Person

TALLIES = 8  # so many colours tell apart; then they repeat


def settle(scene: Scene, agencies: list[AgencyPart], since: datetime, password_hash: str) -> None:
    """Enter every agency with its teams and officers; all officers share one password."""
    for place, part in enumerate(agencies):
        agency = _agency(scene, part, place % TALLIES + 1)
        for code, name in part.teams.items():
            team = Team(agency_id=agency.id, name=name, listed=code not in part.unlisted)
            scene.teams[f"{part.code}/{code}"] = team
            scene.ledger.file(team)
        for person in part.officers:
            _officer(scene, part, person, since, password_hash)


def sign(scene: Scene, name: str, part: AgreementPart) -> None:
    """Enter an information-sharing agreement and its parties."""
    agreement = Agreement(
        name=part.name,
        purposes=part.purposes,
        lawful_bases=part.lawful_bases,
        highest_level=int(LEVELS[part.highest]),
        longest_days=part.longest_days,
        starts=scene.calendar.at(part.starts),
        review_on=scene.calendar.at(part.review),
    )
    parties = [AgreementParty(agreement_id=agreement.id, agency_id=scene.agency(code).id) for code in part.parties]
    scene.ledger.file(agreement, *parties)
    scene.agreements[name] = Signed(agreement, frozenset(part.parties))


def email_of(person: Person, domain: str) -> str:
    """Give the written address, or the first letter and the last name at the agency's domain."""
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode().lower()
    first, *_, last = plain.split()
    return f"{person.email or f'{first[0]}.{last.replace(chr(39), str())}'}@{domain}"


def _agency(scene: Scene, part: AgencyPart, tally: int) -> Agency:
    agency = Agency(
        code=part.code,
        name=part.name,
        kind=part.kind,
        tally=tally,
        enforcement=part.enforcement,
        desk=part.desk,
    )
    scene.agencies[part.code] = agency
    scene.ledger.file(agency)
    return agency


def _officer(scene: Scene, part: AgencyPart, person: Person, since: datetime, password_hash: str) -> None:
    officer = Officer(agency_id=scene.agency(part.code).id, name=person.name, mobile=person.mobile)
    scene.officers[person.name] = officer
    memberships = [
        TeamMembership(team_id=scene.team(f"{part.code}/{team}").id, officer_id=officer.id, starts=since)
        for team in person.teams
    ]
    scene.ledger.file(
        officer,
        Credential(
            officer_id=officer.id,
            email=email_of(person, part.domain),
            password_hash=password_hash,
            changed_at=since,
        ),
        *memberships,
        *(OfficerDuty(officer_id=officer.id, duty=duty, starts=since) for duty in person.duties),
    )
    scene.ledger.record(since, Fact.OFFICER_CHANGED, officer.id, (), None, *memberships, touches=Touch.OFFICER)
