"""Replay: what may be seen now and could be seen then, on random histories, against the oracle of both moments."""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.attachments import Attachment
from models.grants import Grant, Resource
from models.people_met import Encounter
from models.tasks import TaskStatus
from ops.access.past import moment_at
from ops.actions.detachments import Invite, accept_invitation, invite_detachment, take_out
from ops.actions.grants import revoke_access
from ops.actions.new_tasks import NewTask, make_task
from ops.actions.people_met import NewEncounter, meet_person, offer_person
from ops.actions.posts import NewPost, make_post
from ops.actions.sites import NewSite, add_site, reveal_site
from ops.actions.tasks import claim_task, move_task
from ops.errors import NotFound, Refusal
from ops.proof.facts import facts_of
from ops.proof.oracle import level
from ops.screens.on_operation import OnOperation, on_operation
from ops.screens.replay import read_replay, seen_at
from ops.screens.timeline import entries_of, read_timeline
from tests.actions.office import Office
from tests.cast import HOUR

READ = 2
STEPS = 40


@dataclass
class History:
    """A day of random acts; after each, the facts for the oracle, and what stood in the cabinet."""

    office: Office
    dice: random.Random
    moments: list[tuple[datetime, Any, dict[str, str]]] = field(default_factory=list)
    words: dict[Any, str] = field(default_factory=dict)  # by resource: the one word that stands in it and nowhere else
    invitations: dict[str, str] = field(default_factory=dict)

    async def live(self, steps: int) -> None:
        """Let things happen."""
        for number in range(steps):
            acts = [self._post, self._post, self._task, self._site, self._revoke, self._reveal, self._join, self._leave]
            act = self.dice.choice([*acts, self._move, self._claim, self._meet, self._offer])
            with suppress(Refusal):  # whoever may not do it has done nothing
                await act(number)
            await self._note()
            await self.office.later()

    async def _note(self) -> None:
        statuses: dict[str, str] = {}
        now = self.office.desk.clock.now()
        self.moments.append((now, await facts_of(self.office.desk.database), dict(self.words) | statuses))

    async def _some(self, kind: str) -> Resource | None:
        async with self.office.desk.database.reading() as session:
            rows = await session.execute(
                select(Resource).where(col(Resource.kind) == kind, col(Resource.gate_id) == self.box.id)
            )
        found = sorted(rows.scalars(), key=lambda row: row.id)
        return self.dice.choice(found) if found else None

    @property
    def box(self) -> Resource:
        return self.office.county.operation

    async def _asks(self, officer: Officer) -> Any:
        return await self.office.asks(officer)

    async def _post(self, number: int) -> None:
        site = await self._some("site")
        author = self.dice.choice([self.office.county.alice, self.office.county.bob, self.office.county.carol])
        new = NewPost(self.box.reference, f"post{number}x", self.dice.choice(["site", "agency"]), f"p{number}",
                      site=site.reference if site else "")  # fmt: skip
        made = await make_post(self.office.desk, await self._asks(author), new, [])
        self.words[(await self.office.resource(made)).id] = f"post{number}x"

    async def _task(self, number: int) -> None:
        county, site = self.office.county, await self._some("site")
        asked = self.dice.choice([county.police, county.fair_work, county.council])
        new = NewTask(f"task{number}x", asked.reference, f"t{number}", site.reference if site else "",
                      restricted=self.dice.random() < 0.5, told=(), about_nobody=True)  # fmt: skip
        made = await make_task(self.office.desk, await self._asks(county.alice), self.box.reference, new)
        self.words[(await self.office.resource(made)).id] = f"task{number}x"

    async def _site(self, number: int) -> None:
        alice = await self._asks(self.office.county.alice)
        made = await add_site(self.office.desk, alice, self.box.reference, NewSite(f"T{number}", f"site{number}x"))
        self.words[(await self.office.resource(made)).id] = f"site{number}x"

    async def _meet(self, number: int) -> None:
        county = self.office.county
        author, told = self.dice.choice([county.bob, county.carol]), self.dice.choice([county.police, county.council])
        new = NewEncounter(self.box.reference, f"m{number}", told=(told.reference,))
        made = await meet_person(self.office.desk, await self._asks(author), new)
        resource = await self.office.resource(made)
        async with self.office.desk.database.reading() as session:
            self.words[resource.id] = (await session.get_one(Encounter, resource.id)).label

    async def _offer(self, _: int) -> None:
        county, person = self.office.county, await self._some("encounter")
        officer, to = self.dice.choice([county.bob, county.carol]), self.dice.choice([county.council, county.fair_work])
        if person:
            await offer_person(self.office.desk, await self._asks(officer), person.reference, to.reference)

    async def _reveal(self, _: int) -> None:
        county, site = self.office.county, await self._some("site")
        agency = self.dice.choice([county.fair_work, county.council, county.nhs])
        hour = self.office.desk.clock.now() + self.dice.choice([0, 1]) * HOUR / 6
        if site:
            alice = await self._asks(county.alice)
            await reveal_site(self.office.desk, alice, self.box.reference, site.reference, agency.reference, hour)

    async def _revoke(self, _: int) -> None:
        async with self.office.desk.database.reading() as session:
            rows = await session.execute(
                select(Grant)
                .join(Resource, col(Resource.id) == col(Grant.resource_id))
                .where(col(Resource.gate_id) == self.box.id, col(Grant.revoked_at).is_(None))
            )
        found = sorted(rows.scalars(), key=lambda row: row.id)
        grant = self.dice.choice(found)
        await revoke_access(self.office.desk, await self._asks(self.office.county.alice), grant.reference, "no")

    async def _join(self, _: int) -> None:
        county = self.office.county
        alice = await self._asks(county.alice)
        invite = Invite(county.nhs.reference, self.dice.choice(["contribute", "discover"]), "A nurse")
        made = await invite_detachment(self.office.desk, alice, self.box.reference, invite)
        await accept_invitation(self.office.desk, await self._asks(county.dora), made, [county.dora.reference])
        self.invitations["nhs"] = made

    async def _leave(self, _: int) -> None:
        if "nhs" in self.invitations:
            await take_out(self.office.desk, await self._asks(self.office.county.alice), self.invitations["nhs"])

    async def _move(self, _: int) -> None:
        task = await self._some("task")
        officer = self.dice.choice([self.office.county.alice, self.office.county.bob, self.office.county.carol])
        if task:
            status = self.dice.choice(list(TaskStatus))
            await move_task(self.office.desk, await self._asks(officer), task.reference, status, None)

    async def _claim(self, _: int) -> None:
        task = await self._some("task")
        officer = self.dice.choice([self.office.county.alice, self.office.county.bob])
        if task:
            await claim_task(self.office.desk, await self._asks(officer), task.reference)


def reads(facts: Any, officer: Any, thing: Any, at: datetime, least: int = READ) -> bool:
    """Ask the oracle; any name will do, here an id."""
    return level(facts, officer, thing, at) >= least


def said(seen: OnOperation) -> set[str]:
    """Give every word of ours that a frame shows, of tasks, posts, sites and people met."""
    lines = (*seen.tasks.values(), *seen.posts.values())
    words = {getattr(line, "title", "") or getattr(line, "text", "") for line in lines}
    return words | {site.name for site in seen.sites} | {person.label for person in seen.people.values()}


@pytest.mark.parametrize("seed", range(2))
async def test_a_frame_shows_what_may_be_seen_now_and_could_be_seen_then_and_no_more(office: Office, seed: int) -> None:
    history = History(office, random.Random(seed))
    await history._note()
    await office.later()
    await history.live(STEPS)
    now, facts_now = office.desk.clock.now(), await facts_of(office.desk.database)
    frames, shown = 0, 0
    for officer in office.county.everyone().values():
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            try:
                seen_now = await on_operation(session, asks, history.box.reference)
            except NotFound:
                continue
            for at, facts_then, words in history.moments:
                frame = await seen_at(session, asks, seen_now, await moment_at(session, at))
                expected = {
                    word
                    for thing, word in words.items()
                    if reads(facts_now, officer.id, thing, now)
                    and reads(facts_then, officer.id, thing, at)
                    and reads(facts_then, officer.id, history.box.id, at, Level.DISCOVER)
                }
                ours = said(frame) & set(history.words.values()) if frame else set()
                assert ours == expected, (officer.name, at)
                told = repr(await entries_of(session, frame)) if frame else ""
                later = {word for word in history.words.values() if word not in expected}
                assert not [word for word in later if word in told], (officer.name, at)
                frames, shown = frames + 1, shown + len(ours)
    assert frames > STEPS
    assert shown > frames, "hardly anything was ever to be seen, which proves little"


async def test_a_task_stands_as_it_stood(office: Office) -> None:
    county = office.county
    before = office.desk.clock.now()
    await office.later()
    bob = await office.asks(county.bob)
    await claim_task(office.desk, bob, county.knock.reference)
    await office.later()
    await move_task(office.desk, await office.asks(county.alice), county.knock.reference, "here", None)
    await office.later()
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        now = await on_operation(session, asks, county.operation.reference)
        then = await seen_at(session, asks, now, await moment_at(session, before))
        timeline = await read_timeline(session, asks, county.operation.reference)
    assert then is not None
    stood = {line.title: (line.status, line.holder) for line in then.tasks.values()}
    stands = {line.title: (line.status, line.holder) for line in now.tasks.values()}
    assert (stood["Knock"], stands["Knock"]) == (("idle", ""), ("here", "Bob"))
    assert [one.words for one in timeline if "Knock" in one.words] == ["Took “Knock”", "“Knock”: On site"]


async def test_a_corrected_post_has_the_words_of_then_and_a_withdrawn_one_never(office: Office) -> None:
    from models.tasks import PostVersion
    from ops.actions.withdrawals import withdraw_post
    from tests.cast import file

    county = office.county
    before = office.desk.clock.now()
    await office.later()
    now = office.desk.clock.now()
    corrected = PostVersion(post_id=county.arrived.id, number=2, text="Arrived late", officer_id=county.bob.id, at=now)
    await file(office.desk.database, corrected)
    await office.later()

    async def texts(at: datetime) -> list[str]:
        asks = await office.asks(county.alice)
        async with office.desk.database.reading() as session:
            seen = await on_operation(session, asks, county.operation.reference)
            frame = await seen_at(session, asks, seen, await moment_at(session, at))
        assert frame is not None
        return [line.text for line in frame.posts.values()]

    assert ("Arrived" in await texts(before), "Arrived late" in await texts(before)) == (True, False)
    await withdraw_post(office.desk, await office.asks(county.bob), county.arrived.reference, "wrong place")
    await office.later()
    assert not {"Arrived", "Arrived late"} & set(await texts(before))


async def test_through_an_agencys_eyes_only_what_it_could_see_then(office: Office) -> None:
    county = office.county
    await office.later()
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        mine = await read_replay(session, asks, county.operation.reference, None)
        theirs = await read_replay(session, asks, county.operation.reference, None, county.fair_work.reference)
        nobody = await read_replay(session, asks, county.operation.reference, None, county.coastguard.reference)
    assert mine.board is not None
    assert theirs.board is not None
    assert nobody.board is None
    titles = [{task.title for site in one.sites for task in site.tasks} for one in (mine.board, theirs.board)]
    assert ("Interview 1" in titles[0], "Interview 1" in titles[1], "Knock" in titles[1]) == (True, False, True)


async def test_a_post_says_that_files_had_come_and_neither_shows_nor_names_them(office: Office) -> None:
    county = office.county
    await office.later()
    async with office.desk.database.writing() as session:
        (await session.get_one(Attachment, county.post_photo.id)).at = office.desk.clock.now()
    asks = await office.asks(county.alice)
    files = {}
    for minute in (0, None):
        async with office.desk.database.reading() as session:
            board = (await read_replay(session, asks, county.operation.reference, minute)).board
        assert board is not None
        (post,) = [one for one in board.feed if one.text == "Arrived"]
        files[minute] = [(file.reference, file.name) for file in post.files]
    assert files == {0: [], None: [("", "")]}


async def test_the_track_has_the_significant_events_that_its_reader_may_see(office: Office) -> None:
    county = office.county
    await office.later()
    await office.say(county.bob, "help", "A dog")
    await office.later()
    flags = {}
    for name in ("alice", "carol", "oscar"):
        asks = await office.asks(county.everyone()[name])
        async with office.desk.database.reading() as session:
            with suppress(NotFound):
                flags[name] = (await read_replay(session, asks, county.operation.reference, 0)).track.flags
    assert flags.keys() == {"alice", "carol"}
    assert [(flag.kind, flag.said) for flag in flags["alice"] if flag.kind == "help"] == [("help", "Need help: A dog")]
    assert [flag for flag in flags["carol"] if "knock" in flag.said] == []
    assert all(0 <= flag.x <= 1000 for flag in flags["alice"])


async def test_a_live_call_for_help_breaks_through(office: Office) -> None:
    county = office.county
    await office.later()
    await office.say(county.bob, "help", "A dog")
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        found = await read_replay(session, asks, county.operation.reference, 0)
    assert found.board is not None
    assert [alert.state for alert in found.board.alerts if alert.state == "help"] == []
    assert ["A dog" in alert.text for alert in found.live_help] == [True]


async def test_who_was_overdue_then_is_said_and_nothing_can_be_pressed(office: Office) -> None:
    county = office.county
    await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    await move_task(office.desk, await office.asks(county.bob), county.knock.reference, "here", None)
    await office.later(HOUR)
    overdue = office.desk.clock.now()
    await office.later()
    await office.say(county.bob, "safe")
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        first = await read_replay(session, asks, county.operation.reference, 0)
        minute = int((overdue - first.first).total_seconds() // 60)
        found = await read_replay(session, asks, county.operation.reference, minute)
        last = await read_replay(session, asks, county.operation.reference, None)
    assert found.board is not None
    assert [(alert.title, alert.act_label) for alert in found.board.alerts if alert.state == "late"] == [
        ("Check-in overdue", "")
    ]
    assert last.board is not None
    assert [alert for alert in last.board.alerts if alert.state == "late"] == []
