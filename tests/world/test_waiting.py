"""What waits in the demo county: the one statement that a page asks says yes wherever a source finds something."""

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from models.attachments import Attachment
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.access.duties import duties_of
from ops.actions.withdrawals import hash_of, post_versions, report_versions
from ops.screens.to_decide import SOURCES, to_decide
from tests.world.county import County


async def test_no_source_finds_what_the_one_statement_says_cannot_be(county: County) -> None:
    speaking = set[str]()
    for name, officer in county.officers.items():
        duties = await duties_of(county.session, officer.id, county.now)
        asker = replace(county.asker(name), duties=duties)
        found = {source.__name__: await source(county.session, asker) for source, _ in SOURCES}
        told = await to_decide(county.session, asker)
        assert len(told) == sum(map(len, found.values())), name
        speaking |= {source for source, lines in found.items() if lines}
    assert {"proposals_to_decide", "requests_to_decide"} <= speaking


async def test_what_was_withdrawn_is_kept_whole_under_its_hash(county: County) -> None:
    kinds = []
    for row in (await county.session.execute(select(Withdrawal))).scalars():
        thing = await county.session.get_one(Resource, row.resource_id)
        files = await county.session.execute(select(Attachment).where(col(Attachment.parent_id) == thing.id))
        versions = report_versions if thing.kind == "report" else post_versions
        said = (await versions(county.session, thing.id))[:-1]
        assert row.sha256 == hash_of(said, list(files.scalars()))
        kinds.append(thing.kind)
    assert sorted(kinds) == ["post", "report"]
