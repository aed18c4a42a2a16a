"""The demo day tells its story: who can see what, checked against the rule and not against the file."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.cases import CaseLink
from models.grants import RingFence
from models.operations import Outcome
from models.profiles import Profile
from models.tasks import Claim, Post, PostVersion
from ops.access.doors import find
from ops.errors import NotFound
from ops.screens.board_alerts import alerts
from ops.screens.on_operation import on_operation
from tests.world.county import County

TAKING_PART = ("POL", "FWA", "HMR", "IMM", "CCS", "EHO", "CHS", "HOU", "FRS", "NHS", "ENV", "NGO", "PWR")


def test_twenty_seven_agencies_exist_and_fourteen_of_them_see_nothing(county: County) -> None:
    outside = set(county.agencies) - set(TAKING_PART)
    assert (len(county.agencies), len(outside)) == (27, 14)
    for resource in county.resources:
        assert not county.agencies_of(county.seeing(resource, Level.DISCOVER)) & outside


@pytest.mark.parametrize(
    ("agency", "kind", "readers"),
    [
        ("POL", "visit", ("POL", "FWA", "HMR", "IMM", "CCS", "EHO", "CHS", "HOU", "FRS", "NHS", "ENV", "NGO")),
        ("POL", "intelligence", ("POL", "FWA")),
        ("FWA", "interview", ("FWA", "POL", "CCS", "NGO")),
        ("NGO", "support", ("NGO", "CCS", "NHS")),
        ("NHS", "health", ("NHS", "NGO", "CCS")),
        ("IMM", "status check", ("IMM", "POL")),
    ],
)
async def test_each_report_of_the_case_has_its_own_readers(
    county: County, agency: str, kind: str, readers: tuple[str, ...]
) -> None:
    assert county.agencies_of(county.seeing(await county.report(agency, kind))) == set(readers)


async def test_what_is_given_in_person_reaches_one_person_of_the_agency(county: County) -> None:
    intelligence = county.seeing(await county.report("POL", "intelligence"))
    health = county.seeing(await county.report("NHS", "health"))
    checks = county.seeing(await county.report("IMM", "status check"))
    assert intelligence & county.of("FWA") == {"Harriet Doyle"}
    assert health & county.of("CCS") == {"Ruth Okafor"}
    assert checks & county.of("POL") == {"Asha Malik"}


async def test_the_tax_case_is_nobodys_but_the_revenues(county: County) -> None:
    case = await county.case("Kwik Gleam, wages and returns")
    assert county.seeing(case) == {"Priya Nair", "Owen Griffiths", "Celia Marchetti"}
    assert county.seeing(case, Level.DISCOVER) - county.of("HMR") == {"Asha Malik"}
    for resource in county.resources.values():
        if resource.gate_id == case:
            assert county.agencies_of(county.seeing(resource.id, Level.DISCOVER)) == {"HMR"}


async def test_each_case_link_shows_to_those_whom_the_story_names(county: County) -> None:
    titles = ("LAPWING Mill Rd", "HMO Alder Close", 'Adult safeguarding, "Ionut P."', "Kwik Gleam, wages and returns")
    mill, house, adult, tax = [await county.case(title) for title in titles]
    links = (await county.session.execute(select(CaseLink))).scalars()
    shown = {frozenset((link.from_id, link.to_id)): _shown(county, link) for link in links}
    assert shown[frozenset((mill, house))] == set(TAKING_PART) - {"PWR"}
    assert shown[frozenset((mill, adult))] == {"POL", "CCS", "NGO"}
    assert shown[frozenset((mill, tax))] == {"POL", "HMR"}


def _shown(county: County, link: CaseLink) -> set[str]:
    from_there = county.seeing(link.from_id) & county.seeing(link.to_id, Level.DISCOVER)
    from_here = county.seeing(link.to_id) & county.seeing(link.from_id, Level.DISCOVER)
    return county.agencies_of(from_there | from_here)


def test_the_power_company_sees_one_task_and_no_site(county: County) -> None:
    assert len(county.seen_by("Steve Hall", "task")) == 1
    assert county.seen_by("Steve Hall", "task", Level.CONTRIBUTE) == county.seen_by("Steve Hall", "task")
    for kind in ("site", "case", "report", "profile", "operation", "decision", "outcome", "encounter"):
        assert not county.seen_by("Steve Hall", kind)
    assert len(county.seen_by("Steve Hall", "operation", Level.DISCOVER)) == 1


async def test_immigration_has_no_interview_on_any_screen(county: County) -> None:
    for interview in await county.tasks("Interview"):
        assert county.agencies_of(county.seeing(interview)) == {"POL", "FWA", "HMR", "CCS", "NGO"}
        assert not county.seeing(interview, Level.DISCOVER) & county.of("IMM")


async def test_nothing_about_a_possible_victim_crosses_the_ring_fence(county: County) -> None:
    fenced = {fence.agency_id for fence in (await county.session.execute(select(RingFence))).scalars()}
    assert fenced == {county.agencies["IMM"].id, county.agencies["HMR"].id}
    behind = county.of("IMM", "HMR")
    about = [await county.report(*which) for which in (("FWA", "interview"), ("NGO", "support"), ("NHS", "health"))]
    about += (await county.session.execute(select(col(Outcome.id)))).scalars().all()
    victims = select(col(Profile.id)).where(~col(Profile.label).contains("manager"))
    about += (await county.session.execute(victims)).scalars().all()
    for resource in about:
        assert not county.seeing(resource, Level.DISCOVER) & behind


async def test_restricted_posts_never_reach_those_behind_the_fence(county: County) -> None:
    posts = (await county.session.execute(select(Post).where(col(Post.restricted)))).scalars()
    for post in posts:
        assert not county.seeing(post.id, Level.DISCOVER) & county.of("IMM", "HMR")


async def test_ordinary_posts_that_immigration_reads_speak_of_nobodys_support(county: County) -> None:
    words = ("interview", "Lantern", "referral", "reception centre", "health", "drop-in", "Ionut", "Mihai", "17")
    rows = await county.session.execute(select(col(PostVersion.post_id), col(PostVersion.text)))
    for post, text in rows:
        if "Dan Whitlock" in county.seeing(post):
            assert not [word for word in words if word in text]


async def test_a_post_at_the_first_site_reaches_31_officers_in_11_agencies(county: County) -> None:
    readers = county.seeing(await county.site("S1"))
    assert (len(readers), len(county.agencies_of(readers))) == (31, 11)
    assert "PWR" not in county.agencies_of(readers)


async def test_the_reception_centre_is_kept_from_enforcement_agencies_other_than_the_police(county: County) -> None:
    assert county.agencies_of(county.seeing(await county.site("RC1"))) == {"POL", "NGO", "CCS", "NHS", "CHS"}


async def test_tom_holds_the_first_interview(county: County) -> None:
    [first] = await county.tasks("Interview 1, S1")
    held = select(col(Claim.officer_id)).where(col(Claim.task_id) == first, col(Claim.ended_at).is_(None))
    assert (await county.session.execute(held)).scalar_one() == county.officers["Tom Reyes"].id


async def test_three_posts_arrived_late_when_tom_was_back(county: County) -> None:
    posts = (await county.session.execute(select(Post))).scalars()
    late = [post for post in posts if (post.arrived_at - post.happened_at).total_seconds() > 120]
    assert [post.author_id for post in late] == [county.officers["Tom Reyes"].id] * 3


async def test_the_doors_answer_an_outsider_as_if_there_were_nothing(county: County) -> None:
    outsider = county.asker("Colin Marsh")
    for resource in (await county.operation(), await county.case("LAPWING Mill Rd")):
        found = county.resources[resource]
        with pytest.raises(NotFound):
            await find(county.session, outsider, found.reference, found.kind, Level.DISCOVER)


def test_the_commander_may_do_everything_on_her_operation(county: County) -> None:
    theirs = [resource for resource in county.resources.values() if resource.kind in {"operation", "site"}]
    assert len(theirs) == 7
    for resource in theirs:
        assert "Asha Malik" in county.seeing(resource.id, Level.MANAGE)


async def test_one_officer_is_overdue_and_one_overlap_is_open(county: County) -> None:
    operation = county.resources[await county.operation()]
    seen = await on_operation(county.session, county.asker("Asha Malik"), operation.reference)
    told = {(alert.state, alert.site_code, alert.text.split(" was ")[0]) for alert in alerts(seen)}
    assert told == {("late", "S2", "Carl Dunn"), ("overlap", "S1", "and ENV both plan a visit.")}


async def test_figures_of_people_differ_by_reader(county: County) -> None:
    two = select(col(Outcome.id)).where(col(Outcome.kind) == "safeguarded")
    safeguarded = (await county.session.execute(two)).scalars().all()
    assert len(safeguarded) == 2
    for outcome in safeguarded:
        assert county.agencies_of(county.seeing(outcome)) == {"POL", "CCS", "NGO", "NHS"}
