"""Who confirmed a moment ago, and with what: the two questions that dangerous acts ask first."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models.agencies import Officer
from models.sign_ins import CodeApp, Factor, Passkey
from ops.access.asker import Asker
from ops.actions.freshness import FRESH_FOR, must_be_fresh, must_be_strong
from ops.errors import NeedsConfirmation, Strength
from ops.transaction import Work
from tests import cast
from tests.actions.office import Office

TICK = cast.TICK
Judge = Callable[[Work], Awaitable[None]]


async def fresh(office: Office, asker: Asker) -> bool:
    return await passes(office, asker, must_be_fresh, Strength.FRESH)


async def strong(office: Office, asker: Asker) -> bool:
    return await passes(office, asker, must_be_strong, Strength.STRONG)


async def passes(office: Office, asker: Asker, judge: Judge, wanted: Strength) -> bool:
    refusals = []
    async with office.desk.work(asker) as work:
        try:
            await judge(work)
        except NeedsConfirmation as refusal:
            refusals.append(refusal.strength)
    assert set(refusals) <= {wanted}
    return not refusals


async def has_passkey(office: Office, officer: Officer) -> None:
    name = officer.name
    row = Passkey(officer_id=officer.id, credential_id=name, public_key="", name=name, added_at=cast.NOW)
    await cast.file(office.desk.database, row)


@pytest.mark.parametrize(("ago", "still"), [(FRESH_FOR - TICK, True), (FRESH_FOR, False), (timedelta(hours=2), False)])
async def test_a_confirmation_counts_for_ten_minutes_to_the_instant(
    office: Office, ago: timedelta, still: bool
) -> None:
    alice = await office.asks_confirmed(office.county.alice, Factor.PASSKEY, ago)
    assert (await fresh(office, alice), await strong(office, alice)) == (still, still)


@pytest.mark.parametrize("by", [Factor.PASSKEY, Factor.CODE, Factor.RECOVERY])
async def test_a_second_factor_is_strong(office: Office, by: Factor) -> None:
    alice = await office.asks_confirmed(office.county.alice, by)
    assert (await fresh(office, alice), await strong(office, alice)) == (True, True)


async def test_a_password_alone_is_fresh_but_never_strong(office: Office) -> None:
    alice = await office.asks_confirmed(office.county.alice, Factor.PASSWORD)
    assert (await fresh(office, alice), await strong(office, alice)) == (True, False)


async def test_who_has_a_passkey_confirms_with_more_than_the_password(office: Office) -> None:
    alice = await office.asks_confirmed(office.county.alice, Factor.PASSWORD)
    await has_passkey(office, office.county.alan)
    assert await fresh(office, alice)
    await has_passkey(office, office.county.alice)
    assert not await fresh(office, alice)


async def test_a_code_app_counts_once_its_first_code_was_given(office: Office) -> None:
    officer = office.county.alice
    alice = await office.asks_confirmed(officer, Factor.PASSWORD)
    await cast.file(office.desk.database, CodeApp(officer_id=officer.id, secret="S", made_at=cast.NOW))
    assert await fresh(office, alice)
    confirmed = CodeApp(officer_id=officer.id, secret="S", made_at=cast.NOW, confirmed_at=cast.NOW)
    await cast.file(office.desk.database, confirmed)
    assert not await fresh(office, alice)


async def test_who_asks_without_a_sign_in_confirms_nothing(office: Office) -> None:
    alice = await office.asks(office.county.alice)
    assert (await fresh(office, alice), await strong(office, alice)) == (False, False)
