"""After any sequence of events a screen shows what a fresh page does, a program holds what it would read again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from markupsafe import escape
from sqlalchemy import select
from sqlmodel import col

from live.event import Touch
from models.agencies import Officer
from models.operations import DetachmentMember
from models.tasks import CheckIn, CheckInKind, Task
from ops.proof.page_model import after_frames, elements
from ops.transaction import Fact
from tests.api.feeds import Value
from tests.journeys.acts import desk_of, somebody, take_site
from tests.journeys.conftest import Stage
from tests.programs import Heard, Script
from tests.serving import Person, Watched

INTERVIEW = "Interview 1, S1"
VIEWERS = ("asha", "tom", "ruth", "dan", "steve")


async def post(stage: Stage, person: Person, audience: str) -> None:
    task = await stage.reference(Task, INTERVIEW)
    words = {"task": task, "text": f"words for {audience}", "audience": audience, "key": uuid4().hex}
    answer = await person.post(f"{await person.landing()}/posts", files=None, **words)
    assert answer.status_code == 303, answer.text


async def on_task(stage: Stage, person: Person, act: str, **fields: str) -> None:
    answer = await person.post(f"/tasks/{await stage.reference(Task, INTERVIEW)}/{act}", **fields)
    assert answer.status_code == 303, answer.text


async def call_for_help(stage: Stage, tom: Person) -> None:
    await tom.post(f"{await tom.landing()}/check-ins", kind="help", note="man with a bar at the gate")


async def see_the_call(stage: Stage, _: Person) -> None:
    asha = await stage.person("asha")
    async with desk_of(stage) as desk, desk.database.reading() as session:
        rows = await session.execute(
            select(col(CheckIn.reference)).where(col(CheckIn.kind) == CheckInKind.HELP).order_by(col(CheckIn.at).desc())
        )
        reference = rows.scalars().first()
    assert (await asha.post(f"/check-ins/{reference}/seen")).status_code == 303


async def safe_again(stage: Stage, tom: Person) -> None:
    await tom.post(f"{await tom.landing()}/check-ins", kind="ok now", note="he left")


async def an_officer_leaves(stage: Stage, _: Person) -> None:
    """Another Fair Work officer leaves the detachment: every 'seen by' number falls by one."""
    async with desk_of(stage) as desk:
        asker = await somebody(desk)
        async with desk.work(asker, changes_access=True) as work:
            member = (
                await work.session.execute(
                    select(DetachmentMember)
                    .join(Officer, col(Officer.id) == col(DetachmentMember.officer_id))
                    .where(col(Officer.name).like("%Obi%"), col(DetachmentMember.ends).is_(None))
                )
            ).scalar_one()
            member.ends = asker.at
            work.record(Fact.OFFICER_CHANGED, member.officer_id, (), touches=Touch.OFFICER)


Act = Callable[[Stage, Person], Awaitable[None]]
ACTS: tuple[Act, ...] = (
    lambda stage, tom: post(stage, tom, "task"),
    lambda stage, tom: on_task(stage, tom, "status", status="here"),
    lambda stage, tom: post(stage, tom, "site"),
    call_for_help,
    see_the_call,
    safe_again,
    lambda stage, tom: on_task(stage, tom, "claim/release"),
    lambda stage, tom: on_task(stage, tom, "claim"),
    an_officer_leaves,
    lambda stage, tom: post(stage, tom, "agency"),
    lambda stage, _: take_site(stage, "S1", "CCS"),
    lambda stage, tom: on_task(stage, tom, "status", status="done"),
)


async def same_as_fresh(screen: Watched, path: str) -> None:
    """Wait until the open page shows what a fresh one does; sums follow within about a second."""
    fresh: dict[str, str] = {}
    shown: dict[str, str] = {}
    for _ in range(60):
        page = (await screen.person.get(path)).text
        fresh, shown = elements(page), after_frames(screen)
        if fresh == shown:
            return
        await asyncio.sleep(0.1)  # the condition is the equality above
    different = {name for name in fresh.keys() | shown.keys() if fresh.get(name) != shown.get(name)}
    name = min(different)
    pytest.fail(f"{screen.person.name}: {sorted(different)}\nfresh: {fresh.get(name)}\nshown: {shown.get(name)}")


def agree(screen: Watched, state: Value) -> None:
    """Check that a page and the API show one officer the same things, in the same words."""
    page = after_frames(screen)
    for kind, element in (("posts", "post"), ("tasks", "task"), ("sites", "rail")):
        assert {name for name in page if name.startswith(f"{element}-")} == {f"{element}-{ref}" for ref in state[kind]}
    for reference, post in state["posts"].items():
        assert escape(post["text"]) in page[f"post-{reference}"]
    for reference, task in state["tasks"].items():
        assert escape(task["title"]) in page[f"task-{reference}"]
        assert escape(task["holder"]) in page[f"task-{reference}"]


async def test_an_open_screen_shows_what_a_fresh_page_shows(stage: Stage) -> None:
    tom = await stage.person("tom")
    async with AsyncExitStack() as stack:
        screens: list[tuple[Watched, str]] = []
        programs: list[tuple[Watched, Heard]] = []
        for name in VIEWERS:
            person = await stage.person(name)
            board = await person.landing()
            paths = (board, f"{board}/mine") if name in {"tom", "ruth"} else (board,)
            screens.extend([(await stack.enter_async_context(person.watching(path)), path) for path in paths])
            script = await Script.of(stage.there, name)
            following = script.following("operation", board.removeprefix("/operations/"))
            programs.append((screens[-len(paths)][0], await stack.enter_async_context(following)))
        for act in ACTS:
            await act(stage, tom)
            for screen, path in screens:
                await same_as_fresh(screen, path)
            for screen, program in programs:
                agree(screen, await program.same_as_fresh())
