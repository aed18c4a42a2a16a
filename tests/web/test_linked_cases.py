"""What an open case file says of the cases linked with it."""

import re

from tests.web.building import Building


async def test_an_open_case_file_hears_what_a_linked_case_is_called_now(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    async with alice.socket(f"/cases/{county.other_case.reference}/live") as socket:
        await socket.live()
        form = (await alice.get(f"/cases/{county.case.reference}/edit")).text
        based_on = re.search(r'name="based_on" value="([^"]*)"', form)
        assert based_on
        fields = {"title": "Quince", "summary": "", "status": "open", "handling": "", "based_on": based_on[1]}
        assert (await alice.post(f"/cases/{county.case.reference}/edit", **fields)).status_code == 303
        await socket.until_heard("Quince")


async def test_who_cannot_know_of_the_linked_case_hears_nothing_of_it(small: Building) -> None:
    county = small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    async with bob.socket(f"/cases/{county.case.reference}/live") as socket:
        await socket.live()
        heard = len(socket.heard)
        form = (await alice.get(f"/cases/{county.other_case.reference}/edit")).text
        based_on = re.search(r'name="based_on" value="([^"]*)"', form)
        assert based_on
        fields = {"title": "Quince", "summary": "", "status": "open", "handling": "", "based_on": based_on[1]}
        await alice.post(f"/cases/{county.other_case.reference}/edit", **fields)
        await alice.post(f"/cases/{county.case.reference}/reports", title="Seen", text="x", kind="visit", key="one")
        sent = {"title": "Orchard", "summary": "later", "status": "open", "handling": ""}
        form = (await alice.get(f"/cases/{county.case.reference}/edit")).text
        based_on = re.search(r'name="based_on" value="([^"]*)"', form)
        assert based_on
        await alice.post(f"/cases/{county.case.reference}/edit", **sent, based_on=based_on[1])
        await socket.until_heard("later")
        assert not any(
            "Quince" in message or county.other_case.reference in message for message in socket.heard[heard:]
        )
