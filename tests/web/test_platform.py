"""The platform operator sees health and sizes, and not one word of anybody's case."""

from sqlalchemy import update
from sqlmodel.sql.sqltypes import AutoString

from live.screen import CloseCode
from models.agencies import Agency
from models.cabinet import METADATA
from tests.web.building import Building
from tests.web.facts import facts_of
from tests.web.test_nothing_leaks import WORDS
from tests.web.walks import asks_for, pages

CANARY = "zilpzalp"
KNOWN_TO_ALL = {"agency", "deployment"}  # whose names every officer may know


async def plant(building: Building) -> None:
    """Write the canary into everything that people write, but for the operator's own name."""
    async with building.database.writing() as session:
        for table in METADATA.sorted_tables:
            if table.name in KNOWN_TO_ALL:
                continue
            for column in table.columns:
                if column.name in WORDS.split() and isinstance(column.type, AutoString):
                    words = update(table).values({column: f"{CANARY} {column.name}"[: column.type.length or 40]})
                    if table.name == "officer":
                        words = words.where(table.columns["id"] != building.county.olga.id)
                    await session.execute(words)


async def test_no_page_that_the_operator_opens_says_a_word_of_a_case_or_anybodys_name(building: Building) -> None:
    await plant(building)
    olga, opened = await building.enter(building.county.olga), 0
    facts = await facts_of(building.database)
    for route in pages():
        references = [""]
        if "{" in route.path:
            references = [ask.reference for ask in await asks_for(route, building, building.county.alice, facts)]
        for reference in references:
            answer = await olga.get(route.path.format(ref=reference))
            opened += answer.status_code == 200
            assert CANARY not in answer.text, route.path
    assert opened > 3
    page = (await olga.get("/platform")).text
    assert "Police" in page
    for name in (officer.name for officer in building.county.everyone().values() if officer.name != "Olga"):
        assert name not in page


async def test_a_suspended_agencys_screens_close_at_once(building: Building) -> None:
    county = building.county
    olga, bob = await building.enter(county.olga), await building.enter(county.bob)
    async with bob.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        answer = await olga.post(f"/platform/agencies/{county.fair_work.reference}/suspension")
        assert answer.status_code == 303
        assert await screen.closed() == CloseCode.SIGNED_OUT
    assert (await bob.get("/cases")).status_code == 303


async def test_a_refused_agency_comes_back_with_what_was_typed(small: Building) -> None:
    olga, before = await small.enter(small.county.olga), await small.count(Agency)
    answer = await olga.post(
        "/platform/agencies",
        letters="POL",
        name="heron & 7",
        kind="statutory",
        desk="",
        administrator="Nora",
        email="n@h.example",
    )
    assert (answer.status_code, "heron &amp; 7" in answer.text) == (422, True)
    assert await small.count(Agency) == before
