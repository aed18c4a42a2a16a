"""A token opens the API for its principal, within its scopes, until it ends; it opens nothing else."""

from datetime import timedelta

import pytest

from live.audience import Level
from models.tokens import Scope
from ops.access.principals import account_key
from ops.actions.tokens import revoke_own_token
from ops.errors import NotFound
from ops.web.house import House
from ops.web.signed_in import COOKIE
from tests.api.programs import account_of, nobody, program_of, script_of
from tests.cast import asker, file, new_grant
from tests.web.building import Building


def house(small: Building) -> House:
    found: House = small.app.state.house
    return found


async def test_an_officers_script_sees_what_they_see_and_says_who_it_is(small: Building) -> None:
    alice = await script_of(small, small.county.alice, [Scope.READ])
    me = (await alice.get("/me")).json()
    assert (me["kind"], me["name"], me["token"]["scopes"]) == ("officer", "Alice", ["read"])
    case = await alice.get(f"/cases/{small.county.case.reference}")
    assert case.status_code == 200
    assert case.json()["projection"] == "full"


async def test_a_program_is_a_principal_of_its_own_and_never_its_agencys_shadow(building: Building) -> None:
    small = building
    county = small.county
    account = await account_of(small, county.police)
    program = await program_of(small, account)
    assert (await program.get("/me")).json()["kind"] == "account"
    assert (await program.get("/cases")).json() == {"items": [], "next": None}
    assert (await program.get(f"/cases/{county.case.reference}")).status_code == 404
    grant = new_grant(county.case, county.police, Level.READ)
    grant.principal = account_key(account.id)
    await file(small.database, grant)
    assert [row["reference"] for row in (await program.get("/cases")).json()["items"]] == [county.case.reference]


async def test_without_a_token_that_works_there_is_one_answer(small: Building) -> None:
    county = small.county
    over = await script_of(small, county.alice, lasts=timedelta(seconds=-1))
    for program in (nobody(small), over):
        for reference in (county.case.reference, "a" * 26):
            answer = await program.get(f"/cases/{reference}")
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_cookie_opens_no_api_and_a_token_no_page(small: Building) -> None:
    visitor = await small.enter(small.county.alice)
    assert (await visitor.get("/api/v1/me")).status_code == 401
    script = await script_of(small, small.county.alice)
    strange = await small.stranger.get("/cases", cookie=f"{COOKIE}={script.secret}")
    assert strange.status_code == 303
    bearing = await small.stranger.get("/cases", authorization=f"Bearer {script.secret}")
    assert bearing.status_code == 303


@pytest.mark.parametrize("address", ["/me?access_token={}", "/me?token={}"])
async def test_a_token_in_an_address_is_no_token(small: Building, address: str) -> None:
    script = await script_of(small, small.county.alice)
    assert (await nobody(small).get(address.format(script.secret))).status_code == 401


async def test_a_token_is_used_for_nothing_that_it_was_not_made_for(small: Building) -> None:
    reader = await script_of(small, small.county.alice, [Scope.READ])
    for reference in (small.county.case.reference, "a" * 26):
        words = {"title": "A", "summary": "", "status": "open", "handling": ""}
        answer = await reader.put(f"/cases/{reference}", words, '"x"')
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:tallyboard:problem:scope")


async def test_a_revoked_token_ends_at_once_and_nobody_elses_can_be_revoked(small: Building) -> None:
    county, desk = small.county, house(small).desk
    script, other = await script_of(small, county.alice), await script_of(small, county.bob)
    alice = await asker(small.database, county.alice)
    with pytest.raises(NotFound):
        await revoke_own_token(desk, alice, other.token)
    await revoke_own_token(desk, alice, script.token)
    assert (await script.get("/me")).status_code == 401
    assert (await other.get("/me")).status_code == 200


async def test_a_lost_phone_ends_the_officers_tokens_too(small: Building) -> None:
    visitor = await small.enter(small.county.alice)
    script = await script_of(small, small.county.alice)
    answer = await visitor.post(f"/officers/{small.county.alice.reference}/sign-ins/end")
    assert answer.status_code == 200
    assert (await script.get("/me")).status_code == 401


async def test_suspending_an_officer_ends_their_tokens_for_good(small: Building) -> None:
    county = small.county
    script, administrator = await script_of(small, county.alice), await small.enter(county.alan)
    reference = county.alice.reference
    assert (await administrator.post(f"/agency/officers/{reference}/suspension")).status_code == 303
    assert (await script.get("/me")).status_code == 401
    assert (await administrator.post(f"/agency/officers/{reference}/reinstatement")).status_code == 303
    assert (await script.get("/me")).status_code == 401


async def test_ending_an_account_ends_its_tokens(small: Building) -> None:
    account = await account_of(small, small.county.police)
    program, administrator = await program_of(small, account), await small.enter(small.county.alan)
    assert (await program.get("/me")).status_code == 200
    assert (await administrator.post(f"/agency/accounts/{account.reference}/end")).status_code == 303
    assert (await program.get("/me")).status_code == 401
