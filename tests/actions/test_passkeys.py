"""Passkeys: who may enrol one, which answers count, and that none counts twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.audit import Act, AuditRow
from models.sign_ins import ChallengeUse, Credential, Factor, SignIn
from ops.access.asker import Asker
from ops.actions.challenges import OPEN_FOR, STALE, UNREADABLE, RelyingParty
from ops.actions.confirmations import NOT_YOURS, confirm_by_passkey
from ops.actions.passkeys import (
    REFUSED,
    WENT_BACK,
    ask_passkey,
    ask_to_enrol,
    enrol_passkey,
    list_passkeys,
    remove_passkey,
    rename_passkey,
)
from ops.actions.sign_ins import asker_of, sign_in_by_passkey
from ops.errors import Invalid, NeedsConfirmation, NotFound
from tests.actions.office import Office, words
from tests.authenticator import HOST, ORIGIN, PRESENT, Device
from tests.cast import NOW

US = RelyingParty(HOST, (ORIGIN,))
BROWSER = "this browser"


async def with_password(office: Office, officer: Officer) -> None:
    known = Credential(officer_id=officer.id, email="alice@county.example", password_hash="a hash", changed_at=NOW)
    async with office.desk.database.writing() as session:
        await session.merge(known)


async def enrolled(office: Office, officer: Officer, device: Device) -> Asker:
    """Enrol a passkey of somebody who has a password."""
    await with_password(office, officer)
    asker = await office.asks_confirmed(officer)
    question = await ask_to_enrol(office.desk, asker, BROWSER, US)
    await enrol_passkey(office.desk, asker, BROWSER, US, "Work phone", device.enrols(question))
    return asker


async def asked(office: Office, use: ChallengeUse = ChallengeUse.SIGN_IN) -> str:
    return await ask_passkey(office.desk, use, BROWSER, US)


async def signs_in(office: Office, answer: str, browser: str = BROWSER) -> Asker | None:
    signed_in = await sign_in_by_passkey(office.desk, browser, US, answer, "a phone")
    return await asker_of(office.desk, signed_in.secret)


async def told(office: Office, answer: str, browser: str = BROWSER) -> str:
    """Give why an answer is refused."""
    with pytest.raises(Invalid) as refused:
        await signs_in(office, answer, browser)
    async with office.desk.database.reading() as session:
        opened = await session.execute(select(SignIn).where(col(SignIn.device) == "a phone"))
    assert opened.first() is None
    return words(refused)["passkey"]


async def acts(office: Office) -> set[str]:
    async with office.desk.database.reading() as session:
        return set((await session.execute(select(col(AuditRow.act)))).scalars())


async def test_a_passkey_signs_its_officer_in_without_an_e_mail_and_that_is_strong(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    question = await asked(office)
    assert office.county.alice.reference not in question
    alice = await signs_in(office, device.signs(question))
    assert alice is not None
    assert alice.officer == office.county.alice.id
    async with office.desk.database.reading() as session:
        assert (await session.get_one(SignIn, alice.sign_in)).confirmed_by == Factor.PASSKEY
    assert {Act.PASSKEY_ADDED, Act.SIGNED_IN} <= await acts(office)


async def test_the_first_passkey_brings_recovery_codes_the_second_none(office: Office) -> None:
    await with_password(office, office.county.alice)
    asker, numbers = await office.asks_confirmed(office.county.alice), []
    for device in (Device(), Device()):
        question = await ask_to_enrol(office.desk, asker, BROWSER, US)
        codes = await enrol_passkey(office.desk, asker, BROWSER, US, "", device.enrols(question))
        numbers.append(len(codes))
    assert numbers == [10, 0]
    assert [one.name for one in await list_passkeys(office.desk, asker)] == ["Passkey", "Passkey"]


async def test_an_answer_counts_once(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    answer = device.signs(await asked(office))
    assert await signs_in(office, answer)
    with pytest.raises(Invalid) as refused:
        await signs_in(office, answer)
    assert words(refused) == {"passkey": STALE}


async def test_an_answer_that_was_refused_is_used_up_too(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    question = await asked(office)
    assert await told(office, device.but(origin="https://evil.example").signs(question)) == REFUSED
    assert await told(office, device.signs(question)) == STALE


async def test_a_challenge_counts_for_five_minutes_to_the_instant(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    question = await asked(office)
    await office.later(OPEN_FOR)
    assert await told(office, device.signs(question)) == STALE
    question = await asked(office)
    await office.later(OPEN_FOR - timedelta(microseconds=1))
    assert await signs_in(office, device.signs(question))


async def test_a_challenge_belongs_to_its_browser_and_to_its_purpose(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    assert await told(office, device.signs(await asked(office)), "another browser") == STALE
    assert await told(office, device.signs(await asked(office, ChallengeUse.CONFIRM))) == STALE


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},  # the device did not check its officer
        {"flags": 0},
        {"key": Device().key},
        {"credential": b"unknown"},
    ],
    ids=lambda lies: next(iter(lies)),
)
async def test_what_does_not_prove_itself_is_refused(office: Office, lies: dict[str, object]) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    assert await told(office, device.but(**lies).signs(await asked(office))) == REFUSED


@pytest.mark.parametrize(
    "lies",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}, {"credential": bytes(1300)}],
    ids=lambda lies: next(iter(lies)),
)
async def test_a_new_passkey_proves_itself_too(office: Office, lies: dict[str, object]) -> None:
    asker = await office.asks_confirmed(office.county.alice)
    question = await ask_to_enrol(office.desk, asker, BROWSER, US)
    with pytest.raises(Invalid) as refused:
        await enrol_passkey(office.desk, asker, BROWSER, US, "", Device().but(**lies).enrols(question))
    assert words(refused) == {"passkey": UNREADABLE}
    assert await list_passkeys(office.desk, asker) == []


@pytest.mark.parametrize("count", [0, 3, 4])
async def test_a_count_that_goes_back_is_refused_and_told(office: Office, count: int) -> None:
    device = Device(count=5)
    await enrolled(office, office.county.alice, device)
    copy = device.but(count=count)
    assert await told(office, copy.signs(await asked(office))) == WENT_BACK
    assert Act.PASSKEY_WENT_BACK in await acts(office)
    assert await signs_in(office, device.but(count=6).signs(await asked(office)))


async def test_a_passkey_that_counts_nothing_is_taken_as_often_as_it_comes(office: Office) -> None:
    device = Device(count=0)
    await enrolled(office, office.county.alice, device)
    for _ in range(2):
        assert await signs_in(office, device.signs(await asked(office)))


async def test_the_passkey_of_another_confirms_nothing(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.bob, device)
    alice = await office.asks_confirmed(office.county.alice, Factor.PASSWORD, timedelta(hours=1))
    answer = device.signs(await asked(office, ChallengeUse.CONFIRM))
    with pytest.raises(Invalid) as refused:
        await confirm_by_passkey(office.desk, alice, BROWSER, US, answer)
    assert words(refused) == {"passkey": NOT_YOURS}
    async with office.desk.database.reading() as session:
        assert (await session.get_one(SignIn, alice.sign_in)).confirmed_by == Factor.PASSWORD


async def test_a_passkey_of_another_officer_cannot_be_enrolled_again(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.bob, device)
    alice = await office.asks_confirmed(office.county.alice)
    question = await ask_to_enrol(office.desk, alice, BROWSER, US)
    with pytest.raises(Invalid) as refused:
        await enrol_passkey(office.desk, alice, BROWSER, US, "", device.enrols(question))
    assert words(refused) == {"passkey": UNREADABLE}


async def test_nobody_removes_anothers_passkey_and_a_removed_one_opens_nothing(office: Office) -> None:
    device = Device()
    alice, bob = await enrolled(office, office.county.alice, device), await office.asks_confirmed(office.county.bob)
    (passkey,) = await list_passkeys(office.desk, alice)
    async with office.refusing(NotFound):
        await remove_passkey(office.desk, bob, passkey.reference)
    await remove_passkey(office.desk, alice, passkey.reference)
    assert await told(office, device.signs(await asked(office))) == REFUSED


async def test_a_passkey_is_renamed_by_its_officer_and_nobody_else(office: Office) -> None:
    alice = await enrolled(office, office.county.alice, Device())
    (passkey,) = await list_passkeys(office.desk, alice)
    await rename_passkey(office.desk, alice, passkey.reference, " Ward tablet ")
    assert [one.name for one in await list_passkeys(office.desk, alice)] == ["Ward tablet"]
    assert Act.PASSKEY_RENAMED in await acts(office)
    bob = await office.asks_confirmed(office.county.bob)
    async with office.refusing(NotFound):
        await rename_passkey(office.desk, bob, passkey.reference, "Mine")
    async with office.refusing(Invalid) as refused:
        await rename_passkey(office.desk, alice, passkey.reference, "x" * 61)
    assert list(words(refused)) == ["name"]


async def test_changing_passkeys_needs_a_fresh_confirmation(office: Office) -> None:
    alice = await enrolled(office, office.county.alice, Device())
    (passkey,) = await list_passkeys(office.desk, alice)
    late = await office.asks_confirmed(office.county.alice, Factor.PASSKEY, timedelta(hours=1))
    async with office.refusing(NeedsConfirmation):
        await ask_to_enrol(office.desk, late, BROWSER, US)
    async with office.refusing(NeedsConfirmation):
        await remove_passkey(office.desk, late, passkey.reference)


async def test_an_officer_who_left_signs_in_with_nothing(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    async with office.desk.database.writing() as session:
        (await session.get_one(Officer, office.county.alice.id)).active = False
    assert await told(office, device.signs(await asked(office))) == REFUSED


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "7", "{", '{"id": 1}', '{"id": "x", "response": {"clientDataJSON": "!!"}}', "[" * 9000],
)
async def test_what_is_no_answer_at_all_is_told_so(office: Office, answer: str) -> None:
    assert await told(office, answer) == UNREADABLE


async def test_a_broken_answer_breaks_nothing(office: Office) -> None:
    device = Device()
    await enrolled(office, office.county.alice, device)
    for field in ("authenticatorData", "signature"):
        for value in ('""', '"AA"', "7", "null", '"!"'):
            broken = device.signs(await asked(office))
            start = broken.index(f'"{field}": ') + len(field) + 4
            end = broken.index('"', start + 1) + 1
            assert await told(office, broken[:start] + value + broken[end:]) in {REFUSED, UNREADABLE}
