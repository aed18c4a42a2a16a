"""A form may take minutes to come: who sends it is who they still are when it has come, and is asked that once."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import update
from sqlmodel import col

from models.sign_ins import SignIn
from ops.web.policy import STRANGERS_BODY
from tests import cast
from tests.asked import statements
from tests.web.building import Building, Visitor

FORM = "application/x-www-form-urlencoded"
WHO = "FROM sign_in"  # how a question who sends it can be told


async def sign_out(building: Building, visitor: Visitor) -> None:
    async with building.database.writing() as session:
        await session.execute(update(SignIn).where(col(SignIn.reference) == visitor.sign_in).values(ended_at=cast.NOW))


async def look_for(building: Building, visitor: Visitor, *, filling: int, signs_out: bool) -> httpx2.Response:
    body = urlencode({"q": building.county.case.reference, "kind": " " * filling}).encode()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        if signs_out:
            await sign_out(building, visitor)
        yield body[10:]

    headers = {"content-type": FORM, "content-length": str(len(body))}
    return await visitor.ask("POST", "/search", content=slowly(), headers=headers)


@pytest.mark.parametrize("filling", [0, STRANGERS_BODY])
async def test_who_is_signed_out_while_their_form_comes_is_shown_nothing(small: Building, filling: int) -> None:
    county, alice = small.county, await small.enter(small.county.alice)
    shown = await look_for(small, alice, filling=filling, signs_out=False)
    assert f"/cases/{county.case.reference}" in shown.text
    refused = await look_for(small, alice, filling=filling, signs_out=True)
    assert refused.status_code in {303, 404}
    assert county.case.reference not in refused.text


async def test_who_sends_a_short_form_is_asked_once(small: Building) -> None:
    alice, asked = await small.enter(small.county.alice), []
    for filling in (0, STRANGERS_BODY):
        async with small.app.state.house.desk.database.reading() as session:
            with statements(session) as seen:
                await look_for(small, alice, filling=filling, signs_out=False)
        asked.append(sum(WHO in statement for statement in seen))
    assert asked == [1, 2]
