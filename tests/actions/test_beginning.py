"""A fresh installation: the way to the first administrator, and that it closes behind them."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.agencies import Agency, Officer, Standing
from models.audit import AuditRow
from models.database import Database
from ops.access.duties import duties_of
from ops.actions.agencies import NewAgency
from ops.actions.beginning import BEGUN, begin, begin_again
from ops.actions.invitations import accept_invitation, guest_of
from ops.actions.sign_ins import SignedIn, sign_in
from ops.errors import Conflict, Invalid
from ops.transaction import Desk
from tests.cast import HandClock

PASSWORD = "four green horses jumping"
FIRST = NewAgency("hbr", "Harbour Trust", "voluntary", "01632 960 999", "Nora Quill", "Nora@Harbour.example")
OTHER = replace(FIRST, administrator="Omar Reed", email="omar@harbour.example")


@pytest.fixture
def desk(database: Database, clock: HandClock) -> Desk:
    """Give a desk over an empty cabinet."""
    return Desk(database, Doorbell(MemoryBackend()), clock)


async def duties(desk: Desk, email: str) -> frozenset[str]:
    async with desk.database.reading() as session:
        rows = await session.execute(select(Officer).where(col(Officer.name) == email))
        return await duties_of(session, rows.scalar_one().id, desk.clock.now())


async def officers(desk: Desk) -> list[str]:
    async with desk.database.reading() as session:
        return sorted((await session.execute(select(col(Officer.name)))).scalars())


async def came_in(desk: Desk, new: NewAgency = FIRST) -> None:
    await accept_invitation(desk, (await begin(desk, new)).token, PASSWORD, "a phone")


async def test_the_first_administrator_comes_in_and_operates_the_platform_too(desk: Desk) -> None:
    await came_in(desk)
    assert isinstance(await sign_in(desk, "nora@harbour.example", PASSWORD, "a phone"), SignedIn)
    assert await duties(desk, "Nora Quill") == {"administrator", "platform operator"}


async def test_it_is_written_down_that_it_came_from_the_server(desk: Desk) -> None:
    await begin(desk, FIRST)
    async with desk.database.reading() as session:
        rows = (await session.execute(select(AuditRow).order_by(col(AuditRow.id)))).scalars()
        acts = [(row.act, row.officer_id is None) for row in rows]
    assert acts[:2] == [("agency made", True), ("administrator made on the server", True)]


async def test_once_an_administrator_can_sign_in_it_is_refused_and_nothing_is_made(desk: Desk) -> None:
    await came_in(desk)
    with pytest.raises(Conflict, match=BEGUN):
        await begin(desk, replace(OTHER, code="QAY"))
    assert await officers(desk) == ["Nora Quill"]


async def test_a_link_that_was_lost_is_made_anew_and_the_earlier_one_stops(desk: Desk) -> None:
    lost = await begin(desk, FIRST)
    made = await begin(desk, FIRST)
    with pytest.raises(Conflict):
        await guest_of(desk, lost.token)
    assert (await guest_of(desk, made.token)).officer.name == "Nora Quill"
    assert await officers(desk) == ["Nora Quill"]


async def test_an_e_mail_that_was_mistyped_leaves_nobody_without_an_operator(desk: Desk) -> None:
    await begin(desk, replace(FIRST, email="nroa@harbour.example", administrator="Nroa Quill"))
    await came_in(desk)
    assert await duties(desk, "Nora Quill") == {"administrator", "platform operator"}


async def test_when_told_so_another_administrator_joins_the_agency(desk: Desk) -> None:
    await came_in(desk)
    await begin_again(desk, OTHER)
    assert await officers(desk) == ["Nora Quill", "Omar Reed"]
    assert await duties(desk, "Omar Reed") == {"administrator"}


async def test_an_administrator_who_lost_every_way_in_gets_one_and_loses_the_others(desk: Desk) -> None:
    await came_in(desk)
    await begin_again(desk, FIRST)
    with pytest.raises(Invalid):
        await sign_in(desk, "nora@harbour.example", PASSWORD, "a phone")
    assert await officers(desk) == ["Nora Quill"]


@pytest.mark.parametrize(
    "wrong",
    [replace(FIRST, code="H"), replace(FIRST, name=" "), replace(FIRST, kind="odd"), replace(FIRST, email="nora")],
)
async def test_what_does_not_fit_makes_nothing(desk: Desk, wrong: NewAgency) -> None:
    with pytest.raises(Invalid):
        await begin(desk, wrong)
    assert await officers(desk) == []


async def test_an_agency_without_standing_is_not_brought_back_this_way(desk: Desk) -> None:
    await begin(desk, FIRST)
    async with desk.database.writing() as session:
        (await session.execute(select(Agency))).scalar_one().standing = Standing.CLOSED
    with pytest.raises(Conflict, match="closed"):
        await begin_again(desk, OTHER)


async def test_an_officer_who_left_is_not_brought_back_this_way(desk: Desk) -> None:
    await begin(desk, FIRST)
    async with desk.database.writing() as session:
        (await session.execute(select(Officer))).scalar_one().active = False
    with pytest.raises(Conflict, match="not active"):
        await begin_again(desk, FIRST)
