"""Each leak on record in comparable systems, tried here on the real pages and feeds; one test each.

Nothing here proposes similar cases or completes what one types (TheHive #1427, #1778); what comes nearest, the search,
is tried instead. Exports are tried in test_exports.py. That a rule has one definition (TheHive #2366) is
tests/access/test_rule_agrees.py; that the same holds for every route and every officer (IRIS #1034) is
test_every_route.py.
"""

import asyncio
from html import escape

import httpx2
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from live.screen import CloseCode
from models.grants import Grant, Resource
from models.sign_ins import SignIn
from ops.screens.titles import title_of
from tests import cast
from tests.cast import grant
from tests.web.building import Building, Socket, Visitor, absent, steady

WORD = "zilpzalp"


async def post(building: Building, visitor: Visitor, audience: str, text: str = WORD) -> httpx2.Response:
    county = building.county
    form = {"text": text, "audience": audience, "site": county.farm.reference, "key": f"{audience} {text}"}
    answer = await visitor.post(f"/operations/{county.operation.reference}/posts", **form)
    assert answer.status_code == 303, answer.text
    return answer


async def write(building: Building, visitor: Visitor, **more: str) -> str:
    """Write a report in the case; gives its reference."""
    form = {"title": WORD, "text": WORD, "kind": "visit", "key": "a report", **more}
    answer = await visitor.post(f"/cases/{building.county.case.reference}/reports", **form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


async def remove(building: Building, visitor: Visitor, name: str) -> None:
    row = building.county.grants[name]
    answer = await visitor.post(f"/grants/{row.reference}/remove", why="over")
    assert answer.status_code == 303, answer.text


async def everything_after(socket: Socket, marker: str) -> str:
    """Give all that a feed brought, once it brought what was sent after everything else."""
    await socket.until_heard(marker)
    return "".join(socket.heard)


def board(building: Building, kind: str = "board") -> str:
    return f"/operations/{building.county.operation.reference}/live?kind={kind}"


async def test_nobody_is_told_of_what_they_cannot_open(small: Building) -> None:
    """OpenCTI #8120 and TheHive told people of items that they could not open."""
    bob, alice = await small.enter(small.county.bob), await small.enter(small.county.alice)
    async with bob.socket(board(small)) as feed:
        await feed.live()
        reference = await write(small, alice)
        await post(small, alice, "agency")
        await post(small, alice, "site", "for all at the site")
        heard = await everything_after(feed, "for all at the site")
    watch = (await bob.get("/watch")).text + (await bob.get(f"/cases/{small.county.case.reference}")).text
    assert WORD not in heard + watch
    assert reference not in heard + watch


async def test_what_is_restricted_is_so_from_its_first_moment(small: Building) -> None:
    """OpenCTI #9160 made a thing open and restricted it a moment later; the stream had it already."""
    bob, alice = await small.enter(small.county.bob), await small.enter(small.county.alice)
    async with bob.socket(f"/cases/{small.county.case.reference}/live") as feed:
        await feed.live()
        await write(small, alice)
        form = {"title": "Shared", "text": "for Fair Work", "kind": "visit", "key": "two"}
        terms = {"purpose": "visit", "basis": "Public task", "necessity": "works on it", "level": "read"}
        shared = {
            "shared_with": f"agency:{small.county.fair_work.reference}",
            "until": f"{cast.NOW + cast.DAY:%Y-%m-%d}",
        }
        answer = await alice.post(f"/cases/{small.county.case.reference}/reports", **form, **terms, **shared)
        assert answer.status_code == 303, answer.text
        assert WORD not in await everything_after(feed, "for Fair Work")


async def test_a_line_goes_to_its_readers_and_not_to_every_socket(small: Building) -> None:
    """OpenTAKServer sent everything to every socket."""
    bob, carol = await small.enter(small.county.bob), await small.enter(small.county.carol)
    async with bob.socket(board(small)) as ours, carol.socket(board(small)) as theirs:
        await asyncio.gather(ours.live(), theirs.live())
        await post(small, bob, "agency")
        await post(small, bob, "site", "for all at the site")
        assert WORD in await everything_after(ours, "for all at the site")
        assert WORD not in await everything_after(theirs, "for all at the site")


async def test_access_is_judged_when_a_line_is_delivered(small: Building) -> None:
    """IRIS judged a socket when it joined, and never again."""
    county = small.county
    alice, bob, carol = [await small.enter(officer) for officer in (county.alice, county.bob, county.carol)]
    async with carol.socket(board(small)) as feed, bob.socket(board(small)) as other:
        await asyncio.gather(feed.live(), other.live())
        await post(small, alice, "site", "while she may")
        await feed.until_heard("while she may")
        await remove(small, alice, "the Council on the farm")
        await post(small, alice, "site")
        await other.until_heard(WORD)
        await carol.post(f"/tasks/{county.loose.reference}/status", status="move")
        assert WORD not in await everything_after(feed, "En route")


async def test_an_edit_answers_with_nothing_hidden(small: Building) -> None:
    """TheHive #2301 echoed a hidden record in the answer to an edit."""
    county = small.county
    alice, carol = await small.enter(county.alice), await small.enter(county.carol)
    secret = await write(small, alice)
    form = {"title": "Assessment", "text": "more", "based_on": "1"}
    answer = await carol.post(f"/reports/{county.assessment.reference}/versions", **form)
    page = await carol.get(answer.headers["location"])
    assert (answer.status_code, WORD in answer.text + page.text, secret in page.text) == (303, False, False)


async def test_a_task_is_not_found_by_trying_its_reference(small: Building) -> None:
    """IRIS #1034 let anyone work on a task whose number they guessed."""
    bob, county = await small.enter(small.county.bob), small.county
    for act, form in (("claim", {}), ("claim/release", {}), ("status", {"status": "here"})):
        nothing = await bob.post(f"/tasks/{absent()}/{act}", **form)
        answer = await bob.post(f"/tasks/{county.interview.reference}/{act}", **form)
        assert (answer.status_code, steady(answer)) == (404, steady(nothing))


@pytest.mark.parametrize("way", ["", "/view", "/thumbnail"])
async def test_a_file_has_its_parents_rule(small: Building, way: str) -> None:
    """TheHive's attachments had none: `visible = traversal // TODO`."""
    county = small.county
    for officer, status in ((county.alice, 200), (county.bob, 200), (county.carol, 404), (county.olga, 404)):
        visitor = await small.enter(officer)
        answer = await visitor.get(f"/attachments/{county.visit_photo.reference}{way}")
        assert answer.status_code == status, officer.name


async def test_lists_of_what_happened_leave_out_what_is_hidden(small: Building) -> None:
    """IRIS #583 listed everybody's activity."""
    county = small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    before = steady(await bob.get(f"/cases/{county.case.reference}"))
    secret = await write(small, alice)
    await alice.post(f"/reports/{secret}/versions", title=WORD, text="again", based_on="1")
    assert (
        steady(await bob.get(f"/cases/{county.case.reference}"))[2].split("data-cursor")[0]
        == before[2].split("data-cursor")[0]
    )


async def test_nobody_is_told_that_a_hidden_thing_already_exists(small: Building) -> None:
    """OpenCTI said "restricted entity already exists"."""
    county = small.county
    alice, oscar = await small.enter(county.alice), await small.enter(county.oscar)
    form = {"title": "Quay", "theme": "Modern slavery", "summary": ""}
    first = await alice.post("/cases", **form, key="same")
    second = await oscar.post("/cases", **form, key="same")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] != second.headers["location"]


async def test_who_is_shut_out_of_a_case_is_shut_out_of_what_lies_in_it(small: Building) -> None:
    """OpenCTI's restriction did not reach what lay inside."""
    county = small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    await remove(small, alice, "Fair Work on the case")
    paths = (f"/cases/{county.case.reference}", f"/reports/{county.visit.reference}")
    for path in (*paths, f"/attachments/{county.visit_photo.reference}"):
        assert (await bob.get(path)).status_code == 404, path


async def test_who_lost_access_receives_nothing_more(small: Building) -> None:
    """MISP #10899 and #7715 sent on to members who had been removed."""
    county = small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    async with bob.socket(f"/cases/{county.case.reference}/live") as feed:
        await feed.live()
        await remove(small, alice, "Fair Work on the case")
        assert await feed.closed() == CloseCode.WITHDRAWN
        heard = len(feed.heard)
        await alice.post(f"/reports/{county.visit.reference}/versions", title=WORD, text=WORD, based_on="1")
        assert WORD not in "".join(feed.heard)
        assert len(feed.heard) == heard


async def test_an_audience_of_nobody_is_nobody(small: Building) -> None:
    """MISP #4200 took an empty sharing group for everyone."""
    county = small.county
    alice = await small.enter(county.alice)
    secret = await write(small, alice)
    async with small.database.writing() as session:
        found = select(col(Resource.id)).where(col(Resource.reference) == secret)
        await session.execute(update(Grant).where(col(Grant.resource_id).in_(found)).values(revoked_at=cast.NOW))
    for name, officer in county.everyone().items():
        answer = await (await small.enter(officer)).get(f"/reports/{secret}")
        assert answer.status_code == 404, name


async def test_who_else_takes_part_is_told_to_nobody_outside(small: Building) -> None:
    """MISP #1668 and #10818 let anyone read who took part."""
    county = small.county
    await grant(small.database, county.case, county.oscar, Level.DISCOVER, agreement=county.agreement)
    for officer in (county.oscar, county.olga):
        visitor = await small.enter(officer)
        assert (await visitor.get(f"/cases/{county.case.reference}/sharing")).status_code == 404
        page = (await visitor.get(f"/cases/{county.case.reference}")).text
        assert not any(word in page for word in ("Fair Work", "Council", "MASH", "Dora", "Alice"))


async def test_no_cache_keeps_what_somebody_signed_in_was_shown(small: Building) -> None:
    """Zulip's logged-in pages were kept by a CDN in 2021."""
    county, alice = small.county, await small.enter(small.county.alice)
    for path in (
        *("/", "/watch", "/cases", "/profiles", "/operations", f"/cases/{county.case.reference}"),
        *(f"/reports/{county.visit.reference}", f"/attachments/{county.visit_photo.reference}"),
        *(f"/operations/{county.operation.reference}", f"/cases/{absent()}"),
    ):
        assert (await alice.get(path)).headers["cache-control"] == "no-store", path


async def test_a_socket_asks_for_the_same_sign_in_as_a_page(small: Building) -> None:
    """Mattermost's socket did without the second factor (CVE-2025-55070)."""
    county, bob = small.county, await small.enter(small.county.bob)
    async with small.database.writing() as session:
        await session.execute(update(SignIn).where(col(SignIn.reference) == bob.sign_in).values(ended_at=cast.NOW))
    for visitor in (bob, small.stranger):
        async with visitor.socket(board(small)) as feed:
            assert (await feed.closed(), feed.heard) == (CloseCode.SIGNED_OUT, [])
    assert county.operation.reference not in (await bob.get("/operations")).text


@pytest.mark.parametrize("column", ["label", "title"])
async def test_a_search_for_what_is_hidden_is_a_search_for_nothing(small: Building, column: str) -> None:
    """Elasticsearch counted hidden documents; TheHive #1427 and #1778 proposed them while one typed."""
    county = small.county
    alice, oscar = await small.enter(county.alice), await small.enter(county.oscar)
    words = await _words_of(small, county.profile if column == "label" else county.case)
    found = await alice.post("/search", q=words)
    assert (county.profile if column == "label" else county.case).reference in found.text
    hidden, random = await oscar.post("/search", q=words), await oscar.post("/search", q="zilpzalp")
    status, headers, text = steady(hidden)
    assert "Nothing found" in text
    assert (status, text.replace(escape(words), "zilpzalp")) == (steady(random)[0], steady(random)[2])
    assert headers.keys() == steady(random)[1].keys()
    nothing = absent()
    by_reference, by_none = [await oscar.post("/search", q=one) for one in (county.case.reference, nothing)]
    assert steady(by_reference)[2].replace(county.case.reference, nothing) == steady(by_none)[2]


async def _words_of(building: Building, thing: Resource) -> str:
    async with building.database.reading() as session:
        return await title_of(session, await session.get_one(Resource, thing.id))
