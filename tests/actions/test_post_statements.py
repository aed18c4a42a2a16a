"""What a post asks of the database does not grow with the people who will see it."""

from live.audience import Level
from models.agencies import Officer
from models.operations import Site
from ops.transaction import new_resource
from tests.actions.office import Office
from tests.cast import file, grant

MOST = 21  # with its transaction's BEGIN, where search finds it, and on PostgreSQL the lock of the journal


async def more_sites(office: Office, number: int) -> None:
    operation = office.county.operation
    for n in range(number):
        resource = new_resource("site", operation.owner_agency_id, gate=operation.id)
        await file(office.desk.database, resource)
        await file(office.desk.database, Site(id=resource.id, operation_id=operation.id, code=f"S{n}", name="A site"))
        await office.post(office.county.alice, task=office.county.interview.reference, audience="task")


async def test_a_post_asks_as_much_for_many_agencies_officers_sites_and_posts_as_for_few(office: Office) -> None:
    county, asked = office.county, []
    for others in ((county.council,), (county.nhs, county.power)):
        for agency in others:
            await file(office.desk.database, *(Officer(agency_id=agency.id, name=f"Officer {n}") for n in range(20)))
            await more_sites(office, 5)
            await grant(office.desk.database, county.interview, agency, Level.READ, agreement=county.agreement)
        with office.statements() as seen:
            post = await office.post(county.alice, task=county.interview.reference, audience="task")
        asked.append((len(await office.grants(post)), len(seen)))
    (few, small), (many, large) = asked
    assert many == few + 2
    assert small == large <= MOST
