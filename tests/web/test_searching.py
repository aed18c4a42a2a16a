"""The search page: written down with what it showed and without the words, and open to everyone who is signed in."""

from live.audience import Level
from models.audit import Act
from tests.cast import grant
from tests.web.building import Building


async def test_a_search_is_written_down_with_what_it_showed_and_without_its_words(building: Building) -> None:
    county = building.county
    for officer in (county.alice, county.bob, county.dora, county.oscar):
        visitor, before = await building.enter(officer), len(await building.audited())
        answer = await visitor.post("/search", q="a")
        (row,) = (await building.audited())[before:]
        assert (row.act, row.officer_id, row.asked) == (Act.SEARCHED, officer.id, "")
        assert set(row.references) == set(row.listed) == await building.shown_in(answer.text, officer)


async def test_what_was_looked_for_stands_in_no_address(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    page = (await alice.get("/search")).text
    assert 'method="post" action="/search"' in page
    assert (await alice.get("/search?q=case")).text.count("<mark>") == 0


async def test_who_only_knows_of_a_case_finds_its_stub_by_reference_and_a_way_to_ask(small: Building) -> None:
    county = small.county
    await grant(small.database, county.case, county.dora, Level.DISCOVER, agreement=county.agreement)
    dora, before = await small.enter(county.dora), len(await small.audited())
    found = await dora.post("/search", q=county.case.reference)
    assert f'href="/cases/{county.case.reference}/request"' in found.text
    assert (await small.audited())[before].references == []
    assert (await dora.get(f"/cases/{county.case.reference}/request")).status_code == 200


async def test_words_come_back_as_words(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    answer = await alice.post(
        "/search", q='"><script>alert(1)</script>', kind="<b>", after_at="soon", after_reference="x"
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
