"""Who is invited may come in with a passkey and nothing else; the link is used up by it, once."""

import pytest

from models.agencies import Officer
from models.sign_ins import ChallengeUse, Factor
from ops.actions.challenges import RelyingParty
from ops.actions.factors import factors_of
from ops.actions.invitations import CLOSED, invite_officer, reset_sign_in
from ops.actions.passkey_invitations import accept_with_passkey, ask_guest_to_enrol
from ops.actions.passkeys import ask_passkey, ask_to_enrol, enrol_passkey, list_passkeys, remove_passkey
from ops.actions.sign_ins import asker_of, sign_in, sign_in_by_passkey
from ops.errors import Conflict, Invalid
from tests.actions.office import Office
from tests.authenticator import HOST, ORIGIN, Device

US = RelyingParty(HOST, (ORIGIN,))
BROWSER = "this browser"


async def link(office: Office) -> str:
    alan = await office.asks_confirmed(office.county.alan)
    return (await invite_officer(office.desk, alan, "Nora", "nora@county.example")).token


async def accepts(office: Office, token: str, device: Device, browser: str = BROWSER) -> str:
    question = await ask_guest_to_enrol(office.desk, token, browser, US)
    answer = device.enrols(question)
    return await accept_with_passkey(office.desk, token, BROWSER, US, "Phone", answer, "a phone")


async def signs_in(office: Office, device: Device) -> None:
    question = await ask_passkey(office.desk, ChallengeUse.SIGN_IN, BROWSER, US)
    await sign_in_by_passkey(office.desk, BROWSER, US, device.signs(question), "a phone")


async def test_the_link_and_a_passkey_are_enough_and_no_password_opens_it(office: Office) -> None:
    device = Device()
    asker = await asker_of(office.desk, await accepts(office, await link(office), device))
    assert asker is not None
    async with office.desk.database.reading() as session:
        factors = await factors_of(session, asker.officer)
    assert (factors.passkeys, factors.password, factors.recovery_codes, factors.second) == (1, 0, 0, True)
    await signs_in(office, device)
    with pytest.raises(Invalid):
        await sign_in(office.desk, "nora@county.example", "", "a phone")


async def test_the_link_works_once_whichever_way(office: Office) -> None:
    token = await link(office)
    await accepts(office, token, Device())
    for way in (ask_guest_to_enrol(office.desk, token, BROWSER, US), accepts(office, token, Device())):
        with pytest.raises(Conflict, match=CLOSED[:20]):
            await way


async def test_an_answer_that_does_not_count_leaves_the_link_open(office: Office) -> None:
    token = await link(office)
    with pytest.raises(Invalid):
        await accepts(office, token, Device(), browser="another browser")
    with pytest.raises(Invalid):
        await accept_with_passkey(office.desk, token, BROWSER, US, "Phone", "{}", "a phone")
    assert await accepts(office, token, Device())


async def test_the_only_way_in_is_not_removed_and_a_second_passkey_frees_it(office: Office) -> None:
    asker = await asker_of(office.desk, await accepts(office, await link(office), Device()))
    assert asker is not None
    (first,) = await list_passkeys(office.desk, asker)
    async with office.refusing(Conflict):
        await remove_passkey(office.desk, asker, first.reference)
    question = await ask_to_enrol(office.desk, asker, BROWSER, US)
    assert await enrol_passkey(office.desk, asker, BROWSER, US, "Tablet", Device().enrols(question)) == []
    await remove_passkey(office.desk, asker, first.reference)
    assert [one.name for one in await list_passkeys(office.desk, asker)] == ["Tablet"]


async def test_a_reset_is_taken_up_with_a_passkey_too(office: Office) -> None:
    device = Device()
    asker = await asker_of(office.desk, await accepts(office, await link(office), device))
    assert asker is not None
    async with office.desk.database.reading() as session:
        nora = await session.get_one(Officer, asker.officer)
    alan = await office.asks_confirmed(office.county.alan, Factor.PASSKEY)
    reset = await reset_sign_in(office.desk, alan, nora.reference)
    with pytest.raises(Invalid):
        await signs_in(office, device)
    assert await accepts(office, reset.token, Device())


async def test_no_link_no_question(office: Office) -> None:
    with pytest.raises(Conflict):
        await ask_guest_to_enrol(office.desk, "nothing", BROWSER, US)
