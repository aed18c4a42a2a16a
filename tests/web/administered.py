"""What administrators act on, for the walks: fresh officers, teams and accounts, so that nobody of the cast is lost."""

import secrets
import string

from models.agencies import Account, Agency, Officer, Team
from models.agreements import Agreement, AgreementParty
from models.base import new_id
from models.grants import Resource
from models.hand_overs import HandOver
from tests import cast
from tests.api.programs import account_of, program_of
from tests.cast import file
from tests.oracle import Facts
from tests.web.building import Building
from tests.web.duties import DUTIES

ADMIN_FORMS: dict[str, dict[str, str]] = {
    "/agency/teams": {"name": "Night shift {key}", "listed": "yes"},
    "/agency/teams/{ref}": {"name": "Day shift {key}"},
    "/agency/teams/{ref}/closure": {},
    "/agency/officers": {"name": "Nora", "mobile": "07700 900 999"},
    "/agency/officers/{ref}": {"name": "Nora", "mobile": ""},
    "/agency/officers/{ref}/teams": {"team": "{squad}"},
    "/agency/officers/{ref}/teams/leave": {"team": "{squad}"},
    "/agency/officers/{ref}/duties": {"duty": "lead"},
    "/agency/officers/{ref}/duties/end": {"duty": "lead"},
    "/agency/officers/{ref}/suspension": {},
    "/agency/officers/{ref}/reinstatement": {},
    "/agency/officers/{ref}/departure": {},
    "/agency/accounts": {"name": "Wall"},
    "/agency/accounts/{ref}/end": {},
    "/agency/accounts/{ref}/tokens": {"name": "Wall", "scopes": "read", "days": "30"},
    "/agency/tokens/{ref}/revoke": {},
    "/agency/unmanaged/{ref}": {"who": "officer:{alice}"},
    "/grants/{ref}/renewal": {},
    "/removals": {"within": "", "who": "outside"},
    "/cases/{ref}/hand-over": {"to": "{nhs}", "reason": ""},
    "/cases/{ref}/hand-over/withdrawal": {},
    "/hand-overs/{ref}/acceptance": {"who": "", "statement": "asked anew"},
    "/hand-overs/{ref}/refusal": {},
    "/agreements": {"name": "Harbour", "parties": "{nhs}", "purposes": "Care", "lawful_bases": "Public task"},
    "/agreements/{ref}/signature": {},
    "/agreements/{ref}/departure": {},
    "/platform/agencies/{ref}/invitation": {},
    "/platform/agencies": {
        "letters": "{letters}",
        "name": "Harbour",
        "kind": "statutory",
        "administrator": "Nora",
        "email": "n@h.example",
    },
    "/platform/agencies/{ref}/suspension": {},
    "/platform/agencies/{ref}/reopening": {},
    "/platform/agencies/{ref}/closure": {},
}


async def officers(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A new officer of each of two agencies: administered by who administers theirs."""
    made = [Officer(agency_id=agency.id, name="Nora") for agency in _two(building, officer)]
    await file(building.database, *made)
    return [(one.reference, _administers(building, officer, one.agency_id)) for one in made]


async def teams(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A new team of each of two agencies."""
    made = [Team(agency_id=agency.id, name=f"Team {new_id().hex}") for agency in _two(building, officer)]
    await file(building.database, *made)
    return [(one.reference, _administers(building, officer, one.agency_id)) for one in made]


async def accounts(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A new account of each of two agencies."""
    made = [Account(agency_id=agency.id, name="Wall") for agency in _two(building, officer)]
    await file(building.database, *made)
    return [(one.reference, _administers(building, officer, one.agency_id)) for one in made]


async def tokens(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A token of an account of each of two agencies."""
    found = []
    for agency in _two(building, officer):
        program = await program_of(building, await account_of(building, agency))
        found.append((program.token, _administers(building, officer, agency.id)))
    return found


async def agreements(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """An agreement of one's agency with another that waits for both, and one of two others."""
    own, other = _two(building, officer)
    made = [
        Agreement(name="Harbour", starts=cast.NOW, ends=cast.NOW, made_at=cast.NOW, review_on=cast.NOW + cast.DAY)
        for _ in range(2)
    ]
    await file(building.database, *made)
    third = building.county.coastguard if own is not building.county.coastguard else building.county.nhs
    for agreement, parties in zip(made, ((own, other), (other, third)), strict=True):
        rows = [AgreementParty(agreement_id=agreement.id, agency_id=agency.id) for agency in parties]
        await file(building.database, *rows)
    return [(made[0].reference, True), (made[1].reference, False)]


async def hand_overs(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A case offered to one's own agency, and one offered to another."""
    own, other = _two(building, officer)
    made = [
        HandOver(
            case_id=building.county.case.id,
            from_agency_id=building.county.police.id,
            to_agency_id=agency.id,
            offered_by=building.county.alice.id,
            offered_at=cast.NOW,
            lapses_at=cast.NOW + cast.DAY,
        )
        for agency in (own, other)
    ]
    await file(building.database, *made)
    return [(made[0].reference, True), (made[1].reference, False)]


def with_duty(path: str) -> set[str]:
    """Say which duties an address about an agreement wants."""
    if path == "/agreements/{ref}":
        return {"lead", "administrator", "information manager"}
    return {"lead", "information manager"}


async def agencies(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A new agency: moved by the platform operator, and by nobody else."""
    code = "".join(secrets.choice(string.ascii_uppercase) for _ in range(4))
    made = Agency(code=code, name="Harbour", kind="statutory", tally=1)
    await file(building.database, made)
    name = next(name for name, one in building.county.everyone().items() if one.id == officer.id)
    return [(made.reference, "platform operator" in DUTIES[name])]


async def things_of_nobody(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A thing of each of two agencies that nobody may manage, and one that has its manager."""
    made = []
    for agency in _two(building, officer):
        name = new_id()
        made.append(Resource(id=name, kind="profile", owner_agency_id=agency.id, acl_id=name))
    await file(building.database, *made)
    managed = (building.county.case.reference, False)
    return [*((one.reference, _administers(building, officer, one.owner_agency_id)) for one in made), managed]


def _two(building: Building, officer: Officer) -> list[Agency]:
    county = building.county
    agencies = [value for value in vars(county).values() if isinstance(value, Agency)]
    own = next(agency for agency in agencies if agency.id == officer.agency_id)
    return [own, county.power if own is not county.power else county.police]


def _administers(building: Building, officer: Officer, agency: object) -> bool:
    name = next(name for name, one in building.county.everyone().items() if one.id == officer.id)
    return officer.agency_id == agency and "administrator" in DUTIES[name]
