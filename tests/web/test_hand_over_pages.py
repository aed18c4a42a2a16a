"""A case passes over while people look at it: the new lead is told on Watch, the old owner's screens close."""

from tests.web.building import Building


async def test_from_the_offer_to_the_other_agencies_case(building: Building) -> None:
    county = building.county
    alice, carol = await building.enter(county.alice), await building.enter(county.carol)
    case = f"/cases/{county.case.reference}"
    sent = await alice.post(f"{case}/hand-over", to=county.council.reference, reason="they lead on it")
    assert sent.status_code == 303
    assert "Withdraw the offer" in (await alice.get(f"{case}/hand-over")).text
    watch = (await carol.get("/watch")).text
    assert "offers your agency a case: Modern slavery" in watch
    where = watch.partition('href="/hand-overs/')[2].partition('"')[0]
    assert "Orchard" not in (await carol.get(f"/hand-overs/{where}")).text
    async with alice.socket(f"{case}/live") as screen:
        await screen.live()
        form = {"who": f"team:{county.mash.reference}", "statement": "asked anew"}
        assert (await carol.post(f"/hand-overs/{where}/acceptance", **form)).headers["location"] == case
        await screen.closed()
    assert (await alice.get(case)).status_code == 404
    assert (await carol.get(f"{case}/edit")).status_code == 200
    assert "offers your agency" not in (await carol.get("/watch")).text


async def test_refused_forms_keep_what_was_typed(small: Building) -> None:
    county = small.county
    alice, carol = await small.enter(county.alice), await small.enter(county.carol)
    path = f"/cases/{county.case.reference}/hand-over"
    answer = await alice.post(path, to="", reason="heron & 7", keeps="yes", until="never")
    assert (answer.status_code, "heron &amp; 7" in answer.text, 'href="#until"' in answer.text) == (422, True, True)
    await alice.post(path, to=county.council.reference, reason="they lead on it")
    where = (await carol.get("/watch")).text.partition('href="/hand-overs/')[2].partition('"')[0]
    answer = await carol.post(f"/hand-overs/{where}/acceptance", who="", statement="heron & 7")
    assert (answer.status_code, "heron &amp; 7" in answer.text, 'href="#who"' in answer.text) == (422, True, True)
