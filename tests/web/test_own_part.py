"""Who only discovers an operation has a page of their own part: it confirms a call for help and offers no dead end."""

from live.audience import Level
from models.agencies import Officer
from models.operations import Operation
from ops.transaction import new_resource
from tests import cast
from tests.cast import DAY, file, grant
from tests.web.building import Building, Visitor


async def discoverer(small: Building) -> Visitor:
    county = small.county
    await grant(small.database, county.operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    return await small.enter(county.oscar)


async def planned(small: Building, reader: Officer) -> str:
    """Plan an older operation that one officer reads; gives its reference."""
    made = new_resource("operation", small.county.police.id)
    await file(small.database, made)
    at = cast.NOW - 9 * DAY
    row = Operation(id=made.id, title="Tide", commander_id=small.county.alice.id, starts=at, ends=at + DAY)
    await file(small.database, row)
    await grant(small.database, made, reader, agreement=small.county.agreement)
    return made.reference


async def test_a_call_for_help_is_confirmed_to_who_sees_nothing_else(small: Building) -> None:
    oscar, path = await discoverer(small), f"/operations/{small.county.operation.reference}"
    assert (await oscar.post(f"{path}/check-ins", kind="help")).status_code == 303
    page = (await oscar.get(f"{path}/mine")).text
    assert ("Help called" in page, "Nobody has seen it yet" in page, "Orchard day" in page) == (True, True, False)
    await oscar.post(f"{path}/check-ins", kind="ok now", note="fine")
    assert "Help called" not in (await oscar.get(f"{path}/mine")).text


async def test_no_link_leads_to_a_form_that_would_be_refused(small: Building) -> None:
    oscar, path = await discoverer(small), f"/operations/{small.county.operation.reference}"
    assert "posts/new" not in (await oscar.get(f"{path}/mine")).text
    bob = await small.enter(small.county.bob)
    assert "posts/new" in (await bob.get(f"{path}/mine")).text


async def test_the_front_page_leads_to_what_one_reads_before_any_stub(small: Building) -> None:
    oscar = await discoverer(small)
    assert (await oscar.get("/")).headers["location"] == f"/operations/{small.county.operation.reference}"
    older = await planned(small, small.county.oscar)
    assert (await oscar.get("/")).headers["location"] == f"/operations/{older}"
    assert (await oscar.get("/mine")).headers["location"] == f"/operations/{older}/mine"
