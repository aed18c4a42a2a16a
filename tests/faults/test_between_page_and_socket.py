"""Whatever is posted between a page and its socket is on the screen, once, and nothing else is."""

import asyncio
import random
from uuid import uuid4

from models.tasks import Task
from ops.proof.page_model import after_frames
from tests.journeys.conftest import Stage
from tests.journeys.test_fresh_page import same_as_fresh
from tests.journeys.test_main_job import INTERVIEW
from tests.serving import Person, Watched

ROUNDS, ROUNDS_AT_NIGHT = 3, 420
POSTS = 4  # for each round; with three stages a night tries 5,040 interleavings
LONGEST_PAUSE = 0.15  # seconds, the fault: how far page, posts and socket are drawn apart


async def post_at_random(tom: Person, path: str, task: str, words: list[str], dice: random.Random) -> None:
    for text in words:
        await asyncio.sleep(dice.random() * LONGEST_PAUSE)
        answer = await tom.post(path, task=task, text=text, audience="task", key=uuid4().hex, happened_at="")
        assert answer.status_code == 303, answer.text


def shows(words: str, screen: Watched) -> bool:
    return any(words in element for element in after_frames(screen).values())


def behind(screen: Watched) -> bool:
    """Say whether the server told the page to begin again: then a browser does."""
    return screen.close_code is not None or any(frame["do"] == "resync" for frame in screen.frames)


async def up_to(words: str, screen: Watched, board: str) -> Watched:
    """Wait until a line is shown, beginning again as often as a browser is told to."""
    while True:
        await screen.until(lambda heard: shows(words, heard) or behind(heard))
        if shows(words, screen):
            return screen
        await screen.close()
        screen = Watched(screen.person, (await screen.person.get(board)).text, screen.server)
        await screen.open()


async def test_what_is_posted_between_page_and_socket_is_shown_once(stage: Stage, seed: int, *, nightly: bool) -> None:
    dice = random.Random(seed)
    tom, asha = await stage.person("tom"), await stage.person("asha", stage.there)
    board, task = await asha.landing(), await stage.reference(Task, INTERVIEW)
    for number in range(ROUNDS_AT_NIGHT if nightly else ROUNDS):
        words = [f"heard between {number}-{place}z" for place in range(POSTS)]
        posting = asyncio.create_task(post_at_random(tom, f"{board}/posts", task, words, random.Random(dice.random())))
        await asyncio.sleep(dice.random() * LONGEST_PAUSE)
        screen = Watched(asha, (await asha.get(board)).text, stage.there)
        await asyncio.sleep(dice.random() * LONGEST_PAUSE)
        await screen.open()
        await posting
        screen = await up_to(words[-1], screen, board)
        await same_as_fresh(screen, board)
        shown = "".join(after_frames(screen).values())
        latest = [frame for frame in screen.frames if frame["do"] == "show"]
        for text in words:
            assert text in shown, "nothing lost"
            assert sum(text in str(frame) for frame in latest) <= 1, "a line comes once, unless it changes"
        await screen.close()
