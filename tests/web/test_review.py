"""A lead's access review: what ends soon, was never opened, is held by nobody or goes to whole agencies."""

from models.agencies import Officer
from tests import cast
from tests.cast import file, new_grant
from tests.web.building import Building


async def test_each_grant_stands_under_what_is_to_be_looked_at(small: Building) -> None:
    county = small.county
    gone = Officer(agency_id=county.fair_work.id, name="Gone", active=False)
    await file(small.database, gone)
    ends = cast.NOW + 3 * cast.DAY
    soon = new_grant(county.visit, county.dora, ends=ends, agreement=county.agreement)
    soon.purpose, soon.lawful_basis, soon.necessity = "Care", "Public task", "She treats one of them."
    held = new_grant(county.visit, gone, agreement=county.agreement)
    unused = new_grant(county.profile, county.dora, starts=cast.NOW - 20 * cast.DAY, agreement=county.agreement)
    await file(small.database, soon, held, unused)
    alice = await small.enter(county.alice)
    page = (await alice.get("/agency/review")).text
    parts = dict(
        zip(("ending", "unused", "nobody", "broad"), page.split('<section class="panel stack"')[1:], strict=True)
    )
    assert soon.reference in parts["ending"]
    assert unused.reference in parts["unused"]
    assert held.reference in parts["nobody"]
    assert county.grants["Fair Work on the case"].reference in parts["broad"]
    assert (await alice.post(f"/grants/{soon.reference}/renewal")).status_code == 303
    assert soon.reference not in (await alice.get("/agency/review")).text


async def test_of_what_others_manage_only_a_number_is_told(small: Building) -> None:
    county = small.county
    await file(small.database, new_grant(county.quiet_word, county.dora, ends=cast.NOW + cast.DAY))
    await file(small.database, new_grant(county.assessment, county.dora, ends=cast.NOW + cast.DAY))
    page = (await (await small.enter(county.dora)).get("/agency/review")).text
    assert "Assessment of needs" not in page
    assert "2 end within 14 days" in page


async def test_whatever_stands_there_is_renewed_or_removed(small: Building) -> None:
    county = small.county
    gone = Officer(agency_id=county.fair_work.id, name="Gone", active=False)
    await file(small.database, gone)
    begun, ends = cast.NOW - 20 * cast.DAY, cast.NOW + 20 * cast.DAY
    held = new_grant(county.visit, gone, starts=begun, ends=ends, agreement=county.agreement)
    unused = new_grant(county.profile, county.dora, starts=begun, ends=ends, agreement=county.agreement)
    for one in (held, unused):
        one.purpose, one.lawful_basis, one.necessity = "Care", "Public task", "They treat one of them."
    ours = new_grant(county.visit, county.alan, ends=cast.NOW + 3 * cast.DAY)
    await file(small.database, held, unused, ours)
    alice = await small.enter(county.alice)
    for one in (held, unused, ours):
        page = (await alice.get("/agency/review")).text
        assert f'action="/grants/{one.reference}/renewal"' in page
        assert f'href="/grants/{one.reference}/remove"' in page
        assert (await alice.post(f"/grants/{one.reference}/renewal")).status_code == 303
        assert one.reference not in (await alice.get("/agency/review")).text
