"""Access is given by managers only, on terms that an agreement covers, never across a ring-fence."""

import pytest

from live.audience import Level
from live.event import Touch
from models.agencies import Account, Agency
from models.agreements import Agreement, AgreementParty
from models.grants import RingFence
from models.sign_ins import Credential
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.giving import read_giving
from tests import cast
from tests.actions.office import Office, words
from tests.cast import DAY, NOW, TICK, file, grant, revoke


async def fence(office: Office, against: Agency) -> None:
    await file(
        office.desk.database,
        RingFence(case_id=office.county.case.id, agency_id=against.id, name="Never to them", raised_at=NOW),
    )


async def test_a_team_that_was_given_a_report_reads_it_and_nothing_else(office: Office) -> None:
    county = office.county
    case, assessment = await office.levels(county.case), await office.levels(county.assessment)
    await office.give(county.alice, county.visit, f"team:{county.mash.reference}")
    assert await office.level(county.carol, county.visit) is Level.READ
    assert await office.level(county.carl, county.visit) is Level.NONE
    assert (await office.levels(county.case), await office.levels(county.assessment)) == (case, assessment)


async def test_a_grant_keeps_why_on_what_basis_by_whom_and_its_place_in_the_journal(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.visit, f"team:{county.mash.reference}")
    grant = (await office.grants(county.visit))[-1]
    assert (grant.purpose, grant.lawful_basis) == ("Protecting workers", "Public task")
    assert (grant.agreement_id, grant.granted_by) == (county.agreement.id, county.alice.id)
    entry, *boards_told = (await office.journal())[-3:]
    assert (entry.kind, entry.touches, entry.subject_id) == ("AccessGiven", Touch.ACCESS, county.visit.id)
    assert {(told.kind, told.subject_id) for told in boards_told} == {
        ("ReportWidened", county.visit.id),
        ("ReportWidened", county.case.id),
    }
    assert (grant.position, entry.topics) == (entry.position, [f"case:{county.case.reference}"])


async def test_who_only_reads_or_contributes_cannot_share(office: Office) -> None:
    county = office.county
    for officer in (county.bob, county.carol):
        async with office.refusing(NotAllowed):
            await office.give(officer, county.case, f"agency:{county.nhs.reference}")


async def test_what_one_cannot_see_cannot_be_shared_and_is_not_there(office: Office) -> None:
    county = office.county
    for officer, thing in ((county.oscar, county.case), (county.alice, county.assessment), (county.dora, county.case)):
        async with office.refusing(NotFound):
            await office.give(officer, thing, f"agency:{county.nhs.reference}")


async def test_a_reference_of_another_kind_opens_nothing(office: Office) -> None:
    county = office.county
    stranger = county.case.model_copy(update={"kind": "report"})
    async with office.refusing(NotFound):
        await office.give(county.alice, stranger, f"agency:{county.nhs.reference}")


async def test_only_the_owner_agency_manages(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.case, f"agency:{county.nhs.reference}", level="manage")
    assert "level" in words(refused)
    await office.give(county.alice, county.case, f"officer:{county.alan.reference}", level="manage", until=None)
    assert await office.level(county.alan, county.case) is Level.MANAGE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("necessity", " "),
        ("purpose", ""),
        ("basis", ""),
        ("until", None),
        ("until", NOW),
        ("until", NOW - DAY),
        ("until", NOW + 40 * DAY),
        ("level", "everything"),
        ("agreement", "another"),
    ],
)
async def test_a_grant_to_another_agency_needs_terms_that_the_agreement_covers(
    office: Office, field: str, value: object
) -> None:
    county = office.county
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.visit, f"team:{county.mash.reference}", **{field: value})
    assert list(words(refused)) == [field]


async def test_a_grant_may_last_exactly_as_long_as_its_agreement(office: Office) -> None:
    county = office.county
    ends = county.agreement.ends
    assert ends is not None
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, f"team:{county.mash.reference}", until=ends + TICK)
    await office.give(county.alice, county.visit, f"team:{county.mash.reference}", until=ends)
    assert await office.level(county.carol, county.visit) is Level.READ


async def test_an_agency_that_signed_nothing_is_given_nothing(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.visit, f"agency:{county.coastguard.reference}")
    assert "agreement" in words(refused)


async def test_an_agreement_that_has_expired_covers_nothing(office: Office) -> None:
    county = office.county
    await office.later(40 * DAY)
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.visit, f"team:{county.mash.reference}", until=NOW + 45 * DAY)
    assert "agreement" in words(refused)


async def test_no_grant_goes_beyond_what_its_agreement_allows(office: Office) -> None:
    county = office.county
    narrow = Agreement(name="Narrow", highest_level=int(Level.DISCOVER), starts=NOW - DAY, ends=NOW + DAY)
    parties = [AgreementParty(agreement_id=narrow.id, agency_id=one.id) for one in (county.police, county.coastguard)]
    await file(office.desk.database, narrow)
    await file(office.desk.database, *parties)
    who, until = f"agency:{county.coastguard.reference}", NOW + DAY
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.case, who, until=until)
    assert "level" in words(refused)
    await office.give(county.alice, county.case, who, until=until, level="discover")
    assert await office.level(county.olga, county.case) is Level.DISCOVER


@pytest.mark.parametrize("who", ["", "agency:", "team:nothing", "officer:nothing", "nobody@county.example", "case:x"])
async def test_nobody_is_given_nothing(office: Office, who: str) -> None:
    async with office.refusing(Invalid) as refused:
        await office.give(office.county.alice, office.county.case, who)
    assert "who" in words(refused)


async def test_the_same_principal_has_one_live_grant_the_newest(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.case, f"agency:{county.fair_work.reference}", level="contribute")
    old, new = [grant for grant in await office.grants(county.case) if grant.grantee_agency_id == county.fair_work.id]
    assert (old.revoked_by, old.revoked_why) == (county.alice.id, "replaced by a new grant")
    assert (new.level, new.revoked_at) == (Level.CONTRIBUTE, None)
    assert old.revoked_position is not None
    assert new.position is not None
    assert old.revoked_position < new.position
    assert await office.level(county.bob, county.case) is Level.CONTRIBUTE


async def test_a_ring_fence_keeps_a_fenced_report_from_its_agency_and_says_its_name(office: Office) -> None:
    county = office.county
    await fence(office, county.nhs)
    for who in (f"agency:{county.nhs.reference}", f"officer:{county.dora.reference}"):
        async with office.refusing(Invalid) as refused:
            await office.give(county.alice, county.visit, who)
        assert "Never to them" in words(refused)["who"]


async def test_a_ring_fence_covers_the_profile_of_somebody_named_in_its_case(office: Office) -> None:
    county = office.county
    await fence(office, county.nhs)
    async with office.refusing(Invalid):
        await office.give(county.alice, county.profile, f"agency:{county.nhs.reference}")


async def test_a_ring_fence_is_not_named_to_who_cannot_read_its_case(office: Office) -> None:
    county = office.county
    await fence(office, county.nhs)
    async with office.desk.database.writing() as session:
        shut_out = await session.get_one(type(county.grants["MASH on the case"]), county.grants["MASH on the case"].id)
        shut_out.revoked_at = NOW
    async with office.refusing(Invalid) as refused:
        await office.give(county.carol, county.assessment, f"agency:{county.nhs.reference}")
    assert "Never to them" not in words(refused)["who"]


async def test_a_report_that_describes_nobody_may_cross_the_fence(office: Office) -> None:
    county = office.county
    await fence(office, county.nhs)
    report = await office.write(county.alice, fenced=False, unfenced_why="Describes the building only")
    await office.give(county.alice, report, f"agency:{county.nhs.reference}")
    assert await office.level(county.dora, report) is Level.READ


async def test_an_agency_that_enforces_is_asked_about_twice(office: Office) -> None:
    county = office.county
    async with office.desk.database.writing() as session:
        (await session.get_one(Agency, county.nhs.id)).enforcement = True
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.visit, f"agency:{county.nhs.reference}")
    assert list(words(refused)) == ["confirm"]
    await office.give(county.alice, county.visit, f"agency:{county.nhs.reference}", confirmed=True)


async def test_what_follows_its_place_is_not_shared_by_itself(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid):
        await office.give(county.alice, county.knock, f"agency:{county.nhs.reference}")


async def test_a_detachment_is_given_a_site(office: Office) -> None:
    county = office.county
    who = f"detachment:{county.operation.reference}@{county.fair_work.reference}"
    await office.give(county.alice, county.yard, who, until=NOW + DAY)
    assert await office.level(county.bob, county.yard) is Level.READ
    assert (await office.journal())[-1].topics == [f"operation:{county.operation.reference}"]


async def test_a_detachment_is_named_only_by_who_knows_of_its_operation(office: Office) -> None:
    county = office.county
    who = f"detachment:{county.operation.reference}@{county.fair_work.reference}"
    await revoke(office.desk.database, county.grants["the Council on the operation"])
    async with office.refusing(Invalid) as refused:
        await office.give(county.carol, county.assessment, who)
    async with office.refusing(Invalid) as absent:
        await office.give(county.carol, county.assessment, f"detachment:{cast.new_id().hex}@{county.nhs.reference}")
    assert words(refused) == words(absent)
    await grant(office.desk.database, county.operation, county.carol, Level.DISCOVER, agreement=county.agreement)
    await office.give(county.carol, county.assessment, who, until=NOW + DAY)


async def test_giving_away_the_only_right_to_manage_is_refused(office: Office) -> None:
    county = office.county
    async with office.refusing(Conflict):
        await office.give(county.alice, county.case, f"team:{county.squad.reference}", level="read")
    async with office.refusing(Conflict):
        await office.give(county.alice, county.case, f"team:{county.squad.reference}", level="manage")


async def test_an_account_is_given_access_and_no_officer_gains_by_it(office: Office) -> None:
    county = office.county
    wall = Account(agency_id=county.police.id, name="The wall")
    await file(office.desk.database, wall)
    before = await office.levels(county.visit)
    await office.give(county.alice, county.visit, f"account:{wall.reference}")
    assert (await office.grants(county.visit))[-1].principal == f"account:{wall.id.hex}"
    assert await office.levels(county.visit) == before


async def test_an_account_that_was_closed_is_given_nothing(office: Office) -> None:
    county = office.county
    wall = Account(agency_id=county.police.id, name="The wall", active=False)
    await file(office.desk.database, wall)
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, f"account:{wall.reference}")


async def test_an_address_of_two_officers_names_neither(office: Office) -> None:
    county, shared = office.county, "both@county.example"
    for officer in (county.bob, county.dora):
        await file(
            office.desk.database,
            Credential(officer_id=officer.id, email=shared, password_hash="none", changed_at=NOW),
        )
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, shared)


async def test_a_form_offers_detachments_of_operations_that_the_giver_reads_and_own_accounts(office: Office) -> None:
    county, database = office.county, office.desk.database
    detachment = await cast.detachment(database, county.operation, county.fair_work)
    wall = Account(agency_id=county.council.id, name="The wall")
    await file(database, wall)
    offered = {}
    for officer, thing in ((county.alice, county.visit), (county.carol, county.assessment)):
        async with database.reading() as session:
            giving = await read_giving(session, await cast.asker(database, officer), "report", thing.reference)
        offered[officer.name] = {choice.value for one in giving.agencies for choice in one.choices}
    named = f"detachment:{county.operation.reference}@{county.fair_work.reference}"
    assert detachment.operation_id == county.operation.id
    assert named in offered[county.alice.name]
    assert f"account:{wall.reference}" not in offered[county.alice.name]
    assert f"account:{wall.reference}" in offered[county.carol.name]
