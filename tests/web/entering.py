"""What the routes of signing in act on, for the walks."""

from uuid import UUID

from models.agencies import Agency, Officer
from models.base import new_id
from models.sign_ins import Invitation, InvitationKind, Passkey
from tests import cast
from tests.api.programs import script_of
from tests.cast import file
from tests.oracle import Facts
from tests.web.building import Building
from tests.web.duties import DUTIES

SIGN_IN_FORMS: dict[str, dict[str, str]] = {
    "/sign-in": {"email": "nobody@county.example", "password": "wrong"},
    "/sign-in/code": {"code": "000000"},
    "/sign-in/challenge": {},
    "/sign-in/passkey": {"answer": "{{}}"},
    "/sign-out": {},
    "/confirm": {"password": "wrong"},
    "/confirm/challenge": {},
    "/sign-ins/{ref}/end": {},
    "/sign-ins/others/end": {},
    "/sign-ins/passkeys/challenge": {},
    "/sign-ins/passkeys": {"name": "Phone", "answer": "{{}}"},
    "/sign-ins/passkeys/{ref}/name": {"name": "Old phone"},
    "/sign-ins/passkeys/{ref}/remove": {},
    "/sign-ins/code-app": {},
    "/sign-ins/code-app/confirm": {"code": "000000"},
    "/sign-ins/code-app/remove": {},
    "/sign-ins/recovery-codes": {},
    "/sign-ins/tokens": {"token_name": "Mine", "scopes": "read", "days": "30"},
    "/sign-ins/tokens/{ref}/revoke": {},
    "/officers/{ref}/sign-ins/end": {},
    "/officers/{ref}/invitation": {"email": "{key}@county.example"},
    "/officers/{ref}/sign-in/reset": {},
    "/invitations": {"name": "Nora", "email": "{key}@county.example"},
    "/invitations/open": {"token": "wrong"},
    "/invitations/accept": {"password": "wrong"},
    "/invitations/challenge": {},
    "/invitations/passkey": {"answer": "{{}}"},
    "/invitations/{ref}/withdraw": {},
}


async def passkeys(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A passkey of one's own, and one of everybody else."""
    rows = [
        Passkey(officer_id=one.id, credential_id=new_id().hex, public_key="", name="Phone", added_at=cast.NOW)
        for one in building.county.everyone().values()
    ]
    await file(building.database, *rows)
    return [(row.reference, row.officer_id == officer.id) for row in rows]


async def tokens(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A token of one's own, and one of everybody else."""
    scripts = [(one.id, await script_of(building, one)) for one in building.county.everyone().values()]
    return [(script.token, holder == officer.id) for holder, script in scripts]


async def phones(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """Everybody, with an open page: ended by themselves, by who leads or administers theirs, and by their commander."""
    found = []
    for other in building.county.everyone().values():
        await building.enter(other)
        same = other.agency_id == officer.agency_id
        leads = same and not _duties(building, officer).isdisjoint({"lead", "administrator"})
        commands = officer.id == building.county.alice.id and other.name in {"Alan", "Bob", "Carol", "Oscar"}
        found.append((other.reference, other.id == officer.id or leads or commands))
    return found


async def newcomers(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A new officer of one's own agency, and of another: invited by who administers theirs."""
    made = [Officer(agency_id=agency, name="Nora") for agency in _two(building, officer)]
    await file(building.database, *made)
    return [(one.reference, _administers(building, officer, one)) for one in made]


async def links(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """An open invitation of one's own agency, and of another."""
    made = [Officer(agency_id=agency, name="Nora") for agency in _two(building, officer)]
    await file(building.database, *made)
    rows = [
        Invitation(
            officer_id=one.id,
            kind=InvitationKind.JOIN,
            token_hash=new_id().hex,
            made_by=building.county.alan.id,
            made_at=cast.NOW,
            expires_at=cast.NOW + cast.DAY,
        )
        for one in made
    ]
    await file(building.database, *rows)
    return [(row.reference, _administers(building, officer, one)) for row, one in zip(rows, made, strict=True)]


THINGS = {
    "/sign-ins/tokens/{ref}/revoke": tokens,
    "/sign-ins/passkeys/{ref}/name": passkeys,
    "/sign-ins/passkeys/{ref}/remove": passkeys,
    "/officers/{ref}/sign-ins/end": phones,
    "/officers/{ref}/invitation": newcomers,
    "/officers/{ref}/sign-in/reset": newcomers,
    "/invitations/{ref}/withdraw": links,
}


def _two(building: Building, officer: Officer) -> list[UUID]:
    county = building.county
    others = [one.id for one in vars(county).values() if isinstance(one, Agency) and one.id != officer.agency_id]
    return [officer.agency_id, others[0]]


def _administers(building: Building, officer: Officer, other: Officer) -> bool:
    return officer.agency_id == other.agency_id and "administrator" in _duties(building, officer)


def _duties(building: Building, officer: Officer) -> set[str]:
    return DUTIES[next(name for name, one in building.county.everyone().items() if one.id == officer.id)]
