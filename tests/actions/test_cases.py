"""A case belongs to the agency that opened it: nobody else revises or links it, and a link opens nothing."""

import pytest

from live.audience import Level
from models.base import new_reference
from models.cases import Case, CaseLink
from ops.actions.cases import CaseEdit, NewCase, fingerprint, open_case, revise_case
from ops.actions.links import link_cases, remove_link
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.actions.office import Office, words
from tests.cast import NOW, grant

NEW = NewCase("Quay", "Modern slavery", "Two boats.", "key")


async def edit_of(office: Office, **fields: str) -> CaseEdit:
    async with office.desk.database.reading() as session:
        case = await session.get_one(Case, office.county.case.id)
    said = {"title": case.title, "summary": case.summary, "status": case.status, "handling": case.handling}
    return CaseEdit(**{**said, "based_on": fingerprint(case), **fields})


async def test_a_new_case_is_managed_by_its_opener_and_their_team_and_seen_by_nobody_else(office: Office) -> None:
    case = await office.resource(await open_case(office.desk, await office.asks(office.county.alice), NEW))
    assert case.owner_agency_id == office.county.police.id
    assert await office.levels(case) == {"alice": Level.MANAGE, "alan": Level.MANAGE}
    assert await office.told() == [("CaseOpened", "content"), ("AccessGiven", "access")]


async def test_a_case_that_is_sent_twice_is_opened_once(office: Office) -> None:
    alice = await office.asks(office.county.alice)
    assert await open_case(office.desk, alice, NEW) == await open_case(office.desk, alice, NEW)
    assert len(await office.told()) == 2


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("title", NewCase(" ", "Modern slavery", "", "k")),
        ("title", NewCase("x" * 161, "Modern slavery", "", "k")),
        ("theme", NewCase("Quay", "Gossip", "", "k")),
        ("summary", NewCase("Quay", "Modern slavery", "x" * 4001, "k")),
        ("team", NewCase("Quay", "Modern slavery", "", "k", team="another")),
        ("key", NewCase("Quay", "Modern slavery", "", "")),
    ],
)
async def test_a_case_needs_a_title_a_theme_and_ones_own_team(office: Office, field: str, new: NewCase) -> None:
    async with office.refusing(Invalid) as refused:
        await open_case(office.desk, await office.asks(office.county.alice), new)
    assert list(words(refused)) == [field]


async def test_a_revised_case_says_so_to_its_readers(office: Office) -> None:
    county = office.county
    edit = await edit_of(office, title="Orchard and mill", status="closed")
    await revise_case(office.desk, await office.asks(county.alan), county.case.reference, edit)
    async with office.desk.database.reading() as session:
        case = await session.get_one(Case, county.case.id)
    assert (case.title, case.status, case.closed_at) == ("Orchard and mill", "closed", NOW)
    assert (
        await office.told() == [("CaseRevised", "content")] * 2
    )  # its own readers, and those of the case linked with it


async def test_a_second_editor_of_a_case_is_told(office: Office) -> None:
    county = office.county
    mine = await edit_of(office, summary="Alice's words")
    edit = await edit_of(office, summary="Alan's words")
    await revise_case(office.desk, await office.asks(county.alan), county.case.reference, edit)
    async with office.refusing(Conflict):
        await revise_case(office.desk, await office.asks(county.alice), county.case.reference, mine)


async def test_only_its_managers_revise_a_case(office: Office) -> None:
    county, edit = office.county, await edit_of(office, title="Mine")
    for officer, refusal in ((county.carol, NotAllowed), (county.bob, NotAllowed), (county.dora, NotFound)):
        async with office.refusing(refusal):
            await revise_case(office.desk, await office.asks(officer), county.case.reference, edit)


async def test_a_link_opens_neither_case(office: Office) -> None:
    county = office.county
    alice = await office.asks(county.alice)
    quay = await office.resource(await open_case(office.desk, alice, NEW))
    before = [await office.levels(case) for case in (county.case, quay)]
    await link_cases(office.desk, alice, county.case.reference, quay.reference, "the same van")
    assert [await office.levels(case) for case in (county.case, quay)] == before
    facts = [(entry.subject_id, entry.topics) for entry in (await office.journal())[-2:]]
    assert facts == [(case.id, [f"case:{case.reference}"]) for case in (county.case, quay)]


async def test_a_case_that_one_only_discovers_can_be_linked(office: Office) -> None:
    county = office.county
    carol = await office.asks(county.carol)
    own = await open_case(office.desk, carol, NEW)
    await grant(office.desk.database, county.other_case, county.mash, Level.DISCOVER, agreement=county.agreement)
    assert await link_cases(office.desk, carol, own, county.other_case.reference, "the same street")


async def test_a_hidden_case_and_a_made_up_reference_are_refused_with_the_same_words(office: Office) -> None:
    county = office.county
    oscar = await office.asks(county.oscar)
    own = await open_case(office.desk, oscar, NEW)
    said = []
    for other in (county.case.reference, "a" * 26):
        async with office.refusing(Invalid) as refused:
            await link_cases(office.desk, oscar, own, other, "a guess")
        said.append(words(refused))
    assert said[0] == said[1]


async def test_two_cases_are_linked_once_and_no_case_with_itself(office: Office) -> None:
    county = office.county
    alice = await office.asks(county.alice)
    for here, there in ((county.case, county.other_case), (county.other_case, county.case), (county.case, county.case)):
        async with office.refusing(Invalid):
            await link_cases(office.desk, alice, here.reference, there.reference, "again")


async def test_only_a_manager_links_a_case(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.carol, NotAllowed), (county.oscar, NotFound)):
        async with office.refusing(refusal):
            await link_cases(
                office.desk, await office.asks(officer), county.case.reference, county.other_case.reference, "x"
            )


async def test_a_link_is_removed_by_who_manages_an_end_and_is_not_there_for_who_sees_one_end(office: Office) -> None:
    county = office.county
    async with office.refusing(NotFound):
        await remove_link(office.desk, await office.asks(county.carol), county.link.reference)
    await grant(office.desk.database, county.other_case, county.mash, agreement=county.agreement)
    async with office.refusing(NotAllowed):
        await remove_link(office.desk, await office.asks(county.carol), county.link.reference)
    await remove_link(office.desk, await office.asks(county.alice), county.link.reference)
    async with office.desk.database.reading() as session:
        link = await session.get_one(CaseLink, county.link.id)
    assert (link.removed_at, [kind for kind, _ in await office.told()]) == (NOW, ["LinkRemoved", "LinkRemoved"])
    async with office.refusing(NotFound):
        await remove_link(office.desk, await office.asks(county.alice), county.link.reference)


@pytest.mark.parametrize("hidden", ["one end", "both ends"])
async def test_a_hidden_link_takes_as_many_statements_as_none_at_all(office: Office, hidden: str) -> None:
    county, asked = office.county, []
    asks = await office.asks(county.carol if hidden == "one end" else county.oscar)
    for reference in (county.link.reference, new_reference()):
        with office.statements() as seen:
            async with office.refusing(NotFound):
                await remove_link(office.desk, asks, reference)
        asked.append(seen)
    assert asked[0] == asked[1]
