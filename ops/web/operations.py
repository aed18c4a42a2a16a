"""The board, my tasks, and everything an officer does on an operation."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.base import new_reference
from ops.access.asker import Asker
from ops.actions.check_ins import check_in, see_call
from ops.actions.once import usable
from ops.actions.overlaps import settle_overlap
from ops.actions.posts import NewPost, make_post
from ops.actions.tasks import claim_task, move_task, release_task
from ops.errors import Invalid
from ops.feed.workers import here_on
from ops.screens.board import read_board
from ops.screens.board_values import Board
from ops.screens.composer import read_composer
from ops.screens.lists import my_operations
from ops.screens.my_day import read_my_day
from ops.screens.values import PostLine
from ops.topics import operation_topic
from ops.web.forms import fields, filing, instant, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

VIEWS = ("sites", "grid", "map")


async def front(request: Request) -> Response:
    """Lead to the operation under way, or say that none is."""
    return await _newest(request, "")


async def mine(request: Request) -> Response:
    """Lead to my tasks on the operation under way."""
    return await _newest(request, "/mine")


async def board(request: Request) -> Response:
    """Show the live board."""
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        present = await here_on(session, operation_topic(reference), asker(request).at)
        shown = await read_board(session, asker(request), reference, present)
    asked = request.query_params.get("view", "")
    context = {"board": shown, "cursor": cursor, "live_url": f"/operations/{reference}/live?kind=board"}
    context["view"] = asked if asked in VIEWS else VIEWS[0]
    return await page(request, "board.html", context, nav="board", shown=disclosed_by_board(shown))


async def my_tasks(request: Request) -> Response:
    """Show one officer's day."""
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        day = await read_my_day(session, asker(request), reference)
    context = {"day": day, "cursor": cursor, "live_url": f"/operations/{reference}/live?kind=field"}
    tasks = (*day.next, *day.open_tasks, *day.held_elsewhere, *([day.current] if day.current else ()))
    shown = [
        *([reference] if day.title else []),
        *([day.current_site.reference] if day.current_site else []),
        *(task.reference for task in tasks),
        *(person.reference for person in day.people),
        *_with_files(day.posts),
    ]
    return await page(request, "field.html", context, nav="field", shown=shown)


async def compose(request: Request) -> Response:
    """Show the composer of a post."""
    query = request.query_params
    typed = {"text": "", "audience": "", "task": query.get("task", ""), "site": query.get("site", "")}
    return await _composer(request, asker(request), typed, {}, new_reference())


async def post(request: Request) -> Response:
    """File a post; a refused one comes back with everything that was typed."""
    house, sent = house_of(request), await fields(request)
    reference = request.path_params["ref"]
    new = NewPost(
        operation=reference,
        text=sent.get("text", ""),
        audience=sent.get("audience", ""),
        key=sent.get("key", ""),
        task=sent.get("task", ""),
        site=sent.get("site", ""),
        happened_at=instant(sent.get("happened_at", "")),
    )
    try:
        async with filing(request, "photos") as files:
            await make_post(house.desk, asker(request), new, files)
    except Invalid as refusal:
        typed = kept(sent, "text", "audience", "task", "site")
        return await _composer(
            request, asker(request), typed, refusal.messages, new.key if usable(new.key) else new_reference(), 422
        )
    return done(request, f"/operations/{reference}/mine")


async def move(request: Request) -> Response:
    """Bring a task to a status."""
    sent = await fields(request)
    await move_task(
        house_of(request).desk,
        asker(request),
        request.path_params["ref"],
        sent.get("status", ""),
        instant(sent.get("happened_at", "")),
    )
    return done(request)


async def claim(request: Request) -> Response:
    """Hold a task."""
    await claim_task(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def release(request: Request) -> Response:
    """Let go of a task."""
    await release_task(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def say(request: Request) -> Response:
    """Check in, or call for help."""
    sent = await fields(request)
    await check_in(
        house_of(request).desk,
        asker(request),
        request.path_params["ref"],
        sent.get("kind", ""),
        sent.get("note", ""),
        sent.get("key", ""),
    )
    return done(request)


async def see(request: Request) -> Response:
    """Acknowledge a call for help."""
    await see_call(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def settle(request: Request) -> Response:
    """Say that the visits planned at a site do not clash."""
    await settle_overlap(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def _newest(request: Request, page_of_it: str) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await my_operations(session, asker(request))
    if not found:
        return await page(request, "first_run.html", {}, nav="board")
    return RedirectResponse(f"/operations/{found[0].reference}{page_of_it}", 303)


async def _composer(
    request: Request, who: Asker, typed: dict[str, str], errors: dict[str, str], key: str, status: int = 200
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        composer = await read_composer(session, who, reference, typed["task"], typed["site"])
    context = {
        "operation": composer,
        "task": composer.task,
        "site": typed["site"],
        "choices": composer.choices,
        "form": typed,
        "errors": errors,
        "key": key,
    }
    place = composer.task.reference if composer.task else composer.site
    shown = [*([composer.operation] if composer.title else []), *([place] if place else [])]
    return await page(request, "post_new.html", context, nav="field", status=status, listed=shown)


def disclosed_by_board(shown: Board) -> list[str]:
    """Name what the board shows; an operation that is merely discoverable shows nothing of its own."""
    return [
        *([shown.reference] if shown.readable else []),
        *(site.reference for site in shown.sites),
        *(task.reference for site in shown.sites for task in site.tasks),
        *(task.reference for task in shown.loose_tasks),
        *(person.reference for person in shown.people),
        *_with_files([*shown.feed, *(site.latest for site in shown.sites if site.latest)]),
    ]


def _with_files(posts: Iterable[PostLine]) -> list[str]:
    return [reference for post in posts for reference in (post.reference, *(file.reference for file in post.files))]
