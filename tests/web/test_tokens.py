"""The pages on which tokens are made: shown once, made by who just confirmed, revoked at once."""

import re
from datetime import timedelta

from models.sign_ins import Factor
from models.tokens import ApiToken
from tests.api.programs import Program, account_of
from tests.web.building import Building, Visitor

MINE = {"token_name": "My script", "scopes": "read", "days": "30"}


def secret_in(page: str) -> str:
    found = re.search(r"tally_[\w-]{40,}", page)
    assert found, page
    return found[0]


async def references(building: Building, visitor: Visitor, path: str) -> list[str]:
    return re.findall(r"/tokens/(\w{26})/revoke", (await visitor.get(path)).text)


async def test_an_officer_makes_a_token_sees_it_once_and_revokes_it(building: Building) -> None:
    alice = await building.enter(building.county.alice)
    made = await alice.post("/sign-ins/tokens", **MINE)
    program = Program(building.app, secret_in(made.text))
    assert (await program.get("/me")).json()["token"]["name"] == "My script"
    page = (await alice.get("/sign-ins")).text
    assert ("last used" in page.partition("My script")[2], "not used yet" in page) == (True, False)
    assert ("My script" in page, program.secret in page) == (True, False)
    [reference] = await references(building, alice, "/sign-ins")
    assert (await alice.post(f"/sign-ins/tokens/{reference}/revoke")).status_code == 303
    assert (await program.get("/me")).status_code == 401
    assert await references(building, alice, "/sign-ins") == []


async def test_who_found_an_open_phone_makes_no_token(small: Building) -> None:
    alice = await small.enter(small.county.alice, confirmed=timedelta(hours=1))
    asked = await alice.post("/sign-ins/tokens", **MINE)
    assert (asked.status_code, await small.count(ApiToken)) == (403, 0)
    assert "My script" in asked.text  # what was typed comes along


async def test_a_refused_form_comes_back_with_what_was_typed(small: Building) -> None:
    alice = await small.enter(small.county.alice, by=Factor.PASSWORD)
    answer = await alice.post("/sign-ins/tokens", token_name="My script", days="0")
    assert answer.status_code == 422
    for words in ("My script", "Choose what it may be used for.", "Write for how many days, from 1 to 90."):
        assert words in answer.text


async def test_an_administrator_makes_and_revokes_a_programs_tokens(building: Building) -> None:
    account = await account_of(building, building.county.police)
    alan, path = await building.enter(building.county.alan), f"/agency/accounts/{account.reference}"
    made = await alan.post(f"{path}/tokens", name="Wall", scopes="read", days="366")
    program = Program(building.app, secret_in(made.text))
    assert (await program.get("/me")).json()["kind"] == "account"
    [reference] = await references(building, alan, path)
    assert (await alan.post(f"/agency/tokens/{reference}/revoke")).status_code == 303
    assert (await program.get("/me")).status_code == 401


async def test_a_program_is_given_no_duty_of_an_officer(small: Building) -> None:
    account = await account_of(small, small.county.police)
    alan = await small.enter(small.county.alan)
    path = f"/agency/accounts/{account.reference}/tokens"
    answer = await alan.post(path, name="Wall", scopes="audit", days="30")
    assert (answer.status_code, "A program has none" in answer.text) == (422, True)
