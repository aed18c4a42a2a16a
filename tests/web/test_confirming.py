"""An act that needs a fresh confirmation: asked for, given, and nothing that was typed is lost."""

import html
import re
from datetime import timedelta

import pytest

from models.agencies import Agency, Officer
from models.audit import Act
from models.sign_ins import Factor
from ops.actions.confirmations import WRONG_PASSWORD
from ops.web.confirm_pages import TOO_OFTEN
from ops.web.limits import PER_EMAIL
from tests.web.building import PASSWORD, Building, Visitor
from tests.web.test_signing_in import ELSEWHERE


async def tired(building: Building) -> Visitor:
    """Alice, who signed in this morning with her password."""
    return await building.enter(building.county.alice, by=Factor.PASSWORD, confirmed=timedelta(hours=3))


def hidden(text: str) -> dict[str, str]:
    """Give the hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text)
    return {name: html.unescape(value) for name, value in found}


async def test_an_act_waits_for_the_password_and_is_then_sent_again(building: Building) -> None:
    here, other = await tired(building), await building.enter(building.county.alice)
    act = f"/sign-ins/{other.sign_in}/end"
    asked = await here.post(act, reason="lost & found", password="hidden away")
    assert (asked.status_code, "Confirm that it is you" in asked.text) == (403, True)
    assert "hidden away" not in asked.text
    assert (await other.get("/watch")).status_code == 200
    wrong = await here.post("/confirm", password="wrong", **hidden(asked.text))
    assert (wrong.status_code, WRONG_PASSWORD in wrong.text) == (422, True)
    assert hidden(wrong.text) == hidden(asked.text)
    right = await here.post("/confirm", password=PASSWORD, **hidden(wrong.text))
    assert (right.status_code, f'action="{act}"' in right.text) == (200, True)
    assert hidden(right.text) == {"reason": "lost & found"}
    assert (await here.post(act, **hidden(right.text))).status_code == 303
    assert (await other.get("/watch")).status_code == 303


async def test_a_new_agencys_letters_wait_with_the_rest(small: Building) -> None:
    olga = await small.enter(small.county.olga, by=Factor.PASSWORD, confirmed=timedelta(hours=3))
    typed = {"letters": "HAR", "name": "Harbour", "kind": "statutory", "administrator": "Nora", "email": "n@h.example"}
    asked = await olga.post("/platform/agencies", **typed)
    confirmed = await olga.post("/confirm", password=PASSWORD, **hidden(asked.text))
    assert hidden(confirmed.text) == typed
    before = await small.count(Agency)
    assert (await olga.post("/platform/agencies", **hidden(confirmed.text))).status_code == 200
    assert await small.count(Agency) == before + 1


async def test_an_officer_who_was_being_added_waits_for_the_administrators_confirmation(small: Building) -> None:
    alan, before = await small.enter(small.county.alan, confirmed=timedelta(hours=3)), await small.count(Officer)
    asked = await alan.post("/agency/officers", name="heron & 7", mobile="")
    assert (asked.status_code, hidden(asked.text)["with.name"]) == (403, "heron & 7")
    assert await small.count(Officer) == before


async def test_a_confirmation_leads_back_to_the_page_that_asked(small: Building) -> None:
    alice = await tired(small)
    asked = await alice.get("/confirm?next=/watch")
    answer = await alice.post("/confirm", password=PASSWORD, **hidden(asked.text))
    assert (answer.status_code, answer.headers["location"]) == (303, "/watch")


async def test_a_fresh_sign_in_is_a_confirmation(small: Building) -> None:
    here = await small.enter(small.county.alice, by=Factor.PASSWORD)
    other = await small.enter(small.county.alice)
    assert (await here.post(f"/sign-ins/{other.sign_in}/end")).status_code == 303


async def test_signing_out_asks_for_nothing(small: Building) -> None:
    alice = await tired(small)
    assert (await alice.post("/sign-out")).headers["location"] == "/sign-in"


async def test_one_sign_ins_confirmation_is_not_anothers(small: Building) -> None:
    here, other = await tired(small), await tired(small)
    await other.post("/confirm", password=PASSWORD)
    assert (await here.post(f"/sign-ins/{other.sign_in}/end")).status_code == 403


async def test_every_confirmation_and_refusal_is_in_the_audit(small: Building) -> None:
    alice = await tired(small)
    await alice.post("/confirm", password="wrong")
    await alice.post("/confirm", password=PASSWORD)
    acts = [row.act for row in await small.audited()]
    assert acts == [Act.CONFIRMATION_REFUSED, Act.REFUSED_INVALID, Act.CONFIRMED]


async def test_guessing_the_password_at_an_open_phone_ends_soon(small: Building) -> None:
    alice = await tired(small)
    for _ in range(PER_EMAIL.amount):
        assert (await alice.post("/confirm", password="guess")).status_code == 422
    answer = await alice.post("/confirm", password=PASSWORD)
    assert (answer.status_code, TOO_OFTEN in answer.text) == (429, True)


@pytest.mark.parametrize("then", ELSEWHERE)
async def test_a_confirmation_leads_to_no_other_site(small: Building, then: str) -> None:
    alice = await tired(small)
    for method in ("get", "post"):
        answer = await alice.post("/confirm", password=PASSWORD, then=then, method=method)
        assert answer.headers.get("location", "/") == "/"
        assert "evil" not in answer.text
