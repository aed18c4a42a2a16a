"""Of two who decide at once one decides; what is decided or has lapsed is decided by nobody."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col
from starlette.routing import Route

from models.grants import AccessRequest
from models.hand_overs import HandOver
from tests.cast import HOUR
from tests.web.building import Building
from tests.web.trials import Trial, obeyed, refused, sender
from tests.web.walks import commands, widen
from tests.web.whole_forms import whole_of

ROUTES = {route.path: route for route in commands()}
RIVALS = (
    ("/requests/{ref}/approval", "/requests/{ref}/refusal"),
    ("/requests/{ref}/silence", "/requests/{ref}/approval"),
    ("/proposals/{ref}/accept", "/proposals/{ref}/decline"),
    ("/hand-overs/{ref}/acceptance", "/hand-overs/{ref}/refusal"),
    ("/cases/{ref}/hand-over", "/cases/{ref}/hand-over"),
    ("/emergency-access/{ref}/review", "/emergency-access/{ref}/review"),
    ("/fences/{ref}/lift", "/fences/{ref}/lift"),
    ("/grants/{ref}/remove", "/grants/{ref}/remove"),
    ("/grants/{ref}/renewal", "/grants/{ref}/remove"),
    ("/agreements/{ref}/signature", "/agreements/{ref}/signature"),
    ("/reports/{ref}/hold", "/reports/{ref}/hold"),
    ("/reports/{ref}/withdrawal", "/reports/{ref}/withdrawal"),
    ("/operations/{ref}/stand-down", "/operations/{ref}/stand-down"),
    ("/sites/{ref}/settlement", "/sites/{ref}/settlement"),
    ("/agency/officers/{ref}/suspension", "/agency/officers/{ref}/suspension"),
    ("/agency/teams/{ref}/closure", "/agency/teams/{ref}/closure"),
)
LAPSING: dict[str, type[AccessRequest] | type[HandOver]] = {
    "/requests/{ref}/approval": AccessRequest,
    "/requests/{ref}/refusal": AccessRequest,
    "/requests/{ref}/silence": AccessRequest,
    "/requests/{ref}/question": AccessRequest,
    "/requests/{ref}/referral": AccessRequest,
    "/requests/{ref}/reply": AccessRequest,
    "/hand-overs/{ref}/acceptance": HandOver,
    "/hand-overs/{ref}/refusal": HandOver,
}
NOT_NOW = 503  # access changed while the refusal was being written: it is sent when it is asked for again
BOOKKEEPING = ("audit", "audit_reference", "audit_head", "sign_in", "worker", "presence")


async def trial_of(building: Building, route: Route) -> Trial:
    officer, reference = await sender(building, route)
    visitor = await building.enter(officer)
    return Trial(building, route, visitor, reference, await whole_of(route).first(building, visitor, reference))


async def refusals(building: Building) -> int:
    return sum(row.act.startswith("refused") for row in await building.audited())


@pytest.mark.parametrize("paths", RIVALS, ids=" and ".join)
async def test_of_two_at_once_one_decides_and_the_other_is_told(large: Building, paths: tuple[str, str]) -> None:
    await widen(large)
    one = await trial_of(large, ROUTES[paths[0]])
    other = Trial(large, ROUTES[paths[1]], one.visitor, one.reference, one.more)
    before = await refusals(large)
    answers = await asyncio.gather(one.send(), other.send())
    assert sorted(map(obeyed, answers)) == [False, True]
    assert all(obeyed(answer) or refused(answer) or answer.status_code == NOT_NOW for answer in answers)
    assert await refusals(large) - before == 1
    settled = await large.everything_but(*BOOKKEEPING)
    for late in (one, other):
        assert refused(await late.send())
    assert await large.everything_but(*BOOKKEEPING) == settled


async def test_of_an_import_that_is_published_and_thrown_away_at_once_one_happens(large: Building) -> None:
    publication, removal = [ROUTES[f"/imports/{{ref}}/{end}"] for end in ("publication", "removal")]
    one = await trial_of(large, publication)
    other = Trial(large, removal, one.visitor, one.reference, one.more)
    answers = await asyncio.gather(one.send(), other.send())
    assert sorted(map(obeyed, answers)) == [False, True]


@pytest.mark.parametrize("path", LAPSING)
async def test_what_has_lapsed_is_decided_by_nobody(small: Building, path: str) -> None:
    trial, table = await trial_of(small, ROUTES[path]), LAPSING[path]
    await lapses(small, table, trial.reference)
    before, told = await small.everything_but(*BOOKKEEPING), await refusals(small)
    assert refused(await trial.send())
    assert await small.everything_but(*BOOKKEEPING) == before
    assert await refusals(small) - told == 1


async def lapses(building: Building, table: type[SQLModel], reference: str) -> None:
    """Let the time in which something may be decided run out."""
    gone = {"lapses_at": datetime.now(UTC) - HOUR}
    async with building.database.writing() as session:
        await session.execute(update(table).where(col(table.reference) == reference).values(gone))  # type: ignore[attr-defined]  # both have one
