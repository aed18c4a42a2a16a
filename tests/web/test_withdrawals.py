"""A withdrawn report shows its reason on every open screen; its files are served to nobody but one duty."""

from tests.web.building import SEALED, Building

WHY = "It named the wrong man"
SAID = "Visit to the farm"


async def test_open_screens_show_the_reason_in_its_place(building: Building) -> None:
    county, case = building.county, f"/cases/{building.county.case.reference}"
    alice, bob, carol = [await building.enter(one) for one in (county.alice, county.bob, county.carol)]
    async with bob.socket(f"{case}/live") as reader, carol.socket(f"{case}/live") as outsider:
        await reader.live()
        await outsider.live()
        answer = await alice.post(f"/reports/{county.visit.reference}/withdrawal", withdrawn=WHY)
        assert answer.status_code == 303
        await reader.until_heard(WHY)
        assert county.visit.reference not in "".join(outsider.heard)
        assert "SHA-256" not in "".join(reader.heard)
    for path in (case, f"/reports/{county.visit.reference}", "/watch", f"/profiles/{county.profile.reference}"):
        assert SAID not in (await alice.get(path)).text
        assert SAID not in (await bob.get(path)).text
        assert "SHA-256" not in (await bob.get(path)).text


async def test_its_own_agency_reads_the_hash_that_is_kept(small: Building) -> None:
    alice, path = await small.enter(small.county.alice), f"/reports/{small.county.visit.reference}"
    assert "SHA-256" not in (await alice.get(path)).text
    await alice.post(f"{path}/withdrawal", withdrawn=WHY)
    assert "SHA-256 of what it said" in (await alice.get(path)).text


async def test_its_files_are_served_to_nobody(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    paths = [f"/attachments/{county.visit_photo.reference}{what}" for what in ("", "/view", "/thumbnail")]
    assert {(await alice.get(path)).status_code for path in paths} == {200}
    await alice.post(f"/reports/{county.visit.reference}/withdrawal", withdrawn=WHY)
    assert {(await alice.get(path)).status_code for path in paths} == {404}


async def test_a_refused_form_comes_back_with_what_was_typed(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    answer = await alice.post(f"/reports/{small.county.visit.reference}/withdrawal", withdrawn="x" * 401)
    assert (answer.status_code, "x" * 401 in answer.text, SAID in answer.text) == (422, True, True)


async def test_the_information_manager_finds_it_without_a_word_and_opens_it_by_an_act(small: Building) -> None:
    county = small.county
    await (await small.enter(county.alice)).post(f"/reports/{county.visit.reference}/withdrawal", withdrawn=WHY)
    alan = await small.enter(county.alan)
    listed = (await alan.get("/withdrawn")).text
    assert (county.visit.reference in listed, SAID in listed, WHY in listed) == (True, False, False)
    opened = await alan.post(f"/withdrawn/{county.visit.reference}/open")
    assert (opened.status_code, SAID in opened.text, "It is whole" in opened.text) == (200, True, True)
    file = await alan.post(f"/withdrawn/files/{county.visit_photo.reference}/open")
    assert (file.content, file.headers["content-type"]) == (SEALED, "application/octet-stream")
    for other in (county.bob, county.carl):
        visitor = await small.enter(other)
        assert county.visit.reference not in (await visitor.get("/withdrawn")).text
        assert (await visitor.post(f"/withdrawn/{county.visit.reference}/open")).status_code == 404


async def test_a_withdrawn_post_shows_the_reason_on_every_open_board(building: Building) -> None:
    county, board = building.county, f"/operations/{building.county.operation.reference}"
    alice, bob, oscar = [await building.enter(one) for one in (county.alice, county.bob, county.oscar)]
    form = f"/posts/{county.arrived.reference}/withdrawal"
    assert form in (await bob.get(f"/posts/{county.arrived.reference}/sharing")).text
    assert form not in (await alice.get(f"/posts/{county.arrived.reference}/sharing")).text
    async with alice.socket(f"{board}/live") as reader:
        await reader.live()
        assert (await bob.post(form, withdrawn=WHY)).status_code == 303
        await reader.until_heard(f"Withdrawn: {WHY}")
    for visitor in (alice, bob):
        shown = (await visitor.get(board)).text.replace("Arrived late", "")  # a choice among the kinds of posts
        assert (f"Withdrawn: {WHY}" in shown, "Arrived" in shown, county.post_photo.reference in shown) == (
            True,
            False,
            False,
        )
        assert (await visitor.get(f"/attachments/{county.post_photo.reference}")).status_code == 404
    assert (await oscar.get(form)).status_code == 404


async def test_a_post_that_cannot_be_withdrawn_says_so_and_what_was_typed_comes_back(small: Building) -> None:
    county = small.county
    form = f"/posts/{county.arrived.reference}/withdrawal"
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    shown = (await alice.get(form)).text
    assert ("Only its author" in shown, '<button class="btn btn--danger"' in shown) == (True, False)
    answer = await bob.post(form, withdrawn="x" * 401)
    assert (answer.status_code, "x" * 401 in answer.text) == (422, True)
    await bob.post(form, withdrawn=WHY)
    assert (await bob.post(form, withdrawn=WHY)).status_code == 409
