"""A password alone is half a sign-in once there is a code app: codes, recovery codes, and what the half opens."""

import asyncio
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from models.agencies import Officer
from models.sign_ins import CodeApp, Credential, Factor, RecoveryCode, SignIn
from ops.access.asker import Asker
from ops.actions.code_apps import TO_GIVE_BACK, WRONG_CODE, confirm_code_app, remove_code_app, start_code_app
from ops.actions.confirmations import confirm_by_password
from ops.actions.factors import factors_of
from ops.actions.passwords import hashed
from ops.actions.recovery_codes import renew_recovery_codes
from ops.actions.second_steps import MOST_TRIES, STEP_WITHIN, SteppedIn, second_step, whose_step
from ops.actions.sign_ins import HalfWay, SignedIn, asker_of, sign_in
from ops.errors import Conflict, Invalid, NeedsConfirmation
from tests.actions.office import Office, words
from tests.cast import TICK, file

PASSWORD = "open, sesame"
STEP = timedelta(seconds=30)


async def app_of(office: Office, officer: Officer) -> tuple[pyotp.TOTP, list[str]]:
    """Give an officer a password and a code app; gives the app, and the recovery codes."""
    email = f"{officer.name.lower()}@county.example"
    now = office.desk.clock.now()
    row = Credential(officer_id=officer.id, email=email, password_hash=hashed(PASSWORD), changed_at=now)
    await file(office.desk.database, row)
    asker = await office.asks_confirmed(officer)
    await start_code_app(office.desk, asker)
    app = await the_app(office)
    codes = await confirm_code_app(office.desk, asker, app.at(now))
    await office.later(STEP)
    return app, codes


async def the_app(office: Office) -> pyotp.TOTP:
    async with office.desk.database.reading() as session:
        row = (await session.execute(select(CodeApp).order_by(col(CodeApp.id).desc()).limit(1))).scalar_one()
    return pyotp.TOTP(row.secret)


async def half(office: Office) -> str:
    entered = await sign_in(office.desk, "alice@county.example", PASSWORD, "a phone")
    assert isinstance(entered, HalfWay)
    return entered.secret


async def steps(office: Office, secret: str, code: str) -> SteppedIn:
    officer = await whose_step(office.desk, secret)
    return await second_step(office.desk, secret, officer, code, "a phone")


async def opened(office: Office) -> int:
    async with office.desk.database.reading() as session:
        rows = select(func.count()).select_from(SignIn).where(col(SignIn.device) == "a phone")
        return int((await session.execute(rows)).scalar_one())


def now_code(office: Office, app: pyotp.TOTP) -> str:
    return app.at(office.desk.clock.now())


async def test_password_and_code_sign_in_and_that_is_strong(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    stepped = await steps(office, await half(office), f" {now_code(office, app)[:3]} {now_code(office, app)[3:]} ")
    alice = await asker_of(office.desk, stepped.secret)
    assert alice is not None
    async with office.desk.database.reading() as session:
        assert (await session.get_one(SignIn, alice.sign_in)).confirmed_by == Factor.CODE


async def test_half_a_sign_in_is_nobody(office: Office) -> None:
    await app_of(office, office.county.alice)
    assert await asker_of(office.desk, await half(office)) is None
    assert await opened(office) == 0


async def test_without_a_second_factor_the_password_is_enough(office: Office) -> None:
    now = office.desk.clock.now()
    row = Credential(
        officer_id=office.county.alice.id, email="alice@county.example", password_hash=hashed(PASSWORD), changed_at=now
    )
    await file(office.desk.database, row)
    assert isinstance(await sign_in(office.desk, "alice@county.example", PASSWORD, ""), SignedIn)


async def test_a_code_counts_once_and_so_does_every_earlier_one(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    before, code = app.at(office.desk.clock.now() - STEP), now_code(office, app)
    await steps(office, await half(office), code)
    for again in (code, before):
        with pytest.raises(Invalid) as refused:
            await steps(office, await half(office), again)
        assert words(refused) == {"code": WRONG_CODE}
    assert await opened(office) == 1


async def test_the_code_that_enrolled_the_app_signs_nobody_in(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    with pytest.raises(Invalid):
        await steps(office, await half(office), app.at(office.desk.clock.now() - STEP))


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (0, True), (1, True), (2, False)])
async def test_a_phones_clock_may_be_half_a_minute_wrong(office: Office, off: int, taken: bool) -> None:
    app, _ = await app_of(office, office.county.alice)
    await office.later(timedelta(minutes=5))
    secret, code = await half(office), app.at(office.desk.clock.now() + off * STEP)
    if taken:
        assert (await steps(office, secret, code)).secret
    else:
        with pytest.raises(Invalid):
            await steps(office, secret, code)


@pytest.mark.parametrize("code", ["", "000", "12345", "abcdef", "١٢٣٤٥٦", "0" * 9000, "\0"])
async def test_what_is_no_code_is_wrong(office: Office, code: str) -> None:
    await app_of(office, office.county.alice)
    with pytest.raises(Invalid) as refused:
        await steps(office, await half(office), code)
    assert words(refused) == {"code": WRONG_CODE}


async def test_after_five_wrong_codes_the_password_is_asked_for_again(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    secret = await half(office)
    for _ in range(MOST_TRIES):
        with pytest.raises(Invalid):
            await steps(office, secret, "000")
    with pytest.raises(Conflict):
        await steps(office, secret, now_code(office, app))
    assert (await steps(office, await half(office), now_code(office, app))).secret


async def test_a_step_waits_five_minutes_to_the_instant_and_is_taken_once(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    secret = await half(office)
    await office.later(STEP_WITHIN)
    with pytest.raises(Conflict):
        await steps(office, secret, now_code(office, app))
    secret = await half(office)
    await office.later(STEP_WITHIN - TICK)
    assert (await steps(office, secret, now_code(office, app))).secret
    await office.later(STEP)
    with pytest.raises(Conflict):
        await steps(office, secret, now_code(office, app))


async def test_one_code_at_once_in_two_browsers_signs_one_in(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    secrets, code = [await half(office), await half(office)], now_code(office, app)
    results = await asyncio.gather(*(steps(office, one, code) for one in secrets), return_exceptions=True)
    assert {type(result) for result in results} == {SteppedIn, Invalid}
    assert await opened(office) == 1


async def test_one_recovery_code_at_once_in_two_browsers_signs_one_in(office: Office) -> None:
    _, codes = await app_of(office, office.county.alice)
    secrets = [await half(office), await half(office)]
    results = await asyncio.gather(*(steps(office, one, codes[0]) for one in secrets), return_exceptions=True)
    assert {type(result) for result in results} == {SteppedIn, Invalid}
    assert await opened(office) == 1


async def test_a_recovery_code_works_once_and_tells_how_many_are_left(office: Office) -> None:
    _, codes = await app_of(office, office.county.alice)
    assert len(set(codes)) == 10
    stepped = await steps(office, await half(office), codes[3].upper().replace("-", " "))
    assert stepped.left == 9
    with pytest.raises(Invalid):
        await steps(office, await half(office), codes[3])
    assert (await steps(office, await half(office), codes[4])).left == 8


async def test_new_recovery_codes_end_the_old_ones_and_only_hashes_are_kept(office: Office) -> None:
    _, old = await app_of(office, office.county.alice)
    asker = await office.asks_confirmed(office.county.alice)
    new = await renew_recovery_codes(office.desk, asker)
    with pytest.raises(Invalid):
        await steps(office, await half(office), old[0])
    assert (await steps(office, await half(office), new[0])).left == 9
    async with office.desk.database.reading() as session:
        kept = repr((await session.execute(select(RecoveryCode))).scalars().all())
    assert not [code for code in (*old, *new) if code.replace("-", "") in kept]


async def test_a_confirmation_takes_a_code_too_and_never_the_password_alone(office: Office) -> None:
    app, _ = await app_of(office, office.county.alice)
    late = await office.asks_confirmed(office.county.alice, Factor.CODE, timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        await confirm_by_password(office.desk, late, PASSWORD, "")
    assert words(refused) == {"code": WRONG_CODE}
    await confirm_by_password(office.desk, late, PASSWORD, now_code(office, app))
    async with office.desk.database.reading() as session:
        assert (await session.get_one(SignIn, late.sign_in)).confirmed_by == Factor.CODE


async def test_an_app_counts_once_its_first_code_came_in_time(office: Office) -> None:
    alice = await office.asks_confirmed(office.county.alice)
    await start_code_app(office.desk, alice)
    app = await the_app(office)
    async with office.refusing(Invalid):
        await confirm_code_app(office.desk, alice, "000")
    assert not await second(office, alice)
    await office.later(TO_GIVE_BACK)
    alice = await office.asks_confirmed(office.county.alice)
    async with office.refusing(Conflict):
        await confirm_code_app(office.desk, alice, now_code(office, app))


async def test_a_new_picture_replaces_the_one_before(office: Office) -> None:
    alice = await office.asks_confirmed(office.county.alice)
    await start_code_app(office.desk, alice)
    first = await the_app(office)
    await start_code_app(office.desk, alice)
    async with office.refusing(Invalid):
        await confirm_code_app(office.desk, alice, now_code(office, first))
    await confirm_code_app(office.desk, alice, now_code(office, await the_app(office)))
    assert await second(office, alice)
    async with office.refusing(Conflict):
        await start_code_app(office.desk, alice)


async def test_with_the_last_second_factor_its_recovery_codes_go(office: Office) -> None:
    await app_of(office, office.county.alice)
    alice = await office.asks_confirmed(office.county.alice)
    await remove_code_app(office.desk, alice)
    assert not await second(office, alice)
    async with office.desk.database.reading() as session:
        assert (await factors_of(session, alice.officer)).recovery_codes == 0
    async with office.refusing(Conflict):
        await renew_recovery_codes(office.desk, alice)
    async with office.refusing(Conflict):
        await remove_code_app(office.desk, alice)


async def test_changing_second_factors_needs_a_fresh_confirmation_with_one(office: Office) -> None:
    await app_of(office, office.county.alice)
    for by, ago in ((Factor.PASSWORD, timedelta(0)), (Factor.CODE, timedelta(hours=1))):
        alice = await office.asks_confirmed(office.county.alice, by, ago)
        for act in (remove_code_app, renew_recovery_codes, start_code_app):
            async with office.refusing(NeedsConfirmation):
                await act(office.desk, alice)
        async with office.refusing(NeedsConfirmation):
            await confirm_code_app(office.desk, alice, "000000")


async def second(office: Office, asker: Asker) -> bool:
    async with office.desk.database.reading() as session:
        return (await factors_of(session, asker.officer)).second
