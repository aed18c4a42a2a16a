"""Access that is given and taken while things go wrong, with a secret written directly after each answer."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency
from tests.faults.ground import Ground
from tests.faults.scene import Scene
from tests.serving import Person

LOSES = "HOU"  # Imran's agency: what it reads of the report, it reads by a grant of the police
TERMS = {"level": "read", "necessity": "on the day", "purpose": "the visit", "basis": "Public task"}


@dataclass
class Removals:
    """Asha gives Housing a report of hers and takes it away; she writes into it before and after."""

    ground: Ground
    scene: Scene
    asha: Person
    report: str
    case: str
    agency: str
    mark: str = field(default_factory=lambda: f"kingfisher{uuid4().hex[:8]}")
    written: int = 0
    answered_in: list[float] = field(default_factory=list)

    @classmethod
    async def of(cls, ground: Ground) -> "Removals":
        scene = Scene(ground.address, ground.address, ground.database, ground.folder)
        asha, report = await ground.person("asha"), await scene.report()
        page = (await asha.get(f"/reports/{report}")).text
        case = re.search(r'href="/cases/([a-z2-7]{26})', page)
        assert case
        async with ground.database.reading() as session:
            rows = await session.execute(select(col(Agency.reference)).where(col(Agency.code) == LOSES))
            agency = rows.scalar_one()
        made = cls(ground, scene, asha, report, f"/cases/{case[1]}", agency)
        await made.take()
        return made

    async def write(self) -> str:
        """Write a new version with a word of its own; gives the word."""
        word = f"{self.mark}n{self.written:05d}z"
        self.written += 1
        while True:
            page = (await self._asked("GET", f"/reports/{self.report}/edit")).text
            based_on = re.search(r'name="based_on" value="(\d+)"', page)
            assert based_on, page[:400]
            if word in page:
                return word  # it was written, only the answer was lost
            sent = {"title": "Visit record", "text": word, "based_on": based_on[1]}
            answer = await self._asked("POST", f"/reports/{self.report}/versions", **sent)
            assert answer.status_code in {204, 303, 409}, answer.text
            if answer.status_code != 409:
                return word

    async def give(self) -> None:
        until = f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}"
        sent = {"who": f"agency:{self.agency}", "until": until, "confirm": "1", **TERMS}
        answer = await self._asked("POST", f"/reports/{self.report}/sharing", **sent)
        assert answer.status_code == 303, answer.text

    async def take(self) -> None:
        """Take it away; when this ends it has been answered."""
        for grant in await self.scene.grants(self.report, LOSES):
            began = time.monotonic()
            answer = await self._asked("POST", f"/grants/{grant}/remove", why="a test")
            done_before = "was removed already" in answer.text  # only its answer was lost
            assert answer.status_code in {303, 404} or done_before, answer.text
            self.answered_in.append(time.monotonic() - began)

    async def round(self) -> None:
        """Give, write what may be seen, take, and write at once what may not."""
        await self.write()
        await self.give()
        await self.write()
        await self.take()
        await self.write()

    async def _asked(self, method: str, path: str, **sent: str) -> httpx2.Response:
        while True:
            try:
                answer = await (self.asha.get(path) if method == "GET" else self.asha.post(path, **sent))
            except httpx2.TransportError:
                continue
            if answer.status_code != 503:
                return answer
