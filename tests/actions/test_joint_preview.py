"""What the composer of a report says before the act is what holds after it; and who near will not see it."""

from dataclasses import replace

import pytest

from live.audience import Level
from models.agencies import Agency, Officer, Team, TeamMembership
from models.grants import RingFence
from ops.access.readers import readers_of
from ops.actions.grants import Given
from ops.errors import NotAllowed, NotFound
from ops.screens.joint_preview import Draft, Joint, joint_preview
from ops.screens.near import agencies_of
from ops.screens.share_preview import preview
from tests.actions.office import TERMS, Office
from tests.cast import NOW, file, grant


async def looked(office: Office, author: Officer, **draft: object) -> Joint:
    """Let an author of the case look at what they have chosen so far."""
    async with office.desk.database.reading() as session:
        asks = await office.asks(author)
        return await joint_preview(session, asks, office.county.case.reference, Draft(**draft))  # type: ignore[arg-type]  # the test names fields of Draft


def fence(office: Office, agency: Agency) -> RingFence:
    case = office.county.case
    return RingFence(case_id=case.id, agency_id=agency.id, name=f"never to {agency.name}", raised_at=NOW)


def codes(joint: Joint) -> list[str]:
    return [tag.code for tag in joint.out.agencies]


async def test_at_first_it_is_the_author_s_own_team(office: Office) -> None:
    joint = await looked(office, office.county.carol)
    assert (joint.people, joint.agencies, [group.part for group in joint.groups]) == (1, 1, ["MASH"])
    assert joint.groups[0].future


@pytest.mark.parametrize(
    "chosen",
    [
        (),
        ("agency:{fair_work}",),
        ("agency:{fair_work}", "officer:{dora}"),
        ("agency:{council}",),
        ("agency:{power}", "officer:{oscar}"),
        ("team:{squad}", "detachment:{operation}@{fair_work}", "officer:{bob}"),
    ],
)
async def test_the_number_it_says_is_the_number_that_reads_the_report(office: Office, chosen: tuple[str, ...]) -> None:
    county = office.county
    names = {name: getattr(county, name).reference for name in
             ("fair_work", "dora", "council", "power", "oscar", "squad", "operation", "bob")}  # fmt: skip
    shared_with = tuple(one.format(**names) for one in chosen)
    joint = await looked(office, county.carol, shared_with=shared_with)
    assert joint.refused == ()
    terms = replace(TERMS, until=office.desk.clock.now() + (TERMS.until - office.desk.clock.now()) / 30)  # type: ignore[operator]  # it has an end
    report = await office.write(county.carol, shared_with=shared_with, terms=terms)
    async with office.desk.database.reading() as session:
        readers = (await readers_of(session, [report.id], office.desk.clock.now()))[report.id].officers
        agencies = await agencies_of(session, readers)
    assert (joint.people, joint.agencies) == (len(readers), len(agencies))
    near = {county.police.code, county.fair_work.code, county.nhs.code, county.power.code}
    reading = {one.code for one in (county.police, county.fair_work, county.council, county.nhs, county.power)
               if one.id in agencies}  # fmt: skip
    assert set(codes(joint)) == near - reading


async def test_the_nearest_who_will_not_see_it_are_told_and_the_fenced_last(office: Office) -> None:
    county = office.county
    await file(office.desk.database, fence(office, county.fair_work))
    joint = await looked(office, county.carol)
    assert codes(joint) == ["NHS", "POL", "PWR"]  # in the case, or on its operation
    assert [tag.code for tag in joint.out.fenced] == ["FWA"]
    joint = await looked(office, county.carol, fenced=False)
    assert (codes(joint), joint.out.fenced) == (["FWA", "NHS", "POL", "PWR"], ())
    joint = await looked(office, county.carol, fenced=False, kind="health")
    assert [tag.code for tag in joint.out.fenced] == ["FWA"]


async def test_other_teams_of_ones_own_agency_are_nearest(office: Office) -> None:
    county, now = office.county, office.desk.clock.now()
    night, empty = (Team(agency_id=county.council.id, name=name) for name in ("Night duty", "Nobody yet"))
    await file(office.desk.database, night, empty)
    await file(office.desk.database, TeamMembership(team_id=night.id, officer_id=county.carl.id, starts=now))
    assert (await looked(office, county.carol)).out.teams == ("Night duty",)
    whole = await looked(office, county.carol, shared_with=(f"agency:{county.council.reference}",))
    assert whole.out.teams == ()


async def test_who_is_not_in_the_case_is_said_to_wait_and_is_not_counted(office: Office) -> None:
    county = office.county
    joint = await looked(office, county.carol, shared_with=(f"agency:{county.power.reference}",))
    assert [(group.agency.code, group.waits) for group in joint.groups] == [("CNC", False), ("PWR", True)]
    assert joint.people == 1


async def test_who_broke_a_glass_on_the_case_is_not_in_it(office: Office) -> None:
    county = office.county
    await grant(office.desk.database, county.case, county.oscar, emergency=True)
    joint = await looked(office, county.carol, shared_with=(f"officer:{county.oscar.reference}",))
    assert [(group.agency.code, group.waits) for group in joint.groups] == [("CNC", False), ("PWR", True)]
    given = Given(f"officer:{county.oscar.reference}", TERMS)
    async with office.desk.database.reading() as session:
        shown = await preview(session, await office.asks(county.carol), "report", county.assessment.reference, given)
    assert (shown.waits, shown.gained) == (True, 0)


async def test_a_ring_fence_names_itself_before_the_act(office: Office) -> None:
    county = office.county
    await file(office.desk.database, fence(office, county.nhs))
    joint = await looked(
        office, county.carol, shared_with=(f"officer:{county.dora.reference}", "nobody@nowhere.example")
    )
    assert joint.refused == (
        "Ring-fence: never to NHS.",
        "Choose an agency, a team or a person who can be given access.",
    )
    assert joint.people == 1


async def test_who_could_not_open_the_profile_is_told_by_agency(office: Office) -> None:
    county = office.county
    await grant(office.desk.database, county.profile, county.carol)
    who = (f"agency:{county.fair_work.reference}", f"team:{county.squad.reference}")
    joint = await looked(office, county.carol, names=(county.profile.reference,), shared_with=who)
    (named,) = joint.named
    assert (named.label, named.agency.code, [one.code for one in named.without]) == (
        "Tall man, blue coat",
        "POL",
        ["FWA"],
    )


async def test_a_profile_that_the_author_cannot_read_is_as_absent(office: Office) -> None:
    county = office.county
    joint = await looked(office, county.carol, names=(county.profile.reference, "a" * 26))
    assert joint.named == ()


async def test_what_would_only_be_known_of_is_seen_by_nobody_else(office: Office) -> None:
    county = office.county
    who = (f"agency:{county.fair_work.reference}",)
    joint = await looked(office, county.carol, shared_with=who, level="discover")
    assert (joint.people, joint.knows) == (1, True)
    assert "FWA" in codes(joint)


async def test_only_who_may_write_in_the_case_is_told_anything(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.dora, NotFound), (county.oscar, NotFound)):
        assert await office.level(officer, county.case) < Level.CONTRIBUTE
        async with office.refusing(refusal):
            await looked(office, officer)
