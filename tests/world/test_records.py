"""What the loader writes keeps the rules that actions keep: grants, journal, history, photos."""

from collections import Counter
from itertools import pairwise

from sqlalchemy import inspect, select
from sqlmodel import SQLModel, col

from live.audience import Level
from models.agencies import Officer
from models.agreements import Agreement, AgreementParty
from models.attachments import Attachment
from models.grants import Grant
from models.journal import Deployment, JournalEntry
from models.operations import Decision, Outcome
from models.profiles import Naming
from models.reports import ReportVersion
from models.sign_ins import Credential
from ops.access.audiences import known
from ops.access.doors import KINDS
from ops.access.principals import keys_of
from ops.actions.passwords import matches
from ops.topics import reference_of
from ops.world.people import DEMO_PASSWORD, DEMO_PEOPLE
from tests.world.county import County


async def test_every_grant_to_another_agency_says_why_and_ends(county: County) -> None:
    for grant in (await county.session.execute(select(Grant))).scalars():
        if grant.grantee_agency_id != county.resources[grant.resource_id].owner_agency_id:
            assert grant.purpose
            assert grant.lawful_basis
            assert grant.necessity
            assert grant.agreement_id is not None
            assert grant.ends is not None
            assert grant.starts < grant.ends


async def test_every_grant_keeps_to_its_agreement(county: County) -> None:
    parties = (await county.session.execute(select(AgreementParty))).scalars()
    signed = {(party.agreement_id, party.agency_id) for party in parties}
    cited = select(Grant, Agreement).join(Agreement, col(Agreement.id) == col(Grant.agreement_id))
    for grant, agreement in await county.session.execute(cited):
        owner = county.resources[grant.resource_id].owner_agency_id
        assert {(agreement.id, owner), (agreement.id, grant.grantee_agency_id)} <= signed
        assert grant.level <= agreement.highest_level
        assert grant.ends is not None
        assert (grant.ends - grant.starts).days <= agreement.longest_days


async def test_everything_has_someone_who_manages_it(county: County) -> None:
    for resource in county.resources.values():
        managers = county.seeing(resource.id, Level.MANAGE)
        owner = {name for name, officer in county.officers.items() if officer.agency_id == resource.owner_agency_id}
        assert managers
        assert managers <= owner


async def test_a_person_is_named_only_by_someone_who_could_read_the_profile_then(county: County) -> None:
    for naming in (await county.session.execute(select(Naming))).scalars():
        assert naming.officer_id is not None
        held = (await keys_of(county.session, [naming.officer_id], naming.at))[naming.officer_id].held
        facts = await known(county.session, [naming.profile_id])
        assert facts[naming.profile_id].audience.at(naming.at).admits(held)


async def test_the_journal_is_one_unbroken_order_in_the_order_of_time(county: County) -> None:
    entries = await county.session.execute(select(JournalEntry).order_by(col(JournalEntry.position)))
    journal = list(entries.scalars())
    assert [entry.position for entry in journal] == list(range(1, len(journal) + 1))
    assert all(earlier.at <= later.at <= county.now for earlier, later in pairwise(journal))


async def test_every_row_with_a_place_in_the_journal_has_received_it(county: County) -> None:
    for mapper in SQLModel._sa_registry.mappers:
        if "position" in mapper.columns and mapper.class_ is not JournalEntry:
            missing = select(mapper.class_).where(mapper.columns["position"].is_(None))
            assert not (await county.session.execute(missing)).scalars().all(), mapper.class_.__name__


async def test_topics_name_boxes_that_exist(county: County) -> None:
    references = {resource.reference for resource in county.resources.values()}
    for entry in (await county.session.execute(select(JournalEntry))).scalars():
        assert {reference_of(topic) for topic in entry.topics} <= references


async def test_reports_keep_their_versions(county: County) -> None:
    numbers = Counter((await county.session.execute(select(col(ReportVersion.report_id)))).scalars())
    assert max(numbers.values()) == 3
    assert len(numbers) == 13


async def test_each_photo_has_the_rule_of_its_parent_and_files_of_its_own(county: County) -> None:
    photos = list((await county.session.execute(select(Attachment))).scalars())
    assert len(photos) == 6
    assert len({key for photo in photos for key in (photo.sealed_key, photo.shared_key, photo.thumbnail_key)}) == 18
    for photo in photos:
        own, parent = county.resources[photo.id], county.resources[photo.parent_id]
        assert (own.acl_id, own.gate_id, own.owner_agency_id) == (parent.acl_id, parent.gate_id, parent.owner_agency_id)


async def test_everyone_on_the_list_of_roles_can_sign_in(county: County) -> None:
    listed = [person.email for person in DEMO_PEOPLE]
    rows = await county.session.execute(select(Credential).where(col(Credential.email).in_(listed)))
    credentials = list(rows.scalars())
    assert len(credentials) == len(DEMO_PEOPLE)
    assert await matches(DEMO_PASSWORD, credentials[0].password_hash)


async def test_addresses_and_numbers_lead_nowhere(county: County) -> None:
    emails = (await county.session.execute(select(col(Credential.email)))).scalars().all()
    mobiles = (await county.session.execute(select(col(Officer.mobile)))).scalars().all()
    assert all(email.endswith(".example") for email in emails)
    assert all(mobile.startswith("07700 900 ") for mobile in mobiles)
    assert all("01632 960 " in agency.desk for agency in county.agencies.values())


async def test_the_deployment_has_a_name_and_a_key_of_its_own(county: County) -> None:
    deployment = await county.session.get(Deployment, 1)
    assert deployment is not None
    assert deployment.partnership == "Trentshire partnership"
    assert len(deployment.sealing_key) == 44


async def test_every_resource_has_a_row_of_its_own(county: County) -> None:
    tables: dict[str, type[SQLModel]] = {**KINDS, "outcome": Outcome, "decision": Decision}
    for kind, table in tables.items():
        ids = {resource.id for resource in county.resources.values() if resource.kind == kind}
        rows = (await county.session.execute(select(table))).scalars().all()
        assert ids
        assert ids == {inspect(row).identity[0] for row in rows}
