"""Second factors at the door: what half a sign-in opens, where a missing factor leads, what a link leaves behind."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select
from sqlmodel import col

from live.screen import CloseCode
from models.agencies import Officer
from models.sign_ins import CodeApp, Factor
from ops.actions.second_steps import MOST_TRIES, OVER
from ops.actions.sign_ins import WRONG
from ops.web.limits import CODES_PER_OFFICER
from ops.web.passkey_calls import BROWSER, INVITATION
from ops.web.sign_in_pages import STEP, TOO_MANY_CODES
from ops.web.signed_in import COOKIE
from tests.authenticator import Device
from tests.cast import file, new_id
from tests.web.building import PASSWORD, Building, Visitor, email_of


def cookie(answer: object, name: str) -> str:
    found = re.search(rf"{name}=([^;]+)", "; ".join(answer.headers.get_list("set-cookie")))  # type: ignore[attr-defined]  # an answer
    assert found
    return f"{name}={found.group(1)}"


async def app_of(building: Building, officer: Officer) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    now = datetime.now(UTC)
    await file(building.database, CodeApp(officer_id=officer.id, secret=secret, made_at=now, confirmed_at=now))
    return pyotp.TOTP(secret)


async def halfway(building: Building, officer: Officer, next_: str = "") -> Visitor:
    sent = {"email": email_of(officer), "password": PASSWORD, "next": next_}
    answer = await building.stranger.post("/sign-in", **sent)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in/code")
    assert COOKIE not in re.findall(r"([\w-]+)=", "; ".join(answer.headers.get_list("set-cookie")))
    return Visitor(building.app, cookie(answer, STEP))


async def test_password_then_code_leads_to_where_one_wanted_to_be(building: Building) -> None:
    app = await app_of(building, building.county.alice)
    half = await halfway(building, building.county.alice, "/watch")
    page = await half.get("/sign-in/code?next=/watch")
    assert 'name="next" value="/watch"' in page.text
    answer = await half.post("/sign-in/code", code=app.now(), next="/watch")
    assert (answer.status_code, answer.headers["location"]) == (303, "/watch")
    whole = Visitor(building.app, cookie(answer, COOKIE))
    assert (await whole.get("/watch")).status_code == 200


async def test_half_a_sign_in_opens_no_socket_mattermost_cve_2025_55070(building: Building) -> None:
    await app_of(building, building.county.alice)
    half = await halfway(building, building.county.alice)
    secret = half.cookie.partition("=")[2]
    for sent in (half.cookie, f"{COOKIE}={secret}", f"{COOKIE}={secret}; {half.cookie}"):
        visitor = replace(half, cookie=sent)
        async with visitor.socket(f"/operations/{building.county.operation.reference}/live") as screen:
            assert (await screen.closed(), screen.heard) == (CloseCode.SIGNED_OUT, [])
        assert (await visitor.get("/watch")).headers["location"] == "/sign-in?next=/watch"


async def test_a_wrong_password_never_tells_that_a_second_step_waits(small: Building) -> None:
    await app_of(small, small.county.alice)
    answers = [
        await small.stranger.post("/sign-in", email=email, password="wrong")
        for email in (email_of(small.county.alice), "nobody@county.example")
    ]
    assert [(answer.status_code, WRONG in answer.text) for answer in answers] == [(422, True)] * 2
    assert not [answer for answer in answers if "set-cookie" in answer.headers]


async def test_the_step_ends_after_five_wrong_codes_and_says_so(small: Building) -> None:
    app = await app_of(small, small.county.alice)
    half = await halfway(small, small.county.alice)
    for _ in range(MOST_TRIES):
        assert (await half.post("/sign-in/code", code="000")).status_code == 422
    answer = await half.post("/sign-in/code", code=app.now())
    assert (answer.status_code, OVER in answer.text, COOKIE in answer.text) == (409, True, False)


async def test_codes_are_counted_for_the_officer_over_all_their_steps(small: Building) -> None:
    app = await app_of(small, small.county.alice)
    for _ in range(CODES_PER_OFFICER.amount // MOST_TRIES):
        half = await halfway(small, small.county.alice)
        for _ in range(MOST_TRIES):
            await half.post("/sign-in/code", code="000")
    half = await halfway(small, small.county.alice)
    answer = await half.post("/sign-in/code", code=app.now())
    assert (answer.status_code, TOO_MANY_CODES in answer.text) == (429, True)


async def test_where_a_second_factor_is_asked_for_nothing_else_opens_without_one(building: Building) -> None:
    house = building.app.state.house
    building.app.state.house = replace(
        house, settings=house.settings.model_copy(update={"require_second_factor": True})
    )
    alice = await building.enter(building.county.alice, by=Factor.PASSWORD)
    path = f"/operations/{building.county.operation.reference}"
    for asked in ("/", "/watch", path):
        assert (await alice.get(asked)).headers["location"] == "/sign-ins"
    assert (await alice.post("/cases", title="Pier", theme="other", key=new_id().hex)).headers[
        "location"
    ] == "/sign-ins"
    async with alice.socket(f"{path}/live") as screen:
        assert (await screen.closed(), screen.heard) == (CloseCode.SIGNED_OUT, [])
    page = await alice.get("/sign-ins")
    assert (page.status_code, "to go on" in page.text) == (200, True)
    assert (await alice.post("/sign-ins/code-app")).headers["location"] == "/sign-ins/code-app"
    async with building.database.reading() as session:
        row = (await session.execute(select(CodeApp).where(col(CodeApp.confirmed_at).is_(None)))).scalar_one()
    done = await alice.post("/sign-ins/code-app/confirm", code=pyotp.TOTP(row.secret).now())
    assert (done.status_code, done.text.count("<code>")) == (200, 10)
    assert (await alice.get(path)).status_code == 200


@pytest.mark.parametrize("word", ["", "lead"])
async def test_who_has_a_duty_is_asked_for_a_second_factor(small: Building, word: str) -> None:
    visitor = await small.enter(small.county.alice if word else small.county.oscar, by=Factor.PASSWORD)
    assert ("needs more than a password" in (await visitor.get("/sign-ins")).text) == bool(word)
    assert ("Add a second factor." in (await visitor.get("/watch")).text) == bool(word)


async def test_a_link_is_handed_over_and_leaves_no_token_in_the_address(building: Building) -> None:
    alan = await building.enter(building.county.alan)
    made = await alan.post("/invitations", name="Nora", email="nora@county.example")
    link = re.search(r'value="http://[^"/]*(/invitations/open)#([^"]+)"', made.text)
    assert link
    assert not re.search("nora", link.group(1), re.IGNORECASE)
    arrived = await building.stranger.get(link.group(1))
    assert (arrived.status_code, 'action="/invitations/open"' in arrived.text) == (200, True)
    pasted = (link.group(2), f" http://anywhere{link.group(1)}#{link.group(2)} ")
    opened, again = [await building.stranger.post(link.group(1), token=token) for token in pasted]
    assert (opened.status_code, opened.headers["location"]) == (303, "/invitations/accept")
    assert cookie(opened, INVITATION) == cookie(again, INVITATION)
    guest = Visitor(building.app, cookie(opened, INVITATION))
    page = await guest.get("/invitations/accept")
    assert "Nora, Police" in page.text
    assert link.group(2) not in page.text
    weak = await guest.post("/invitations/accept", password="short")
    assert (weak.status_code, "short" in weak.text) == (422, False)
    entered = await guest.post("/invitations/accept", password="four green horses jumping")
    assert entered.headers["location"] == "/sign-ins"
    assert (await Visitor(building.app, cookie(entered, COOKIE)).get("/watch")).status_code == 200
    assert (await guest.get("/invitations/accept")).status_code == 409


async def test_a_link_is_taken_up_with_a_passkey_and_no_password(building: Building) -> None:
    alan = await building.enter(building.county.alan)
    made = await alan.post("/invitations", name="Nora", email="nora@county.example")
    link = re.search(r'value="http://[^"/]*(/invitations/open)#([^"]+)"', made.text)
    assert link
    token = cookie(await building.stranger.post(link.group(1), token=link.group(2)), INVITATION)
    asked = await Visitor(building.app, token).post("/invitations/challenge")
    guest = Visitor(building.app, f"{token}; {cookie(asked, BROWSER)}")
    answer = Device().enrols(asked.text)
    assert (await guest.post("/invitations/passkey", answer="{}")).status_code == 422
    entered = await guest.post("/invitations/passkey", name="Phone", answer=answer)
    assert (entered.status_code, entered.headers["location"]) == (303, "/sign-ins")
    nora = Visitor(building.app, cookie(entered, COOKIE))
    page = (await nora.get("/sign-ins")).text
    assert ("You sign in without a password" in page, "Add a code app" in page) == (True, False)
    (passkey,) = re.findall(r'action="/sign-ins/passkeys/(\w+)/remove"', page)
    assert (await nora.post(f"/sign-ins/passkeys/{passkey}/remove")).status_code == 409
    long = await nora.post(f"/sign-ins/passkeys/{passkey}/name", name="x" * 61)
    assert (long.status_code, "x" * 61 in long.text) == (422, True)
    await nora.post(f"/sign-ins/passkeys/{passkey}/name", name="Work phone")
    assert "<b>Work phone</b>" in (await nora.get("/sign-ins")).text
    assert (await guest.post("/invitations/challenge")).status_code == 409


async def test_a_lost_phone_closes_every_open_page_at_once(building: Building) -> None:
    here, lost = await building.enter(building.county.alice), await building.enter(building.county.bob)
    path = f"/operations/{building.county.operation.reference}/live"
    async with lost.socket(path) as screen, here.socket(path) as mine:
        await screen.live()
        await mine.live()
        assert (await here.post(f"/officers/{building.county.bob.reference}/sign-ins/end")).status_code == 200
        assert await screen.closed() == CloseCode.SIGNED_OUT
        assert mine.code is None
    assert (await lost.get("/watch")).status_code == 303


async def test_ending_all_the_others_keeps_this_one(building: Building) -> None:
    here, there = await building.enter(building.county.alice), await building.enter(building.county.alice)
    async with there.socket(f"/operations/{building.county.operation.reference}/live") as screen:
        await screen.live()
        assert (await here.post("/sign-ins/others/end")).status_code == 303
        assert await screen.closed() == CloseCode.SIGNED_OUT
    assert (await here.get("/watch")).status_code == 200
