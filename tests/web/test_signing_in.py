"""Signing in and out: who may, what the browser keeps, and how fast it ends."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.screen import CloseCode
from models.agencies import Agency, Officer, Standing
from models.base import new_reference
from models.sign_ins import SignIn
from ops.actions.sign_ins import WRONG
from ops.web.limits import PER_EMAIL, SignInLimits
from ops.web.policy import STRANGERS_BODY
from ops.web.sign_in_pages import TOO_OFTEN
from ops.web.signed_in import COOKIE
from tests import cast
from tests.serving import free_port
from tests.web.building import PASSWORD, Building, Visitor, email_of, steady

ELSEWHERE = [
    "//evil.example",
    "https://evil.example/",
    r"/\evil.example",
    r"\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "//[",
    "http://[",
    "/\n//evil.example",
]


async def signed_in(building: Building, officer: Officer) -> Visitor:
    answer = await building.stranger.post("/sign-in", email=email_of(officer), password=PASSWORD)
    assert answer.status_code == 303, answer.text
    secret = re.match(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert secret
    return Visitor(building.app, f"{COOKIE}={secret.group(1)}")


async def test_the_right_password_signs_in_and_leads_to_the_front_page(building: Building) -> None:
    visitor = await signed_in(building, building.county.alice)
    answer = await visitor.get("/")
    assert answer.headers["location"] == f"/operations/{building.county.operation.reference}"


async def test_a_wrong_password_and_an_unknown_e_mail_are_one_answer(small: Building) -> None:
    known = email_of(small.county.alice)
    wrong = await small.stranger.post("/sign-in", email=known, password="wrong")
    unknown = await small.stranger.post("/sign-in", email="alicf@county.example", password="wrong")
    assert wrong.status_code == 422
    assert WRONG in wrong.text
    assert "set-cookie" not in wrong.headers
    assert steady(wrong)[2].replace(known, "") == steady(unknown)[2].replace("alicf@county.example", "")


async def test_what_was_typed_is_kept_but_never_the_password(small: Building) -> None:
    answer = await small.stranger.post("/sign-in", email="alice@county.example", password="nightingale", next="/watch")
    assert 'value="alice@county.example"' in answer.text
    assert 'name="next" value="/watch"' in answer.text
    assert "nightingale" not in answer.text


async def test_an_e_mail_is_taken_in_any_case_and_with_spaces_around(small: Building) -> None:
    answer = await small.stranger.post("/sign-in", email=" Alice@County.Example ", password=PASSWORD)
    assert answer.status_code == 303


async def test_an_e_mail_or_password_that_no_one_types_is_merely_wrong(building: Building) -> None:
    for email, password in (("", ""), ("a\0b", "\0"), ("x" * 9000, "y" * 9000), ("\ud7ff\u202e", "\U0001f511")):
        answer = await building.stranger.post("/sign-in", email=email, password=password)
        assert (answer.status_code, WRONG in answer.text) == (422, True)


async def leaves(building: Building, officer: Officer) -> None:
    async with building.database.writing() as session:
        await session.execute(update(Officer).where(col(Officer.id) == officer.id).values(active=False))


async def is_suspended(building: Building, officer: Officer) -> None:
    async with building.database.writing() as session:
        statement = update(Agency).where(col(Agency.id) == officer.agency_id)
        await session.execute(statement.values(standing=Standing.SUSPENDED))


@pytest.mark.parametrize("happens", [leaves, is_suspended])
async def test_who_is_no_longer_active_is_out_and_stays_out(
    small: Building, happens: Callable[[Building, Officer], Awaitable[None]]
) -> None:
    alice = await small.enter(small.county.alice)
    await happens(small, small.county.alice)
    assert (await alice.get("/watch")).headers["location"] == "/sign-in?next=/watch"
    again = await small.stranger.post("/sign-in", email=email_of(small.county.alice), password=PASSWORD)
    assert (again.status_code, WRONG in again.text) == (422, True)


async def test_too_many_tries_are_refused_in_plain_words_even_with_the_right_password(small: Building) -> None:
    email = email_of(small.county.bob)
    for _ in range(PER_EMAIL.amount):
        assert (await small.stranger.post("/sign-in", email=email, password="")).status_code == 422
    answer = await small.stranger.post("/sign-in", email=f" {email.upper()}", password=PASSWORD)
    assert (answer.status_code, TOO_OFTEN in answer.text) == (429, True)
    assert "set-cookie" not in answer.headers
    other = await small.stranger.post("/sign-in", email=email_of(small.county.carol), password=PASSWORD)
    assert other.status_code == 303


async def test_without_redis_each_process_counts_by_itself_and_people_still_sign_in() -> None:
    limits = SignInLimits(f"redis://127.0.0.1:{free_port()}")
    tries = [await limits.allows("bob@county.example", "") for _ in range(PER_EMAIL.amount + 1)]
    assert (all(tries[:-1]), tries[-1]) == (True, False)
    await limits.close()


async def test_the_cookie_is_bound_to_this_host_and_closed_to_scripts(small: Building) -> None:
    answer = await small.stranger.post("/sign-in", email=email_of(small.county.alice), password=PASSWORD)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-")
    assert {attribute.lower() for attribute in attributes} >= {"secure", "httponly", "samesite=lax", "path=/"}
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


async def test_only_the_hash_of_the_secret_is_kept(small: Building) -> None:
    visitor = await signed_in(small, small.county.alice)
    secret = visitor.cookie.partition("=")[2]
    async with small.database.reading() as session:
        row = (await session.execute(select(SignIn))).scalar_one()
    assert row.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(row)
    assert (await Visitor(small.app, f"{COOKIE}={row.secret_hash}").get("/watch")).status_code == 303


async def test_signing_out_ends_it_at_once_and_closes_the_open_screen(building: Building) -> None:
    alice = await building.enter(building.county.alice)
    async with alice.socket(f"/operations/{building.county.operation.reference}/live") as screen:
        await screen.live()
        answer = await alice.post("/sign-out")
        assert await screen.closed() == CloseCode.SIGNED_OUT
    assert answer.headers["location"] == "/sign-in"
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await alice.get("/watch")).status_code == 303


async def test_ending_another_of_my_sign_ins_closes_that_screen_only(building: Building) -> None:
    here, there = await building.enter(building.county.alice), await building.enter(building.county.alice)
    path = f"/operations/{building.county.operation.reference}/live"
    async with here.socket(path) as mine, there.socket(path) as other:
        await mine.live()
        await other.live()
        assert (await here.post(f"/sign-ins/{there.sign_in}/end")).status_code == 303
        assert await other.closed() == CloseCode.SIGNED_OUT
        assert mine.code is None
    assert (await here.get("/watch")).status_code == 200
    assert (await there.get("/watch")).status_code == 303


async def test_somebody_elses_sign_in_is_no_page_of_mine(small: Building) -> None:
    alice, bob = await small.enter(small.county.alice), await small.enter(small.county.bob)
    theirs = steady(await alice.post(f"/sign-ins/{bob.sign_in}/end"))
    assert theirs[0] == 404
    assert theirs == steady(await alice.post(f"/sign-ins/{new_reference()}/end"))
    assert (await bob.get("/watch")).status_code == 200
    listed = (await alice.get("/sign-ins")).text
    assert (alice.sign_in in listed, bob.sign_in in listed) == (True, False)


async def test_a_sign_in_that_has_ended_cannot_be_ended_again(small: Building) -> None:
    here, there = await small.enter(small.county.alice), await small.enter(small.county.alice)
    assert (await here.post(f"/sign-ins/{there.sign_in}/end")).status_code == 303
    assert (await here.post(f"/sign-ins/{there.sign_in}/end")).status_code == 404


async def expire(building: Building, seconds: float) -> None:
    async with building.database.writing() as session:
        moment = building.app.state.house.desk.clock.now() + timedelta(seconds=seconds)
        await session.execute(update(SignIn).values(expires_at=moment))


async def test_an_expired_sign_in_opens_nothing(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    await expire(small, -0.001)
    assert (await alice.get("/watch")).headers["location"] == "/sign-in?next=/watch"
    async with alice.socket(f"/operations/{small.county.operation.reference}/live") as screen:
        assert await screen.closed() == CloseCode.SIGNED_OUT


async def test_a_sign_in_that_expires_takes_its_open_screen_along(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    await expire(small, 2.0)
    async with alice.socket(f"/operations/{small.county.operation.reference}/live") as screen:
        await screen.live()
        assert await screen.closed() == CloseCode.SIGNED_OUT


async def test_a_made_up_cookie_is_nobody(small: Building) -> None:
    for value in ("", "x", "%00", "a" * 5000, small.county.alice.id.hex):
        visitor = Visitor(small.app, f"{COOKIE}={value}")
        assert (await visitor.get("/watch")).status_code == 303


@pytest.mark.parametrize("next_", ELSEWHERE)
async def test_nobody_is_led_to_another_site(small: Building, next_: str) -> None:
    form = await small.stranger.ask("GET", "/sign-in", params={"next": next_})
    assert 'name="next"' not in form.text
    sent = {"email": email_of(small.county.alice), "password": PASSWORD, "next": next_}
    answer = await small.stranger.post("/sign-in", **sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_after_signing_in_one_is_where_one_wanted_to_be(small: Building) -> None:
    path = f"/operations/{small.county.operation.reference}/mine"
    asked = (await small.stranger.get(path)).headers["location"]
    form = (await small.stranger.get(asked)).text
    assert f'name="next" value="{path}"' in form
    sent = {"email": email_of(small.county.alice), "password": PASSWORD, "next": path}
    assert (await small.stranger.post("/sign-in", **sent)).headers["location"] == path


async def test_a_sign_in_lasts_a_shift_and_no_longer(small: Building) -> None:
    await signed_in(small, small.county.alice)
    async with small.database.reading() as session:
        row = (await session.execute(select(SignIn))).scalar_one()
    assert row.expires_at - row.started_at == timedelta(hours=12)
    assert abs(row.started_at - cast.NOW) < timedelta(minutes=1)


async def test_a_stranger_may_not_send_more_than_a_form_needs(small: Building) -> None:
    answer = await small.stranger.post("/sign-in", email="alice@county.example", password="x" * STRANGERS_BODY)
    assert answer.status_code == 413
