"""What a program hears is what a page hears, decided once: only what it is made of differs."""

from datetime import timedelta

from live.frames import Sum, fill
from live.screen import CloseCode, ScreenKind
from tests.live.stage import Stage, clause, named


async def two_of_each(stage: Stage) -> tuple[list[str], list[str]]:
    """Give what two pages and two programs of the same officer heard of one post, as it came over the line."""
    stage.programs = False
    pages = [await stage.open("bob", "bob") for _ in range(2)]
    programs = [await stage.open("bob", "bob", kind=ScreenKind.OPERATION_FEED) for _ in range(2)]
    stage.journal.make("post", clause("bob"), text="heron")
    await stage.turn()
    raw = [[message for message in seat.browser.raw if "heron" in message] for seat in (*pages, *programs)]
    return [str(heard) for heard in raw[:2]], [str(heard) for heard in raw[2:]]


async def test_a_thing_is_drawn_once_for_pages_and_once_for_programs(stage: Stage) -> None:
    pages, programs = await two_of_each(stage)
    assert pages[0] == pages[1] != programs[0] == programs[1]
    assert "parts" in pages[0]
    assert "parts" not in programs[0]
    assert stage.journal.drawn["post"] == 2


async def test_a_program_loses_what_a_page_loses(stage: Stage) -> None:
    stage.programs = False
    seats = [await stage.open("bob", "bob"), await stage.open("bob", "bob", kind=ScreenKind.OPERATION_FEED)]
    stage.journal.make("post", clause("bob"), text="heron")
    await stage.turn()
    stage.journal.take("post", "bob")
    stage.journal.edit("post", "kestrel")
    await stage.turn()
    for seat in seats:
        assert [frame["ref"] for frame in seat.browser.done("retract")] == ["post"]
        assert not seat.browser.saw("kestrel")


async def test_a_program_that_must_begin_again_is_told_so_and_its_line_ends(stage: Stage) -> None:
    bob = stage.knock("bob", "bob", kind=ScreenKind.OPERATION_FEED, cursor="")
    await stage.turn()
    assert [frame["do"] for frame in bob.browser.frames] == ["resync"]
    assert await bob.running == CloseCode.TOO_OLD


async def test_who_is_here_is_told_to_a_program_that_follows_an_operation(stage: Stage) -> None:
    kinds = (ScreenKind.OPERATION_FEED, ScreenKind.CASE_FEED)
    operation, case = [await stage.open("bob", "bob", kind=kind) for kind in kinds]
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    drawn = stage.journal.drawn["sums"]
    stage.journal.script.present["operation:orchard"] = frozenset({named("carol")})
    stage.journal.pass_time(timedelta(seconds=2))
    await stage.turn()
    assert stage.journal.drawn["sums"] == drawn + 1, "one class looked again"
    assert operation.screen.life is case.screen.life


def test_presence_is_a_frame_of_its_own() -> None:
    frames = fill([Sum("figures", '{"arrests":1}'), Sum("present", "[]"), Sum("alerts", "[]")])
    assert frames == ['{"do":"sums","sums":{"figures":{"arrests":1},"alerts":[]}}', '{"do":"presence","present":[]}']
    assert fill([Sum("present", "[]")]) == ['{"do":"presence","present":[]}']
