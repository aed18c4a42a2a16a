"""A sharing page names an operation only to who reads it."""

from live.audience import Level
from models.database import Database
from ops.screens.sharing import read_sharing
from tests import cast
from tests.cast import found_county, grant


async def test_a_detachment_shows_its_operations_title_only_to_who_reads_it(database: Database) -> None:
    county = await found_county(database)
    detachment = await cast.detachment(database, county.operation, county.fair_work)
    await grant(database, county.assessment, detachment, agreement=county.agreement)
    await grant(database, county.operation, county.dora, Level.DISCOVER, agreement=county.agreement)
    told = {}
    for officer in (county.carol, county.dora):
        async with database.reading() as session:
            asks = await cast.asker(database, officer)
            page = await read_sharing(session, asks, "report", county.assessment.reference)
        told[officer.name] = {line.part for line in page.grants if line.part.startswith("its officers")}
    assert told == {"Carol": {"its officers on Orchard day"}, "Dora": {"its officers on the operation"}}
