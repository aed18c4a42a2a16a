"""What a post asks of the database does not grow with the people who will see it."""

from live.audience import Level
from models.agencies import Officer
from tests.actions.office import Office
from tests.cast import file, grant

MOST = (
    22  # with its transaction's BEGIN, where search finds it, and on PostgreSQL the locks of the journal and of the key
)


async def test_a_post_asks_as_much_for_many_agencies_and_officers_as_for_few(office: Office) -> None:
    county, asked = office.county, []
    for others in ((county.council,), (county.nhs, county.power)):
        for agency in others:
            await file(office.desk.database, *(Officer(agency_id=agency.id, name=f"Officer {n}") for n in range(20)))
            await grant(office.desk.database, county.interview, agency, Level.READ, agreement=county.agreement)
        with office.statements() as seen:
            post = await office.post(county.alice, task=county.interview.reference, audience="task")
        asked.append((len(await office.grants(post)), len(seen)))
    (few, small), (many, large) = asked
    assert many == few + 2
    assert small == large <= MOST
