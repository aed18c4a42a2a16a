"""No word of a case, no name and no e-mail leaves by the side doors: logs, errors, addresses, titles, Valkey."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.sql.sqltypes import AutoString
from starlette.routing import Route

from live.faults import told
from models.agencies import Agency
from models.cabinet import METADATA
from ops.storage import Storage
from ops.web.errors import WENT_WRONG
from tests.cast import file
from tests.web.building import PASSWORD, Building, Visitor, email_of
from tests.web.facts import facts_of
from tests.web.pictures import JPEG
from tests.web.walks import asks_for, commands, form_for, pages

CANARY = "zilpzalp"
# What people write, by column name; whatever else is text holds words of the program's own.
WORDS = """
    administration communications humanity information intention method risk
    address aliases alike answer apparent_age briefing call_sign decided desk device ended_reason handling label
    language lawful_basis lawful_bases lifted_why marking mobile name necessity note options partnership purpose
    problem purposes reason revoked_why statement summary text title unfenced_why why words
"""
OWN_WORDS = """
    heading
    act asked asked_for body_hash bound_to challenge_hash channel code code_hash confirmed_by credential_id decision
    duty email ended_why factor key kind media_type password_hash principal public_key reference seal sealed_key
    sealing_key secret secret_hash sha256 shared_key signature stage standing status step theme thumbnail_key token_hash
    state topic touches world
"""
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


async def plant(building: Building) -> None:
    """Write the canary into every text that people write."""
    async with building.database.writing() as session:
        for table in METADATA.sorted_tables:
            planted = [
                column
                for column in table.columns
                if column.name in WORDS.split() and isinstance(column.type, AutoString)
            ]
            for column in planted:
                longest = getattr(column.type, "length", None) or 40
                await session.execute(update(table).values({column: f"{CANARY} {column.name}"[:longest]}))


def side_doors(building: Building) -> list[str]:
    """Give the words that may leave by no side door."""
    people = building.county.everyone().values()
    return [CANARY, *(email_of(officer) for officer in people)]


def assert_clean(building: Building, text: str, where: str) -> None:
    for word in side_doors(building):
        assert word not in text, f"{word} {where}"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Keep everything that any logger says."""
    caplog.set_level(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "aiosqlite", "httpx2"):
        caplog.set_level(logging.WARNING, logger=name)  # statements and values that nobody turns on in production
    return caplog


def test_every_text_column_is_known_as_peoples_words_or_the_programs() -> None:
    texts = {
        column.name
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, AutoString)
    }
    assert texts >= {"title", "text", "reference"}
    assert not texts.difference(WORDS.split(), OWN_WORDS.split())


async def visit_everything(building: Building, visitor: Visitor) -> AsyncIterator[tuple[str, Any]]:
    facts = await facts_of(building.database)
    for route in [*pages(), *commands()]:
        if "sign-" in route.path:
            continue
        method = "GET" if "GET" in (route.methods or ()) else "POST"
        for path in await paths(building, route, facts):
            body: dict[str, Any] = {} if method == "GET" else {"data": form_for(route, building)}
            yield f"{method} {path}", await visitor.ask(method, path, **body)


async def paths(building: Building, route: Route, facts: Any) -> list[str]:
    if "{" not in route.path:
        return [route.path]
    asks = await asks_for(route, building, building.county.alice, facts)
    return [route.path.format(ref=ask.reference) for ask in asks]


async def test_nothing_is_said_in_addresses_titles_headers_and_logs(
    small: Building, logged: pytest.LogCaptureFixture
) -> None:
    await plant(small)
    alice, seen = await small.enter(small.county.alice), 0
    async for asked, answer in visit_everything(small, alice):
        seen += CANARY in answer.text
        assert_clean(small, "".join(TITLE.findall(answer.text)), f"in the title of {asked}")
        headers = {name: value for name, value in answer.headers.items() if name != "content-disposition"}
        assert_clean(small, str(headers), f"in a header of {asked}")
    assert seen > 5, "no page showed a canary, so nothing was proved"
    assert_clean(small, logged.text, "in the log")


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one screen and one act break with a case's words in their message, as a database's errors do."""

    async def breaks(*_: Any, **__: Any) -> None:
        try:
            int(f"{CANARY} in the parameters, alice@county.example")
        except ValueError as cause:
            raise SQLAlchemyError(f"{CANARY}: INSERT INTO report_version (text)") from cause

    for place in ("lists.read_watch", "operations.read_board", "operations.make_post", "feed.find"):
        monkeypatch.setattr(f"ops.web.{place}", breaks)


async def test_a_fault_tells_its_kind_and_place_and_none_of_its_words(
    small: Building, faulty: None, logged: pytest.LogCaptureFixture
) -> None:
    alice, operation = await small.enter(small.county.alice), small.county.operation.reference
    form = {"text": f"{CANARY} typed", "audience": "agency", "key": "one"}
    answers = [
        await alice.get("/watch"),
        await alice.get(f"/operations/{operation}"),
        await alice.post(f"/operations/{operation}/posts", **form),
    ]
    for answer in answers:
        assert answer.status_code == 500
        reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", answer.text)
        assert reference
        assert reference.group() in logged.text
        assert_clean(small, answer.text, "in an error page")
    assert_clean(small, logged.text, "in the log")
    assert ("SQLAlchemyError" in logged.text, "ValueError" in logged.text, "in breaks" in logged.text) == (True,) * 3


async def test_a_fault_in_a_feed_closes_it_and_tells_none_of_its_words(
    small: Building, faulty: None, logged: pytest.LogCaptureFixture
) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket(f"/operations/{small.county.operation.reference}/live") as socket:
        assert await socket.closed() == WENT_WRONG
    assert "fault" in logged.text
    assert_clean(small, logged.text, "in the log")


async def test_a_fault_without_a_database_still_has_an_answer(
    small: Building, faulty: None, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await small.enter(small.county.alice)

    async def gone(*_: Any) -> None:
        raise OSError(f"{CANARY}: connection refused")

    monkeypatch.setattr("ops.web.pages._me", gone)
    answer = await alice.get("/watch")
    assert (answer.status_code, "something went wrong" in answer.text) == (500, True)
    assert_clean(small, answer.text + logged.text, "in an answer without a database")


async def test_an_answer_that_breaks_off_is_cut_and_tells_none_of_its_words(
    small: Building, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def half(_self: Storage, _key: str) -> AsyncIterator[bytes]:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"half"
            raise OSError(f"{CANARY}: the disk is gone")

        return pieces()

    monkeypatch.setattr(Storage, "read", half)
    alice = await small.enter(small.county.alice)
    with pytest.raises(Exception, match=r"^[0-9A-F]{4}-[0-9A-F]{4}$") as broken:
        await alice.get(f"/attachments/{small.county.visit_photo.reference}")
    assert broken.value.__suppress_context__
    assert_clean(small, logged.text, "in the log")


async def test_a_turn_that_fails_tells_none_of_its_words(
    small: Building, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tailer, follower = small.app.state.house.tailer, small.app.state.house.follower

    async def breaks() -> None:
        raise ValueError(f"{CANARY} in the parameters")

    monkeypatch.setattr(tailer, "turn", breaks)
    follower.wake()
    async with asyncio.timeout(5):
        while "a turn failed" not in logged.text:
            await asyncio.sleep(0.01)
    monkeypatch.undo()
    assert_clean(small, logged.text, "in the log")


def test_a_fault_is_told_with_everything_that_led_to_it_and_without_words() -> None:
    def breaks() -> None:
        try:
            dict[str, str]()[CANARY]
        except KeyError:
            raise ValueError(CANARY)  # noqa: B904 - what led to it by chance is told too

    with pytest.raises(ValueError, match=CANARY) as broken:
        breaks()
    words = told(broken.value)
    assert (words.count("in breaks"), "ValueError" in words, "KeyError" in words, CANARY in words) == (
        2,
        True,
        True,
        False,
    )


async def test_refusals_say_nothing_of_what_they_refuse(small: Building) -> None:
    await plant(small)
    olga = await small.enter(small.county.olga)
    for route in [route for route in pages() if "{ref}" in route.path]:
        for thing in small.county.everything().values():
            answer = await olga.get(route.path.format(ref=thing.reference))
            words = answer.text.replace(f"{CANARY} name", "").replace(f"{CANARY} partnership", "")
            assert (answer.status_code, CANARY in words) == (404, False), route.path


@asynccontextmanager
async def heard_on(url: str) -> AsyncIterator[list[bytes]]:
    """Hear everything that is published on any channel of a Valkey."""
    client: Any = Redis.from_url(url)
    heard: list[bytes] = []
    pubsub = client.pubsub()
    await pubsub.psubscribe("*")

    async def listen() -> None:
        async for message in pubsub.listen():
            heard.extend([message["data"]] if message["type"] == "pmessage" else [])

    listening = asyncio.create_task(listen())
    yield heard
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await pubsub.aclose()
    await client.aclose()


async def kept_in(url: str) -> str:
    """Give every key of a Valkey with all that lies under it."""
    client: Any = Redis.from_url(url)
    found = []
    async for key in client.scan_iter():
        kind = (await client.type(key)).decode()
        read = {"string": client.get, "list": lambda k: client.lrange(k, 0, -1), "hash": client.hgetall}.get(kind)
        found.append((key, kind, await read(key) if read else await client.zrange(key, 0, -1, withscores=True)))
    await client.aclose()
    return repr(found)


async def test_valkey_hears_integers_and_keeps_no_e_mail(belled: Building, valkey: str) -> None:
    county, operation = belled.county, belled.county.operation.reference
    async with heard_on(valkey) as heard:
        for email in (email_of(county.alice), email_of(county.bob)):
            await belled.stranger.post("/sign-in", email=email, password=PASSWORD)
        bob = await belled.enter(county.bob)
        form = {"text": f"{CANARY} typed", "audience": "agency", "key": "one"}
        photo = [("photos", (f"{CANARY}.jpg", JPEG, "image/jpeg"))]
        assert (await bob.post(f"/operations/{operation}/posts", photo, **form)).status_code == 303
        assert (await bob.post(f"/tasks/{county.knock.reference}/claim")).status_code == 303
        assert (await bob.post("/sign-out")).status_code == 303
        await asyncio.sleep(0.2)
    assert len(heard) >= 3
    assert all(re.fullmatch(rb"-?\d{1,19}", message) for message in heard)
    kept = await kept_in(valkey)
    assert "LIMITS" in kept
    assert_clean(belled, kept, "in Valkey")
    assert not re.search(r"@|county|alice|bob|127\.0\.0\.1", kept)


async def test_who_tries_too_often_is_counted_in_valkey_over_processes(belled: Building) -> None:
    answers = [
        (await belled.stranger.post("/sign-in", email="dora@county.example", password="")).status_code
        for _ in range(12)
    ]
    assert (answers[0], answers[-1]) == (422, 429)


async def test_words_in_a_databases_own_complaint_are_not_told(building: Building) -> None:
    twice = Agency(code="POL", name=CANARY, kind="statutory", tally=1)
    with pytest.raises(SQLAlchemyError) as failed:
        await file(building.database, twice)
    assert CANARY in str(failed.value), "no longer needed: the words no longer reach the exception"
    assert CANARY not in told(failed.value)
