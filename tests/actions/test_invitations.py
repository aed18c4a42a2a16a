"""Invitations and lost phones: who may make them, what a link opens, and that it opens once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.audit import Act, AuditRow
from models.sign_ins import CodeApp, Credential, Factor, Invitation, Passkey, SignIn
from ops.access.asker import Asker
from ops.access.duties import duties_of
from ops.actions.factors import factors_of
from ops.actions.invitations import (
    CLOSED,
    OPEN_FOR,
    TAKEN,
    accept_invitation,
    guest_of,
    invite_officer,
    invite_to_sign_in,
    reset_sign_in,
    revoke_invitation,
)
from ops.actions.lost_phones import end_all_sign_ins
from ops.actions.sign_ins import SignedIn, asker_of, end_other_sign_ins, sign_in
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound
from tests.actions.office import Office, words
from tests.cast import TICK, file, new_id

PASSWORD = "four green horses jumping"
EMAIL = "nora@county.example"


async def asks(office: Office, officer: Officer, ago: timedelta = timedelta(0)) -> Asker:
    """Give an officer who confirmed, with their duties."""
    asker = await office.asks_confirmed(officer, Factor.PASSKEY, ago)
    async with office.desk.database.reading() as session:
        duties = await duties_of(session, officer.id, asker.at)
    return Asker(asker.officer, asker.agency, asker.keys, asker.at, duties, asker.sign_in)


async def administrator(office: Office) -> Asker:
    """Alan, who administers the Police."""
    return await asks(office, office.county.alan)


async def open_sign_ins(office: Office, officer: Officer) -> int:
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(SignIn).where(col(SignIn.officer_id) == officer.id, col(SignIn.ended_at).is_(None))
        )
        return len(rows.all())


async def test_who_was_invited_chooses_a_password_and_is_in(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), " Nora ", " Nora@County.example ")
    guest = await guest_of(office.desk, made.token)
    assert (guest.officer.name, guest.agency, guest.email) == ("Nora", "Police", EMAIL)
    nora = await asker_of(office.desk, await accept_invitation(office.desk, made.token, PASSWORD, "a phone"))
    assert nora is not None
    assert (nora.officer, nora.agency) == (guest.officer.id, office.county.police.id)
    assert isinstance(await sign_in(office.desk, EMAIL, PASSWORD, ""), SignedIn)


async def test_nothing_that_is_kept_opens_an_invitation(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    async with office.desk.database.reading() as session:
        row = (await session.execute(select(Invitation))).scalar_one()
        audited = repr((await session.execute(select(AuditRow))).scalars().all())
    assert made.token not in repr(row) + audited
    assert "Nora" not in audited
    assert EMAIL not in audited


async def test_a_link_opens_once_even_in_two_browsers_at_once(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    tries = [accept_invitation(office.desk, made.token, f"{PASSWORD} {n}", "") for n in range(2)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(result) for result in results} == {str, Conflict}
    with pytest.raises(Conflict):
        await accept_invitation(office.desk, made.token, PASSWORD, "")


async def test_a_link_is_open_for_72_hours_to_the_instant(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    await office.later(OPEN_FOR - TICK)
    assert (await guest_of(office.desk, made.token)).email == EMAIL
    await office.later(TICK)
    with pytest.raises(Conflict, match=CLOSED):
        await guest_of(office.desk, made.token)
    async with office.refusing(Conflict):
        await accept_invitation(office.desk, made.token, PASSWORD, "")


async def test_a_withdrawn_link_and_an_earlier_one_open_nothing(office: Office) -> None:
    first = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    second = await invite_to_sign_in(office.desk, await administrator(office), first.officer, EMAIL)
    with pytest.raises(Conflict):
        await guest_of(office.desk, first.token)
    assert (await guest_of(office.desk, second.token)).email == EMAIL
    await revoke_invitation(office.desk, await administrator(office), second.invitation)
    for token in (first.token, second.token, "", "no token"):
        async with office.refusing(Conflict):
            await accept_invitation(office.desk, token, PASSWORD, "")
    alan = await administrator(office)
    async with office.refusing(NotFound):
        await revoke_invitation(office.desk, alan, second.invitation)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "aaaaaaaaaaaaaaaa",
        "password1234",
        "P4ssw0rd!2026",
        "123456789012345",
        "Nora Police 2026",
        "qwertyuiop12",
    ],
)
async def test_a_password_that_is_easy_to_guess_leaves_the_link_open(office: Office, password: str) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    async with office.refusing(Invalid) as refused:
        await accept_invitation(office.desk, made.token, password, "")
    assert words(refused).keys() == {"password"}
    assert (await guest_of(office.desk, made.token)).email == EMAIL


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", EMAIL, "name"),
        ("x" * 121, EMAIL, "name"),
        ("Nora", "", "email"),
        ("Nora", "nora", "email"),
        ("N", "a b@c.d", "email"),
    ],
)
async def test_an_invitation_that_does_not_fit_is_refused(office: Office, name: str, email: str, field: str) -> None:
    alan = await administrator(office)
    async with office.refusing(Invalid) as refused:
        await invite_officer(office.desk, alan, name, email)
    assert words(refused).keys() == {field}


async def test_an_e_mail_that_another_agency_knows_is_taken_like_any_other(office: Office) -> None:
    now = office.desk.clock.now()
    await file(office.desk.database, Credential(officer_id=office.county.bob.id, email=EMAIL, changed_at=now))
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    await accept_invitation(office.desk, made.token, PASSWORD, "")
    assert isinstance(await sign_in(office.desk, EMAIL, PASSWORD, ""), SignedIn)
    alan = await administrator(office)
    async with office.refusing(Invalid) as refused:
        await invite_officer(office.desk, alan, "Nora", EMAIL)
    assert words(refused) == {"email": TAKEN}


async def test_only_an_administrator_of_the_same_agency_invites_and_resets(office: Office) -> None:
    county = office.county
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    for officer in (county.alice, county.carol, county.oscar, county.olga):
        asker = await asks(office, officer)
        async with office.refusing(NotFound):
            await invite_officer(office.desk, asker, "Mona", "mona@county.example")
    for officer in (county.bob, county.carl, county.alice, county.olga):
        asker = await asks(office, officer)
        for act in (
            invite_to_sign_in(office.desk, asker, made.officer, EMAIL),
            reset_sign_in(office.desk, asker, made.officer),
            revoke_invitation(office.desk, asker, made.invitation),
        ):
            async with office.refusing(NotFound):
                await act


async def test_inviting_and_resetting_need_a_fresh_confirmation(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    late = await asks(office, office.county.alan, timedelta(hours=1))
    for act in (
        invite_officer(office.desk, late, "Mona", "mona@county.example"),
        invite_to_sign_in(office.desk, late, made.officer, EMAIL),
        reset_sign_in(office.desk, late, made.officer),
        end_all_sign_ins(office.desk, late, office.county.alice.reference),
        end_other_sign_ins(office.desk, late),
    ):
        async with office.refusing(NeedsConfirmation):
            await act


async def test_a_reset_ends_everything_at_once_and_the_link_is_the_only_way_in(office: Office) -> None:
    alice, now = office.county.alice, office.desk.clock.now()
    made = Credential(officer_id=alice.id, email="alice@county.example", password_hash="x", changed_at=now)
    passkey = Passkey(officer_id=alice.id, credential_id=new_id().hex, public_key="", name="Phone", added_at=now)
    app = CodeApp(officer_id=alice.id, secret="S", made_at=now, confirmed_at=now)
    await file(office.desk.database, made, passkey, app)
    await asks(office, alice)
    await asks(office, alice)
    link = await reset_sign_in(office.desk, await administrator(office), alice.reference)
    assert await open_sign_ins(office, alice) == 0
    async with office.desk.database.reading() as session:
        assert not (await factors_of(session, alice.id)).second
        assert (await session.get_one(Credential, alice.id)).password_hash is None
        acts = set((await session.execute(select(col(AuditRow.act)))).scalars())
    assert Act.SIGN_IN_RESET in acts
    assert ("OfficerChanged", "sign-in") in await office.told()
    with pytest.raises(Invalid):
        await sign_in(office.desk, "alice@county.example", "no password opens this", "")
    assert await accept_invitation(office.desk, link.token, PASSWORD, "")


async def test_nobody_resets_themselves(office: Office) -> None:
    alan = await administrator(office)
    async with office.refusing(NotAllowed):
        await reset_sign_in(office.desk, alan, office.county.alan.reference)
    async with office.refusing(NotAllowed):
        await invite_to_sign_in(office.desk, alan, office.county.alan.reference, EMAIL)


async def test_who_signs_in_already_is_not_invited_over_it(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    await accept_invitation(office.desk, made.token, PASSWORD, "")
    alan = await administrator(office)
    async with office.refusing(Conflict):
        await invite_to_sign_in(office.desk, alan, made.officer, EMAIL)


async def test_the_link_of_who_was_suspended_opens_nothing(office: Office) -> None:
    made = await invite_officer(office.desk, await administrator(office), "Nora", EMAIL)
    async with office.desk.database.writing() as session:
        row = (await session.execute(select(Officer).where(col(Officer.reference) == made.officer))).scalar_one()
        row.active = False
    async with office.refusing(Conflict):
        await accept_invitation(office.desk, made.token, PASSWORD, "")


@pytest.mark.parametrize("who", ["alice", "alan", "bob"])
async def test_a_lost_phone_is_ended_by_lead_administrator_or_commander(office: Office, who: str) -> None:
    lost = office.county.bob if who == "alice" else office.county.alice if who == "alan" else office.county.bob
    ender = office.county.everyone()[who]
    await asks(office, lost)
    asker = await asks(office, ender)
    before = await open_sign_ins(office, lost)
    ended = await end_all_sign_ins(office.desk, asker, lost.reference)
    own = int(lost.id == ender.id)
    assert (ended, await open_sign_ins(office, lost)) == (before - own, own)


async def test_a_lost_phone_is_nobody_elses_business(office: Office) -> None:
    county = office.county
    for ender, lost in ((county.bob, county.alice), (county.oscar, county.bob), (county.alice, county.olga)):
        asker = await asks(office, ender)
        async with office.refusing(NotFound):
            await end_all_sign_ins(office.desk, asker, lost.reference)
