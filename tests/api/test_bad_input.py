"""What a careless or hostile program sends: a clear refusal, nothing changed, nothing told."""

from typing import Any

import pytest

from models.cases import Case
from models.tokens import Scope
from tests.api.programs import Program, script_of
from tests.web.building import Building, absent

CASE = {"title": "Pier", "theme": "Modern slavery"}


def fields_of(answer: Any) -> set[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    return {one["field"] for one in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("extra", "value"),
    [
        ("lead_id", "x"),
        ("owner_agency_id", "x"),
        ("reference", "a" * 26),
        ("marking", "OFFICIAL"),
        ("opened_at", "2020"),
    ],
)
async def test_nobody_sets_what_no_form_has(small: Building, extra: str, value: str) -> None:
    alice, before = await script_of(small, small.county.alice), await small.count(Case)
    assert fields_of(await alice.post("/cases", {**CASE, extra: value})) == {extra}
    assert await small.count(Case) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": 7, "theme": "Modern slavery"}, "title"),
        ({"title": ["Pier"], "theme": "Modern slavery"}, "title"),
        ({"title": None, "theme": "Modern slavery"}, "title"),
        ({"title": "Pier", "theme": "modern slavery; drop"}, "theme"),
        ({"theme": "Modern slavery"}, "title"),
        ({"title": "A\0B", "theme": "Modern slavery"}, "title"),
        ({"title": "x" * 5000, "theme": "Modern slavery"}, "title"),
        ({"title": "   ", "theme": "Modern slavery"}, "title"),
        (["not", "an", "object"], "body"),
        ("words", "body"),
    ],
)
async def test_a_wrong_type_is_named_by_its_field_and_not_said_back(small: Building, body: Any, field: str) -> None:
    alice = await script_of(small, small.county.alice)
    answer = await alice.post("/cases", body)
    assert fields_of(answer) == {field}
    assert "drop" not in answer.text


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"title": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"title=Pier", "application/x-www-form-urlencoded", 415),
        (b"<x/>", "text/xml", 415),
        (b" " * 300_000, "application/json", 413),
    ],
)
async def test_what_cannot_be_read_is_a_problem_too(
    small: Building, content: bytes, media_type: str, status: int
) -> None:
    alice = await script_of(small, small.county.alice)
    headers = {"content-type": media_type, "idempotency-key": "k"}
    answer = await alice.ask("POST", "/cases", headers=headers, content=content)
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text


async def test_a_reference_of_somebody_elses_answers_as_one_of_nothing(small: Building) -> None:
    county = small.county
    oscar = await script_of(small, county.oscar)
    for path, body in (
        ("/cases/{}/reports", {"title": "A", "text": "B", "kind": "visit"}),
        ("/cases/{}/grants", {"who": f"agency:{county.nhs.reference}"}),
        ("/cases/{}/links", {"other": county.other_case.reference, "reason": "x"}),
    ):
        hidden, nothing = [await oscar.post(path.format(name), body) for name in (county.case.reference, absent())]
        assert (hidden.status_code, hidden.text, dict(hidden.headers)) == (404, nothing.text, dict(nothing.headers))


async def test_a_foreign_reference_inside_a_body_tells_nothing(small: Building) -> None:
    county = small.county
    alice = await script_of(small, county.alice)
    report = {"title": "A", "text": "B", "kind": "visit"}
    for other in (county.loose.reference, absent()):
        answer = await alice.post(f"/cases/{county.case.reference}/reports", {**report, "names": [other]})
        linked = await alice.post(f"/cases/{county.case.reference}/links", {"other": other, "reason": "x"})
        assert fields_of(linked) == {"other"}
        assert answer.status_code in {201, 422}
    unknown = {**report, "shared_with": [f"agency:{absent()}"]}
    assert fields_of(await alice.post(f"/cases/{county.case.reference}/reports", unknown)) == {"who"}


@pytest.mark.parametrize("query", ["?limit=0", "?limit=201", "?limit=x", "?heading=Pier", "?cursor=x", "?cursor=%00"])
async def test_a_query_that_does_not_fit_is_refused_and_means_nothing_else(small: Building, query: str) -> None:
    alice = await script_of(small, small.county.alice)
    assert fields_of(await alice.get(f"/cases{query}")) == {query[1:].partition("=")[0]}


@pytest.mark.parametrize(
    "path", ["/nothing", "/cases/%00", "/cases/..%2fme", "/cases/a%0Ab", "/%0A", "/cases/A B", "/cases/" + "a" * 400]
)
async def test_an_address_that_is_none_is_a_problem_like_any_absent_thing(small: Building, path: str) -> None:
    alice = await script_of(small, small.county.alice)
    answer = await alice.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tallyboard:problem:not-found")


async def test_a_wrong_method_says_which_is_right(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    answer = await alice.ask("DELETE", "/cases")
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:tallyboard:problem:method")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer tally_",
        "Bearer tally_" + "x" * 43,
        "Bearer " + "x" * 5000,
        "tally_x",
    ],
)
async def test_what_is_no_token_opens_nothing(small: Building, header: str) -> None:
    answer = await Program(small.app).ask("GET", "/me", headers={"authorization": header})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:tallyboard:problem:no-token")


async def test_guessing_tokens_is_stopped_and_those_that_work_go_on(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    stranger = Program(small.app)
    statuses = [(await stranger.get("/me")).status_code for _ in range(70)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    assert (await alice.get("/me")).status_code == 200


async def test_a_token_asks_so_often_and_no_more(small: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small.app.state.house.settings, "api_per_minute", 3)
    alice, bob = await script_of(small, small.county.alice), await script_of(small, small.county.bob)
    answers = [await alice.get("/me") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["retry-after"]
    assert (await bob.get("/me")).status_code == 200


async def test_a_script_cannot_do_what_wants_a_confirmed_person(small: Building) -> None:
    county = small.county
    alan = await script_of(small, county.alan, [Scope.ADMINISTER, Scope.MANAGE])
    for path in ("/teams/{}/closure", "/officers/{}/suspension", "/accounts/{}/end"):
        assert (await alan.post(path.format(county.squad.reference))).status_code == 404  # there is no such call


async def test_a_faulty_page_of_ours_is_a_problem_with_a_reference_and_no_words(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the secret title")

    monkeypatch.setattr("ops.screens.lists._case_rows", broken)
    answer = await (await script_of(small, small.county.alice)).get("/cases")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:tallyboard:problem:fault")
    assert "secret" not in answer.text
