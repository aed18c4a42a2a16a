"""Agencies, their teams and officers, and the agreements between them."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from live.event import Touch
from models.agencies import Agency, Officer, OfficerDuty, Team, TeamMembership
from models.agreements import Agreement, AgreementParty
from models.sign_ins import Credential
from ops.transaction import Fact
from ops.world.grants import LEVELS
from ops.world.guests import invited
from ops.world.known import Known
from ops.world.scene import Made, Scene, Signed
from ops.world.written import AgencyPart, AgreementPart, Person

TALLIES = 8  # so many colours tell apart; then they repeat


def settle(scene: Scene, known: Known, agencies: Sequence[AgencyPart], since: datetime) -> None:
    """Enter every agency with its teams and officers. Who and what is there already stays as it is."""
    for part in agencies:
        agency = known.agencies.get(part.code) or _agency(scene, part, len(scene.agencies) % TALLIES + 1)
        scene.agencies[part.code] = agency
        for code, name in part.teams.items():
            team = known.teams.get(f"{part.code}/{name}")
            scene.teams[f"{part.code}/{code}"] = team or _team(scene, agency, name, listed=code not in part.unlisted)
        for person in part.officers:
            email = email_of(person, part.domain)
            officer = known.officers.get((part.code, email)) or _officer(scene, part, person, email, since)
            scene.officers[email] = officer
            scene.officers.setdefault(person.name, officer)


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
    scene.made.append(Made("agreement", part.name, scene.agency(part.parties[0]).id, agreement.reference))


def email_of(person: Person, domain: str) -> str:
    """Give the written address, or the first letter and the last name at the agency's domain."""
    if "@" in person.email:
        return person.email.lower()
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode().lower()
    first, *others = plain.split() or ["officer"]
    last = others[-1] if others else ""
    made = f"{first[0]}.{last}" if last else first
    return f"{person.email.lower() or made.replace(chr(39), '')}@{domain}"


def _agency(scene: Scene, part: AgencyPart, tally: int) -> Agency:
    agency = Agency(
        code=part.code,
        name=part.name,
        kind=part.kind,
        tally=tally,
        enforcement=part.enforcement,
        desk=part.desk,
    )
    scene.ledger.file(agency)
    scene.made.append(Made("agency", f"{part.code} {part.name}", agency.id, agency.reference))
    return agency


def _team(scene: Scene, agency: Agency, name: str, *, listed: bool) -> Team:
    team = Team(agency_id=agency.id, name=name, listed=listed)
    scene.ledger.file(team)
    scene.made.append(Made("team", f"{agency.code} {name}", agency.id, team.reference))
    return team


def _officer(scene: Scene, part: AgencyPart, person: Person, email: str, since: datetime) -> Officer:
    agency = scene.agency(part.code)
    officer = Officer(agency_id=agency.id, name=person.name, mobile=person.mobile)
    memberships = [
        TeamMembership(team_id=scene.team(f"{part.code}/{team}").id, officer_id=officer.id, starts=since)
        for team in person.teams
    ]
    scene.ledger.file(
        officer,
        Credential(officer_id=officer.id, email=email, password_hash=scene.password_hash, changed_at=since),
        *memberships,
        *(OfficerDuty(officer_id=officer.id, duty=duty, starts=since) for duty in person.duties),
    )
    scene.made.append(Made("officer", f"{part.code} {person.name}", agency.id, officer.reference))
    scene.ledger.record(since, Fact.OFFICER_CHANGED, officer.id, (), None, *memberships, touches=Touch.OFFICER)
    if scene.password_hash is None:
        invitation, guest = invited(officer, email, scene.calendar.now)
        scene.ledger.file(invitation)
        scene.guests.append(guest)
    return officer
