"""Many removals, with the loser's worker frozen at random moments, and a secret written directly after each answer."""

import asyncio
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency
from tests.faults.frozen import frozen
from tests.faults.raw import Raw
from tests.faults.scene import Scene
from tests.serving import Watched

ROUNDS, ROUNDS_AT_NIGHT = 8, 2000
LONGEST_START = 0.03  # seconds between what is asked for and the freeze: it falls into every part of an answer
LONGEST_FREEZE = 0.5  # seconds that the process stays frozen after the answer


class Storm:
    """Imran's worker against Asha, round after round."""

    def __init__(self, scene: Scene, dice: random.Random) -> None:
        self.scene, self.dice = scene, dice
        self.secrets: list[str] = []

    async def begin(self) -> "Storm":
        """Leave the report to the police and to whoever is given it in a round."""
        self.report = await self.scene.report()
        self.asha = await self.scene.person("asha", self.scene.here)
        self.imran = await self.scene.person("imran", self.scene.there)
        await self.scene.take(self.asha, await self.scene.grants(self.report, "HOU"))
        async with self.scene.database.reading() as session:
            rows = await session.execute(select(col(Agency.reference)).where(col(Agency.code) == "HOU"))
            self.agency = rows.scalar_one()
        page = (await self.asha.get(f"/reports/{self.report}")).text
        self.case = re.search(r'href="/cases/([a-z2-7]{26})', page)[1]  # type: ignore[index]
        self.file = await self.scene.hang(self.report)
        return self

    async def give(self) -> list[str]:
        terms = {"level": "read", "necessity": "on the day", "purpose": "the visit", "basis": "Public task"}
        until = f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}"
        sent = {"who": f"agency:{self.agency}", "until": until, "confirm": "1", **terms}
        answer = await self.asha.post(f"/reports/{self.report}/sharing", **sent)
        assert answer.status_code == 303, re.findall(r'class="[^"]*err[^"]*"[^>]*>([^<]*)', answer.text)
        return await self.scene.grants(self.report, "HOU")

    async def write(self, words: str) -> None:
        page = (await self.asha.get(f"/reports/{self.report}/edit")).text
        based_on = re.search(r'name="based_on" value="(\d+)"', page)[1]  # type: ignore[index]
        sent = {"title": words, "text": words, "based_on": based_on}
        answer = await self.asha.post(f"/reports/{self.report}/versions", **sent)
        assert answer.status_code in {204, 303}, answer.text

    async def round(self, number: int) -> None:
        """Give, look, freeze, take, write, go on: nothing that was written after the answer may arrive."""
        mark = f"visible {number} kingfisher"
        await self.write(mark)
        grants = await self.give()
        async with self.imran.watching(f"/cases/{self.case}") as screen:
            assert mark in screen.page or mark in screen.everything
            page = self.scene.line().ask(self.imran, f"/reports/{self.report}", self.scene.there)
            download = self.scene.line().ask(self.imran, self.file, self.scene.there)
            await asyncio.sleep(self.dice.uniform(0, LONGEST_START))
            with frozen(self.scene.there):
                await self.scene.take(self.asha, grants)
                left = [line.left_the_worker() for line in (page, download)]
                heard = len(screen.heard)
                self.secrets.append(f"secret {number} dragonfly")
                await self.write(self.secrets[-1])
                while page.take() or download.take():
                    pass
                await asyncio.sleep(self.dice.uniform(0, LONGEST_FREEZE))
            assert (await self.imran.get(f"/reports/{self.report}")).status_code == 404
            await self.judge(mark, (page, download), left)
            await self.until_closed(screen)
            assert not any(secret in screen.everything for secret in self.secrets)
            assert mark not in "".join(screen.heard[heard:]), "what was lost came once more after the answer"

    async def judge(self, mark: str, lines: tuple[Raw, Raw], left: list[int]) -> None:
        for line, bytes_left in zip(lines, left, strict=True):
            line.close_writing()
            after = (await line.drain())[bytes_left:]
            assert mark.encode() not in after
            assert b"kingfisher in the plan" not in after

    async def until_closed(self, screen: Watched) -> None:
        await screen.until(lambda one: self.report in one.retracted() or one.close_code is not None)


@pytest.mark.timeout(3 * 3600)
async def test_nothing_arrives_after_its_removal_was_answered(workers: Scene, seed: int, *, nightly: bool) -> None:
    storm = await Storm(workers, random.Random(seed)).begin()
    for number in range(ROUNDS_AT_NIGHT if nightly else ROUNDS):
        await storm.round(number)
    cleared = await workers.clearances()
    assert all(clearance.milliseconds <= 2500 for clearance in cleared if not clearance.confirmed)
