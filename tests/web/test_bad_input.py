"""What does not fit is said in plain words, keeps what was typed, and leaves nothing half done."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from live.audience import Level
from models.attachments import Attachment
from models.base import new_id
from models.cases import Theme
from models.grants import Grant, Resource
from models.journal import Answer, JournalEntry
from models.operations import Operation, OperationStage, Stage
from models.tasks import CheckIn, Claim, Post, PostVersion, Task, TaskState
from ops.actions.check_ins import LONGEST_NOTE
from ops.actions.posts import LONGEST_POST
from tests import cast
from tests.cast import DAY, HOUR, file, grant
from tests.web.building import Building, Visitor, absent
from tests.web.pictures import JPEG

FILED: list[type[SQLModel]] = [
    Answer,
    Attachment,
    CheckIn,
    Claim,
    Grant,
    JournalEntry,
    Post,
    PostVersion,
    Resource,
    TaskState,
]
TYPED = "The barn is locked & <empty>, heron"
KEPT = "The barn is locked &amp; &lt;empty&gt;, heron"


async def filed(building: Building) -> dict[str, int]:
    return {table.__name__: await building.count(table) for table in FILED}


async def post(building: Building, visitor: Visitor, files: Any = None, **changed: str) -> Any:
    form = {"text": TYPED, "audience": "agency", "key": new_id().hex, "task": building.county.knock.reference}
    path = f"/operations/{building.county.operation.reference}/posts"
    return await visitor.post(path, files=files, **(form | changed))


def photos(number: int, content: bytes = JPEG, name: str = "barn.jpg") -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("photos", (name, content, "image/jpeg"))] * number


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"text": " \n"}, "text", "Write what happened"),
        ({"text": "x" * (LONGEST_POST + 1)}, "text", "at most"),
        ({"audience": ""}, "audience", "Choose who will see this"),
        ({"audience": "everyone"}, "audience", "Choose who will see this"),
        ({"key": ""}, "", "lost its key"),
        ({"key": "k" * 500}, "", "lost its key"),
    ],
)
async def test_a_post_that_does_not_fit_comes_back_with_what_was_typed(
    small: Building, changed: dict[str, str], field: str, words: str
) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    answer = await post(small, bob, **changed)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert "text" in changed or KEPT in answer.text
    assert f'value="{small.county.knock.reference}"' in answer.text
    assert not field or f'href="#{field}"' in answer.text
    assert await filed(small) == before


async def test_every_theme_that_the_form_offers_opens_a_case(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    offered = re.search(r'<select id="theme".*?</select>', (await alice.get("/cases")).text, re.DOTALL)
    assert offered is not None
    themes = re.findall(r"<option[^>]*>([^<]+)</option>", offered.group())
    assert themes == [theme.value for theme in Theme]
    for theme in themes:
        answer = await alice.post("/cases", title="Pier", theme=html.unescape(theme), summary="", key=new_id().hex)
        assert answer.status_code == 303, theme


async def test_a_form_that_lost_its_key_can_be_sent_as_it_comes_back(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    for lost in ("", "k" * 500):
        page = (await post(small, bob, key=lost)).text
        key = page.partition('name="key" value="')[2].partition('"')[0]
        assert (await post(small, bob, key=key)).status_code == 303


async def test_the_same_key_with_other_words_is_refused_and_keeps_the_words(building: Building) -> None:
    bob = await building.enter(building.county.bob)
    assert (await post(building, bob, key="one", text="first")).status_code == 303
    before = await filed(building)
    answer = await post(building, bob, key="one")
    assert (answer.status_code, "already sent with other words" in answer.text, KEPT in answer.text) == (
        422,
        True,
        True,
    )
    assert await filed(building) == before


async def test_the_same_key_of_two_officers_is_two_posts(small: Building) -> None:
    for officer in (small.county.bob, small.county.alice):
        assert (await post(small, await small.enter(officer), key="one")).status_code == 303
    assert await small.count(Answer) == 2


async def other_operation(building: Building) -> str:
    """File a second operation of the Police with a task that bob may work on; gives the task's reference."""
    county = building.county
    operation, task = (
        Resource(id=made, kind=kind, owner_agency_id=county.police.id, acl_id=made, gate_id=None)
        for made, kind in ((new_id(), "operation"), (new_id(), "task"))
    )
    task.gate_id = operation.id
    await file(building.database, operation, task)
    starts, ends = cast.NOW - HOUR, cast.NOW + HOUR
    await file(
        building.database,
        Operation(id=operation.id, title="Other", commander_id=county.alice.id, starts=starts, ends=ends),
    )
    await file(
        building.database,
        Task(id=task.id, operation_id=operation.id, agency_id=county.police.id, title="Elsewhere", made_at=cast.NOW),
    )
    for thing in (operation, task):
        await grant(building.database, thing, county.fair_work, Level.CONTRIBUTE, agreement=county.agreement)
    return task.reference


async def test_a_task_of_another_operation_is_refused(small: Building) -> None:
    task, bob = await other_operation(small), await small.enter(small.county.bob)
    before = await filed(small)
    answer = await post(small, bob, task=task)
    assert (answer.status_code, "belongs to another operation" in answer.text, KEPT in answer.text) == (422, True, True)
    assert await filed(small) == before


@pytest.mark.parametrize("field", ["task", "site"])
async def test_a_task_or_site_that_one_cannot_see_is_not_found(small: Building, field: str) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    hidden = {"task": small.county.interview.reference, "site": small.county.yard.reference}[field]
    texts = []
    for reference in (hidden, absent()):
        answer = await post(small, bob, files=photos(1), **({"task": ""} | {field: reference}))
        texts.append((answer.status_code, answer.text.partition("</head>")[2].partition("<header")[2]))
    assert texts[0] == texts[1]
    assert texts[0][0] == 404
    assert (await filed(small), small.stored()) == (before, [])


async def happened(building: Building) -> Any:
    async with building.database.reading() as session:
        newest = (
            select(TaskState).where(col(TaskState.officer_id).is_not(None)).order_by(col(TaskState.revision).desc())
        )
        return (await session.execute(newest.limit(1))).scalar_one().at


@pytest.mark.parametrize(
    "sent", ["garbage", "", "2999-01-01T00:00:00Z", "\0", "9999-12-31T23:59:59-23:59", "2026-13-45"]
)
async def test_a_time_that_cannot_be_is_taken_as_now(building: Building, sent: str) -> None:
    alice = await building.enter(building.county.alice)
    path = f"/tasks/{building.county.knock.reference}/status"
    assert (await alice.post(path, status="here", happened_at=sent)).status_code == 303
    assert cast.NOW <= await happened(building) <= building.app.state.house.desk.clock.now()


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+23:59", "1970-01-01"])
async def test_a_time_long_past_is_taken_as_a_day_ago(small: Building, sent: str) -> None:
    alice = await small.enter(small.county.alice)
    path = f"/tasks/{small.county.knock.reference}/status"
    assert (await alice.post(path, status="here", happened_at=sent)).status_code == 303
    assert cast.NOW - DAY <= await happened(small) <= cast.NOW - DAY + HOUR


async def test_a_status_that_is_none_is_refused(small: Building) -> None:
    alice, before = await small.enter(small.county.alice), await filed(small)
    for status in ("", "elsewhere", "HERE", "here' OR 1=1"):
        answer = await alice.post(f"/tasks/{small.county.knock.reference}/status", status=status)
        assert (answer.status_code, "Choose one of" in answer.text) == (422, True)
    assert await filed(small) == before


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose: safe, help, or ok now"),
        ({"kind": "seen"}, "Choose: safe, help, or ok now"),
        ({"kind": "safe", "note": "x" * (LONGEST_NOTE + 1)}, "at most"),
        ({"kind": "ok now"}, "not called for help"),
    ],
)
async def test_a_check_in_that_does_not_fit_is_refused(small: Building, form: dict[str, str], words: str) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    answer = await bob.post(f"/operations/{small.county.operation.reference}/check-ins", **form)
    assert (answer.status_code, words in answer.text, "Nothing was changed" in answer.text) == (422, True, True)
    assert await filed(small) == before


async def test_what_nobody_holds_cannot_be_given_back(small: Building) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    answer = await bob.post(f"/tasks/{small.county.knock.reference}/claim/release")
    assert (answer.status_code, "You do not hold this task" in answer.text) == (403, True)
    assert await filed(small) == before


async def test_every_field_takes_what_no_keyboard_types(building: Building) -> None:
    odd, bob = "a\0b\u202e\ufffe\U0001f9ef\x1b", await building.enter(building.county.bob)
    operation, knock = building.county.operation.reference, building.county.knock.reference
    sent = [
        await post(building, bob, text=odd, key=odd, happened_at=odd),
        await post(building, bob, audience=odd),
        await bob.post(f"/operations/{operation}/check-ins", kind="safe", note=odd),
        await bob.post(f"/operations/{operation}/check-ins", kind=odd),
        await bob.post(f"/tasks/{knock}/status", status=odd, happened_at=odd),
        await post(building, bob, task=odd),
        await post(building, bob, site=odd, task=""),
    ]
    assert [answer.status_code for answer in sent] == [303, 422, 303, 422, 422, 404, 404]


async def test_an_address_takes_what_no_keyboard_types(building: Building) -> None:
    bob, operation = await building.enter(building.county.bob), building.county.operation.reference
    for odd in ("%00", "a%00b", "%ff", "..%2f..", "%F0%9F%A7%AF", "a" * 3000, "'", "%25"):
        for path in (f"/operations/{odd}", f"/operations/{operation}/posts/new?task={odd}", f"/attachments/{odd}"):
            assert (await bob.get(path)).status_code == 404, path
        for path in (f"/tasks/{odd}/claim", f"/check-ins/{odd}/seen", f"/sign-ins/{odd}/end"):
            assert (await bob.post(path)).status_code == 404, path


async def test_a_form_in_a_charset_that_makes_half_letters_is_taken(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    body = b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\n\\ud800\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b; charset=unicode_escape"}
    path = f"/operations/{small.county.operation.reference}/check-ins"
    assert (await bob.ask("POST", path, headers=headers, content=body)).status_code == 422


@pytest.mark.parametrize("number", [7, 12])
async def test_too_many_files_are_refused_beside_their_field_and_none_is_kept(small: Building, number: int) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    unused = [("photos", ("", b"", "application/octet-stream"))]  # what a browser sends for an input left empty
    answer = await post(small, bob, files=unused + photos(number))
    assert (answer.status_code, "at most 6 files" in answer.text, KEPT in answer.text) == (422, True, True)
    assert 'href="#photos"' in answer.text
    assert (await filed(small), small.stored()) == (before, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "not accepted"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not accepted"),
        (JPEG[:40], "barn.jpg"),
        (b"", "empty"),
    ],
)
async def test_a_file_that_is_no_photo_is_refused_by_name_and_the_good_ones_go_too(
    small: Building, content: bytes, words: str
) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    answer = await post(small, bob, files=[*photos(2), *photos(1, content)])
    assert (answer.status_code, words in answer.text, KEPT in answer.text) == (422, True, True)
    assert (await filed(small), small.stored()) == (before, [])


async def test_files_of_a_post_that_is_refused_are_not_kept(small: Building) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    assert (await post(small, bob, files=photos(2), audience="everyone")).status_code == 422
    oscar = await small.enter(small.county.oscar)
    assert (await post(small, oscar, files=photos(2))).status_code == 404
    assert (await filed(small), small.stored()) == (before, [])


async def test_files_are_not_kept_when_storing_them_breaks_half_way(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, bob = small.app.state.house.files, await small.enter(small.county.bob)
    put, stored = files.put, list[str]()

    async def breaks(key: str, content: Any) -> None:
        if len(stored) > 3:
            raise OSError("the disk is full")
        stored.append(key)
        await put(key, content)

    monkeypatch.setattr(files, "put", breaks)
    before = await filed(small)
    assert (await post(small, bob, files=photos(3))).status_code == 500
    assert (await filed(small), small.stored()) == (before, [])


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b"--b"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(500))),
        ("application/x-www-form-urlencoded", b"text=" + b"x" * 300_000),
        ("application/json", b"{}"),
    ],
)
async def test_a_body_that_is_no_form_is_refused_without_a_fault(small: Building, kind: str, content: bytes) -> None:
    bob, before = await small.enter(small.county.bob), await filed(small)
    path = f"/operations/{small.county.operation.reference}/posts"
    answer = await bob.ask("POST", path, headers={"content-type": kind}, content=content)
    assert answer.status_code in {400, 413, 422}
    assert await filed(small) == before


async def test_an_operation_that_was_stood_down_takes_nothing_more(small: Building) -> None:
    county, bob = small.county, await small.enter(small.county.bob)
    await file(
        small.database,
        OperationStage(operation_id=county.operation.id, stage=Stage.STOOD_DOWN, at=cast.NOW, position=10),
    )
    before = await filed(small)
    for answer in (await post(small, bob), await bob.post(f"/tasks/{county.knock.reference}/claim")):
        assert (answer.status_code, "stood down" in answer.text) == (409, True)
    assert await filed(small) == before


async def test_an_agency_without_an_agreement_cannot_be_chosen(small: Building) -> None:
    county = small.county
    async with small.database.writing() as session:
        county.agreement.ends = county.agreement.starts
        await session.merge(county.agreement)
    bob, before = await small.enter(county.bob), await filed(small)
    answer = await post(small, bob, audience="control")
    assert (answer.status_code, "no sharing agreement" in answer.text, KEPT in answer.text) == (422, True, True)
    assert await filed(small) == before
