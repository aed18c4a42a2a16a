"""The word that begins a planned operation is the commander's or the deputy's, and is given once."""

import pytest
from sqlalchemy import delete
from sqlmodel import col

from models.agencies import Officer
from models.operations import OperationStage, Stage
from ops.actions.stand_downs import stand_down
from ops.actions.strikes import strike
from ops.errors import Conflict, NotAllowed, NotFound
from ops.screens.board import read_board
from ops.screens.board_values import Board
from tests.actions.office import Office


async def planned(office: Office) -> None:
    async with office.desk.database.writing() as session:
        here = col(OperationStage.operation_id) == office.county.operation.id
        await session.execute(delete(OperationStage).where(here))


async def give_the_word(office: Office, officer: Officer) -> None:
    await strike(office.desk, await office.asks(officer), office.county.operation.reference)


async def board(office: Office, officer: Officer) -> Board:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return await read_board(session, asks, office.county.operation.reference, ())


async def test_the_commander_begins_it_and_every_board_says_so(office: Office) -> None:
    await planned(office)
    assert (await board(office, office.county.bob)).stage == Stage.PLANNED
    await give_the_word(office, office.county.alice)
    assert {(await board(office, one)).stage for one in (office.county.alice, office.county.bob)} == {Stage.RUNNING}


async def test_who_manages_it_without_command_is_refused_and_who_does_not_manage_it_finds_no_such_act(
    office: Office,
) -> None:
    await planned(office)
    with pytest.raises(NotAllowed):
        await give_the_word(office, office.county.alan)
    with pytest.raises((NotAllowed, NotFound)):
        await give_the_word(office, office.county.bob)
    assert (await board(office, office.county.alice)).stage == Stage.PLANNED


async def test_it_begins_once_and_never_again_after_it_was_stood_down(office: Office) -> None:
    with pytest.raises(Conflict):
        await give_the_word(office, office.county.alice)
    county = office.county
    await stand_down(office.desk, await office.asks(county.alice), county.operation.reference, "Done.", county.open())
    with pytest.raises(Conflict):
        await give_the_word(office, office.county.alice)
