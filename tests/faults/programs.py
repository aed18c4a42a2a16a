"""Programs that follow something through whatever goes wrong, by the rules of docs/api-live.md alone."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from sqlalchemy import select
from sqlmodel import col
from websockets.asyncio.client import ClientConnection, connect

from live.audience import Level
from live.event import Touch
from models.agencies import Account, Agency, Officer
from models.grants import Grant, Resource
from models.operations import Site
from ops.access.principals import account_key
from ops.client.held import NEWEST, Held
from ops.proof.state_model import State, after_frames, comparable, settled
from ops.topics import operation_topic
from ops.transaction import Desk, Fact
from tests.faults.ground import Ground
from tests.faults.pages import Page, Timed, staying
from tests.journeys.acts import somebody
from tests.programs import token_for, token_of
from tests.serving import Person

API = "/api/v1"


@dataclass
class Robot(Person):
    """A program, where a person has a browser. `cookie` holds its token."""

    async def get(self, path: str) -> httpx2.Response:
        """Ask for something."""
        return await super().get(f"{API}{path}")

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.cookie}"}


class Followed(Timed):
    """A state that was read once, and everything that was heard since."""

    def __init__(self, robot: Robot, path: str, answer: httpx2.Response) -> None:
        self.path, self.state, self.begins = path, answer.json(), answer.headers["live-cursor"]
        super().__init__(robot, answer.text)

    def _first_cursor(self) -> str:
        return self.begins

    async def _connect(self) -> ClientConnection:
        address = f"ws://localhost:{self.server.port}{API}/live"
        token = {"authorization": f"Bearer {self.person.cookie}"}
        socket = await connect(address, additional_headers=token, compression=None)
        _, kinds, reference = self.path.split("/")
        join = {"do": "join", kinds.removesuffix("s"): reference, "cursor": self.cursor}
        await socket.send(json.dumps(join))
        return socket


class Following(Page):
    """Something that a program follows, through all the states that it has to read."""

    def life(self, answer: httpx2.Response) -> Timed:
        """Give what begins with a state."""
        assert isinstance(self.person, Robot)
        return Followed(self.person, self.path, answer)

    @property
    def followed(self) -> list[Followed]:
        """Give every state and what followed it."""
        return [life for life in self.lives if isinstance(life, Followed)]

    async def as_fresh(self) -> None:
        """Wait until state and frames are what it would read again."""
        fresh, held = State(), State()
        for _ in range(3):
            fresh = comparable((await self.person.get(self.path)).json())
            with suppress(TimeoutError):
                await self.screen.until(lambda _: settled(self._held(fresh)) == settled(fresh))  # noqa: B023
                return
            held = self._held(fresh)
        different = {name: _apart(held.get(name), fresh[name]) for name in fresh if held.get(name) != fresh[name]}
        raise AssertionError(f"{self.person.name}: {different}")

    def _held(self, fresh: State) -> State:
        """Give what it holds, but for posts that are only too old for a state, which has the newest."""
        life = self.followed[-1]
        held = after_frames(life.state, life.frames)
        if "posts" not in held:
            return held
        newest = sorted((post["happened_at"] for post in fresh["posts"].values()), reverse=True)[:NEWEST]
        since = newest[-1] if len(newest) == NEWEST else ""
        posts = held["posts"].items()
        return held | {
            "posts": {ref: post for ref, post in posts if ref in fresh["posts"] or post["happened_at"] > since}
        }

    def news(self) -> list[str]:
        """Give the words of every post that was new to a client like `tallyboard watch`, as often as it said so."""
        held, found = Held(), list[str]()
        for life in self.followed:
            changes = held.begin(life.state, life.begins)
            for frame in life.frames:
                changes.extend(held.apply(frame))
            found += [one.now["text"] for one in changes if one.what == "post" and one.now and not one.before]
        return found


def _apart(held: Any, fresh: Any) -> Any:
    if not isinstance(held, dict) or not isinstance(fresh, dict):
        return held, fresh
    return sorted(name for name in held.keys() | fresh.keys() if held.get(name) != fresh.get(name))


@asynccontextmanager
async def followed(ground: Ground, robots: Iterable[Robot], path: str) -> AsyncIterator[list[Following]]:
    """Let programs follow something, whatever happens to their lines."""
    programs = [Following(robot, path) for robot in robots]
    async with staying(list(programs)):
        yield programs


async def script(ground: Ground, name: str) -> Robot:
    """Give somebody's own script."""
    return Robot(ground.address, await token_of(ground.address.database_url, name), name)


async def account(ground: Ground, desk: Desk, agency: str, operation: str) -> Robot:
    """Give the program of an account of an agency that may read an operation and its site S1, and nothing else."""
    name = f"Program of {agency}"
    async with desk.work(await somebody(desk), changes_access=True) as work:
        owner = (await work.session.execute(select(Agency).where(col(Agency.code) == agency))).scalar_one()
        made = Account(agency_id=owner.id, name=name)
        acts = Officer(agency_id=owner.id, name=name, active=False, account_id=made.id)
        for row in (made, acts):
            work.add(row)
            await work.session.flush()
        box = (await work.session.execute(select(Resource).where(col(Resource.reference) == operation))).scalar_one()
        sites = select(col(Site.id)).where(col(Site.operation_id) == box.id, col(Site.code) == "S1")
        for thing in (box.id, (await work.session.execute(sites)).scalar_one()):
            grant = Grant(
                resource_id=thing,
                principal=account_key(made.id),
                grantee_agency_id=owner.id,
                level=int(Level.READ),
                starts=work.asker.at,
                granted_at=work.asker.at,
            )
            work.add(grant)
            topics = (operation_topic(operation),)
            work.record(Fact.ACCESS_GIVEN, thing, topics, grant, touches=Touch.ACCESS)
        who = acts.id
    return Robot(ground.address, await token_for(ground.address.database_url, who), name)
