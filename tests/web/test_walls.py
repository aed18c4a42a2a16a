"""A wall shows what its own account was given, in the words of places and agencies; nobody can press anything on it."""

import re
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from live.screen import CloseCode
from models.agencies import Account, Officer
from models.base import new_reference
from models.grants import Resource
from models.operations import Outcome
from models.sign_ins import Factor, SignIn
from models.tasks import CheckIn, CheckInKind
from models.walls import Wall
from ops.web.policy import Who, policy_of
from ops.web.signed_in import COOKIE, WALL_COOKIE
from tests import cast
from tests.api.programs import Program
from tests.cast import file, grant
from tests.web.building import Building, Visitor, absent
from tests.web.facts import facts_of
from tests.web.walks import FORMS, oracle, pages
from tests.web.walled import screen_of, wall_on

REFERENCE = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
CODE = re.compile(r"<code>([A-Z2-9]{4}-[A-Z2-9]{4})</code>")
CONTROLS = re.compile(
    r"<(a|button|form|input|select|textarea|details|summary|dialog|iframe)[\s>]|tabindex|contenteditable| on\w+="
)
VICTIMS = re.compile(r"safeguard|referral|arrest|survivor|victim", re.IGNORECASE)


async def make(building: Building, officer: Officer, *sites: Resource, name: str = "Control room") -> str:
    """Make a wall with the form; gives its code."""
    visitor = await building.enter(officer)
    path = f"/operations/{building.county.operation.reference}/walls"
    answer = await visitor.ask("POST", path, data={"name": name, "sites": [site.reference for site in sites]})
    found = CODE.search(answer.text)
    assert found, answer.text
    return found[1]


async def type_code(building: Building, code: str) -> Visitor:
    """Type a code on a screen; gives that screen."""
    answer = await building.stranger.post("/wall/code", code=code)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert cookie.startswith(f"{WALL_COOKIE}=")
    return Visitor(building.app, cookie)


async def told(screen: Visitor) -> tuple[str, list[str]]:
    """Give every byte of the wall's page, and of its socket until it is live."""
    page = (await screen.get("/wall")).text
    cursor = re.search(r'data-cursor="([^"]*)"', page)
    assert cursor, page
    async with screen.socket("/wall/live", cursor[1]) as socket:
        await socket.until_heard("wall-moves")
        return page, socket.heard


async def busy(building: Building) -> None:
    """Let there be everything of which a wall may say nothing: a call with a note, people met, tasks held, posts."""
    county, now = building.county, cast.NOW
    helped = CheckIn(
        reference=new_reference(),
        operation_id=county.operation.id,
        site_id=county.farm.id,
        officer_id=county.bob.id,
        agency_id=county.fair_work.id,
        kind=CheckInKind.HELP,
        note="Bob is hurt, by the van of Ionut",
        at=now,
        arrived_at=now,
    )
    resource = Resource(
        kind="outcome", owner_agency_id=county.police.id, acl_id=county.farm.id, gate_id=county.operation.id
    )
    await file(building.database, helped, resource)
    outcome = Outcome(
        id=resource.id,
        operation_id=county.operation.id,
        site_id=county.farm.id,
        kind="safeguarded",
        officer_id=county.alice.id,
        at=now,
    )
    await file(building.database, outcome)
    alice = await building.enter(county.alice)
    assert (await alice.post(f"/tasks/{county.knock.reference}/claim")).status_code == 303
    assert (await alice.post(f"/tasks/{county.knock.reference}/status", status="here")).status_code == 303
    post = {"text": "Carol met Mihai", "audience": "site", "site": county.farm.reference, "key": "one"}
    await alice.post(f"/operations/{county.operation.reference}/posts", **post)


async def test_a_screen_is_paired_by_a_code_that_works_once(building: Building) -> None:
    county = building.county
    code = await make(building, county.alice, county.farm)
    screen = await type_code(building, code.lower().replace("-", " "))
    page = (await screen.get("/wall")).text
    assert ("S1" in page, "Farm" in page, "S2" in page) == (True, True, False)
    again = await building.stranger.post("/wall/code", code=code)
    assert (again.status_code, "This code is not right" in again.text) == (422, True)


async def test_a_code_is_void_after_ten_minutes_and_once_there_is_a_newer_one(small: Building) -> None:
    old, county = await make(small, small.county.alice, small.county.farm), small.county
    async with small.database.writing() as session:
        wall = (await session.execute(select(Wall))).scalar_one()
        reference = wall.reference
    alice = await small.enter(county.alice)
    newer = CODE.search((await alice.post(f"/walls/{reference}/code")).text)
    assert newer
    assert (await small.stranger.post("/wall/code", code=old)).status_code == 422
    async with small.database.writing() as session:
        await session.execute(update(Wall).values(code_until=cast.NOW - timedelta(minutes=10)))
    assert (await small.stranger.post("/wall/code", code=newer[1])).status_code == 422
    assert await small.count(SignIn) == 2  # Alice's two


async def test_codes_cannot_be_guessed_at_leisure(small: Building) -> None:
    await make(small, small.county.alice, small.county.farm)
    answers = [(await small.stranger.post("/wall/code", code="BBBB-BBBB")).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (422, 429)


async def test_who_found_an_open_phone_makes_no_wall_and_no_code(small: Building) -> None:
    wall, _ = await wall_on(small, small.county.operation)
    alice = await small.enter(small.county.alice, confirmed=timedelta(hours=1))
    path, form = (
        f"/operations/{small.county.operation.reference}/walls",
        {"name": "W", "sites": small.county.farm.reference},
    )
    assert ((await alice.post(path, **form)).status_code, await small.count(Wall)) == (403, 1)
    assert (await alice.post(f"/walls/{wall.reference}/code")).status_code == 403


async def test_a_wall_is_no_shadow_of_who_made_it(small: Building) -> None:
    county = small.county
    await grant(small.database, county.interview, county.alice, Level.MANAGE)
    screen = await type_code(small, await make(small, county.alice, county.farm))
    page, frames = await told(screen)
    for unseen in ("Interview", county.interview.reference, county.yard.reference, county.case.reference, "Yard"):
        assert unseen not in page + "".join(frames)
    async with small.database.reading() as session:
        acts = (await session.execute(select(Officer).where(col(Officer.account_id).is_not(None)))).scalar_one()
    facts = await facts_of(small.database)
    may = {one.reference for one in county.everything().values() if oracle(facts, acts.id, one)}
    everything = {one.reference for one in county.everything().values()}
    assert set(REFERENCE.findall(page + "".join(frames))) & everything <= may


async def test_no_officers_name_is_in_any_byte_of_a_wall(small: Building) -> None:
    await busy(small)
    _, acts = await wall_on(small, small.county.operation, small.county.farm)
    page, frames = await told(await screen_of(small, acts))
    assert "Need help" in page
    for said in (page, *frames):
        for name in (*small.county.everyone(), "Ionut", "Mihai"):
            assert not re.search(rf"\b{name}\b", said, re.IGNORECASE), (name, said)
        assert not any(officer.reference in said for officer in small.county.everyone().values())


async def test_no_words_that_were_typed_on_the_day_are_in_any_byte_of_a_wall(small: Building) -> None:
    await busy(small)
    _, acts = await wall_on(small, small.county.operation, small.county.farm)
    page, frames = await told(await screen_of(small, acts))
    board = (await (await small.enter(small.county.alice)).get(f"/operations/{small.county.operation.reference}")).text
    for typed in ("is hurt, by the van", "Arrived"):
        assert (typed in board, typed in page + "".join(frames)) == (True, False)


async def test_no_figure_of_people_met_is_in_any_byte_of_a_wall(small: Building) -> None:
    await busy(small)
    _, acts = await wall_on(small, small.county.operation, small.county.farm)
    page, frames = await told(await screen_of(small, acts))
    board = (await (await small.enter(small.county.alice)).get(f"/operations/{small.county.operation.reference}")).text
    assert VICTIMS.search(board)
    assert not VICTIMS.search(page + "".join(frames))


async def test_no_control_is_in_any_byte_of_a_wall(small: Building) -> None:
    await busy(small)
    _, acts = await wall_on(small, small.county.operation, small.county.farm)
    page, frames = await told(await screen_of(small, acts))
    found = [match for said in (page, *frames) if (match := CONTROLS.search(said.replace('\\"', '"')))]
    assert found == []


def test_the_search_for_controls_finds_one() -> None:
    for control in ('<a href="/">', "<button>", "<form ", '<li tabindex="0">', '<p onclick="x()">'):
        assert CONTROLS.search(control)
    assert not CONTROLS.search('<abbr title="x">POL</abbr><section aria-label="Needs attention">')


async def test_a_paired_screen_opens_nothing_but_its_wall(small: Building) -> None:
    _, acts = await wall_on(small, small.county.operation, small.county.farm, small.county.case)
    screen = await screen_of(small, acts)
    for route in [route for route in pages() if policy_of(route).who not in {Who.ANYONE, Who.WALL}]:
        answer = await screen.get(route.path.format(ref=small.county.operation.reference))
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in"), route.path
    for path in FORMS:
        if not path.startswith(("/sign-in", "/invitations", "/wall/code")):
            answer = await screen.post(path.format(ref=small.county.operation.reference))
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path
    secret = screen.cookie.partition("=")[2]
    as_officer = Visitor(small.app, f"{COOKIE}={secret}")
    assert (await as_officer.get("/")).headers["location"] == "/sign-in"
    assert (await Program(small.app, secret).get("/me")).status_code == 401
    path = f"/operations/{small.county.operation.reference}/live?kind=board"
    async with as_officer.socket(path) as socket:
        assert await socket.closed() == CloseCode.SIGNED_OUT


async def test_an_officers_sign_in_opens_no_wall(small: Building) -> None:
    await wall_on(small, small.county.operation, small.county.farm)
    alice = await small.enter(small.county.alice)
    secret = alice.cookie.partition("=")[2]
    for visitor in (alice, Visitor(small.app, f"{WALL_COOKIE}={secret}")):
        assert (await visitor.get("/wall")).headers["location"] == "/wall/code"
        async with visitor.socket("/wall/live") as socket:
            assert (await socket.closed(), socket.heard) == (CloseCode.SIGNED_OUT, [])


async def test_nobody_asks_for_a_wall_by_the_feed_of_a_board(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket(f"/operations/{small.county.operation.reference}/live?kind=wall") as socket:
        await socket.live()
        await socket.until_heard("figures")
        assert "wall-grid" not in "".join(socket.heard)


async def test_a_wall_follows_live_what_happens_on_its_sites(building: Building) -> None:
    county = building.county
    _, acts = await wall_on(building, county.operation, county.farm)
    screen = await screen_of(building, acts)
    async with screen.socket("/wall/live") as socket:
        await socket.until_heard("wall-grid")
        bob = await building.enter(county.bob)
        form = {"kind": "help", "note": "", "site": county.farm.reference}
        alice = await building.enter(county.alice)
        assert (await alice.post(f"/tasks/{county.knock.reference}/claim")).status_code == 303
        assert (await alice.post(f"/tasks/{county.knock.reference}/status", status="here")).status_code == 303
        await socket.until_heard("Knock: on site")
        assert (await bob.post(f"/operations/{county.operation.reference}/check-ins", **form)).status_code == 303


async def test_a_wall_that_is_ended_is_dark_at_once(building: Building) -> None:
    county = building.county
    wall, acts = await wall_on(building, county.operation, county.farm)
    screen = await screen_of(building, acts)
    async with screen.socket("/wall/live") as socket:
        await socket.until_heard("wall-grid")
        alice = await building.enter(county.alice)
        assert (await alice.post(f"/walls/{wall.reference}/end")).status_code == 303
        assert await socket.closed() == CloseCode.SIGNED_OUT
    assert (await screen.get("/wall")).headers["location"] == "/wall/code"
    assert (await alice.post(f"/walls/{wall.reference}/code")).status_code == 409


async def test_a_wall_ends_with_its_operation(building: Building) -> None:
    county = building.county
    _, acts = await wall_on(building, county.operation, county.farm)
    screen, alice = await screen_of(building, acts), await building.enter(county.alice)
    async with screen.socket("/wall/live") as socket:
        await socket.until_heard("wall-grid")
        path = f"/operations/{county.operation.reference}"
        stood = await alice.post(f"{path}/stand-down", why="done", left_open=" ".join(county.open()))
        assert stood.status_code in {200, 303}
        assert await socket.closed() == CloseCode.SIGNED_OUT
    assert (await screen.get("/wall")).status_code == 303
    again = await alice.post(f"{path}/walls", name="Another", sites=county.farm.reference)
    assert (again.status_code, "stood down" in again.text) == (409, True)


async def test_an_administrator_ends_the_account_of_a_wall(small: Building) -> None:
    _, acts = await wall_on(small, small.county.operation, small.county.farm)
    screen, alan = await screen_of(small, acts), await small.enter(small.county.alan)
    async with small.database.reading() as session:
        account = (await session.execute(select(Account))).scalar_one()
    assert "Control room" in (await alan.get("/agency")).text
    assert (await alan.post(f"/agency/accounts/{account.reference}/end")).status_code == 303
    assert (await screen.get("/wall")).status_code == 303


async def test_a_site_that_is_taken_off_goes_from_the_wall_and_no_other_comes(building: Building) -> None:
    county = building.county
    wall, acts = await wall_on(building, county.operation, county.farm, county.yard)
    screen, alice = await screen_of(building, acts), await building.enter(county.alice)
    async with screen.socket("/wall/live") as socket:
        await socket.until_heard("Yard")
        assert (await alice.post(f"/walls/{wall.reference}", sites=county.farm.reference)).status_code == 303
        await socket.until_heard(f'"do":"retract","ref":"{county.yard.reference}"')
    page = (await screen.get("/wall")).text
    assert ("Farm" in page, "Yard" in page) == (True, False)
    assert (await alice.post(f"/walls/{wall.reference}", sites=county.yard.reference)).status_code == 303
    page = (await screen.get("/wall")).text
    assert ("Farm" in page, "Yard" in page) == (False, True)


async def test_a_wall_shows_the_sites_of_its_own_operation_only(small: Building) -> None:
    alice, path = await small.enter(small.county.alice), f"/operations/{small.county.operation.reference}/walls"
    for sites in (absent(), small.county.case.reference):
        assert (await alice.post(path, name="W", sites=sites)).status_code == 404
    none = await alice.post(path, name="W")
    assert (none.status_code, "Choose at least one site." in none.text) == (422, True)
    assert await small.count(Wall) == 0


async def test_a_paired_screen_lasts_no_longer_than_a_day_after_the_operation(small: Building) -> None:
    screen = await type_code(small, await make(small, small.county.alice, small.county.farm))
    async with small.database.writing() as session:
        row = (await session.execute(select(SignIn).where(col(SignIn.factor) == Factor.WALL))).scalar_one()
        assert row.expires_at == cast.NOW + timedelta(hours=8 + 24)
        row.expires_at = cast.NOW - cast.TICK
    assert (await screen.get("/wall")).headers["location"] == "/wall/code"


async def test_what_a_wall_shows_is_on_record_for_its_account(building: Building) -> None:
    county = building.county
    _, acts = await wall_on(building, county.operation, county.farm)
    page = (await (await screen_of(building, acts)).get("/wall")).text
    rows = [row for row in await building.audited() if row.officer_id == acts.id]
    shown = await building.shown_in(page, acts)
    assert county.farm.reference in shown
    assert shown <= {reference for row in rows for reference in row.references}
