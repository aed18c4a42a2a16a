"""Who signs in while a reset or a suspension is under way is not in when it is done: two connections, interleaved."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from models.database import Database
from models.journal import JournalEntry
from models.sign_ins import Credential, Factor, SignIn
from ops.actions.invitations import accept_invitation, invite_to_sign_in, reset_sign_in
from ops.actions.officers import suspend_officer
from ops.actions.passkey_invitations import accept_with_passkey, ask_guest_to_enrol
from ops.actions.passwords import hashed
from ops.actions.second_steps import second_step, whose_step
from ops.actions.sign_ins import sign_in, sign_in_by_passkey
from ops.errors import Conflict, Invalid
from tests.actions.office import Office
from tests.actions.test_passkeys import BROWSER, US, asked, enrolled
from tests.actions.test_second_steps import PASSWORD, app_of, half, now_code
from tests.authenticator import Device
from tests.cast import NOW, file

CHOSEN = "four green horses jumping"
EMAIL = "alice@county.example"


async def has_a_password(office: Office) -> None:
    row = Credential(officer_id=office.county.alice.id, email=EMAIL, password_hash=hashed(PASSWORD), changed_at=NOW)
    await file(office.desk.database, row)


async def by_password(office: Office) -> Awaitable[object]:
    await has_a_password(office)
    return sign_in(office.desk, EMAIL, PASSWORD, "a phone")


async def by_passkey(office: Office) -> Awaitable[object]:
    device = Device()
    await has_a_password(office)
    await enrolled(office, office.county.alice, device)
    return sign_in_by_passkey(office.desk, BROWSER, US, device.signs(await asked(office)), "a phone")


async def by_code(office: Office) -> Awaitable[object]:
    app, _ = await app_of(office, office.county.alice)
    secret = await half(office)
    officer = await whose_step(office.desk, secret)
    return second_step(office.desk, secret, officer, now_code(office, app), "a phone")


async def by_invitation(office: Office) -> Awaitable[object]:
    county = office.county
    made = await invite_to_sign_in(office.desk, await office.asks_confirmed(county.alan), county.alice.reference, EMAIL)
    return accept_invitation(office.desk, made.token, CHOSEN, "a phone")


async def by_invitation_and_passkey(office: Office) -> Awaitable[object]:
    county, desk = office.county, office.desk
    made = await invite_to_sign_in(desk, await office.asks_confirmed(county.alan), county.alice.reference, EMAIL)
    answer = Device().enrols(await ask_guest_to_enrol(desk, made.token, BROWSER, US))
    return accept_with_passkey(desk, made.token, BROWSER, US, "Phone", answer, "a phone")


async def waiting(database: Database) -> int:
    """Give how many transactions wait for another one."""
    if database._turn is not None:
        return len(getattr(database._turn, "_waiters", None) or ())
    async with database.reading() as session:
        found = await session.execute(
            text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
        )
        return int(found.scalar_one())


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    while not await reached():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", [by_password, by_passkey, by_code, by_invitation, by_invitation_and_passkey])
@pytest.mark.parametrize("act", [reset_sign_in, suspend_officer])
async def test_who_enters_while_they_are_locked_out_is_not_in(
    office: Office,
    act: Callable[..., Awaitable[object]],
    way: Callable[[Office], Awaitable[Awaitable[object]]],
) -> None:
    county, desk = office.county, office.desk
    entering = await way(office)
    administrator = await office.asks_confirmed(county.alan)
    await office.asks_confirmed(county.alice, Factor.PASSWORD)  # an open sign-in, so that its end has to be recorded
    async with desk.database.writing() as blocking:  # the last thing that an act does waits for this row
        head = await blocking.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))
        row = JournalEntry(
            position=head.scalar_one() + 1, at=NOW, kind="-", touches="content", subject_id=county.case.id
        )
        blocking.add(row)
        await blocking.flush()
        ending = asyncio.ensure_future(act(desk, administrator, county.alice.reference))
        await until(lambda: _reached(desk.database, 1))
        entered = asyncio.ensure_future(entering)
        await until(lambda: _reached(desk.database, 2, entered))
        await blocking.rollback()
    await ending
    with pytest.raises((Invalid, Conflict)):
        await entered
    async with desk.database.reading() as session:
        left = await session.execute(
            select(col(SignIn.id)).where(col(SignIn.officer_id) == county.alice.id, col(SignIn.ended_at).is_(None))
        )
        assert left.all() == []


async def _reached(database: Database, number: int, *tasks: asyncio.Future[object]) -> bool:
    return await waiting(database) >= number or any(task.done() for task in tasks)
