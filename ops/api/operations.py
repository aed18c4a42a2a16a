"""Operations: the list, everything on one, the caller's own day, who could see a post, and what is said there."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ops.actions.check_ins import check_in, see_call
from ops.actions.posts import NewPost, make_post
from ops.api import operation_state as given
from ops.api.answers import done, made, part, place, shown
from ops.api.declared import asked, key_of, sent
from ops.api.once import once
from ops.api.shapes import operations as shapes
from ops.api.shapes.common import Asked, AskedPage, Reference
from ops.feed.workers import here_on
from ops.screens.board import board_of
from ops.screens.composer import read_composer
from ops.screens.lists import operations_after
from ops.screens.my_day import read_my_day
from ops.screens.on_operation import on_operation
from ops.topics import operation_topic
from ops.web.house import house_of
from ops.web.signed_in import asker


class AskedPlace(Asked):
    """What a post would be about; neither: the whole operation."""

    task: Reference | None = None
    site: Reference | None = Field(default=None)


async def operations(request: Request) -> Response:
    """List the operations that the caller may see or know of."""
    wanted = asked(request, AskedPage)
    async with house_of(request).desk.database.reading() as session:
        rows = await operations_after(session, asker(request), place(request, wanted), wanted.limit + 1)
    listed = [row.reference for row in rows[: wanted.limit] if not row.stub]
    found = part(request, wanted, rows, given.operation_line, lambda row: row.reference)
    return await shown(request, found, listed=listed)


async def operation(request: Request) -> Response:
    """Show everything on an operation that the caller may see, and where the live feed goes on."""
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        seen = await on_operation(session, asker(request), reference)
        present = await here_on(session, operation_topic(reference), asker(request).at)
        state = given.state_of(seen, await board_of(session, asker(request), seen, present))
    return await shown(request, state, shown=_disclosed(state), cursor=cursor)


async def mine(request: Request) -> Response:
    """Show the caller's day."""
    async with house_of(request).desk.database.reading() as session:
        day = await read_my_day(session, asker(request), request.path_params["ref"])
    found = given.my_tasks(day)
    tasks = [task.reference for task in (*found.held, *found.open, *found.held_elsewhere)]
    return await shown(request, found, shown=tasks)


async def audiences(request: Request) -> Response:
    """Show who could see a post."""
    about, reference = asked(request, AskedPlace), request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        found = await read_composer(session, asker(request), reference, about.task or "", about.site or "")
    choices = tuple(shapes.AudienceChoice.model_validate(choice) for choice in found.choices)
    return await shown(request, shapes.Audiences(choices=choices))


async def post(request: Request) -> Response:
    """File a post."""
    new = sent(request, shapes.NewPost)
    filed = NewPost(
        operation=request.path_params["ref"],
        text=new.text,
        audience=new.audience,
        key=key_of(request),
        task=new.task or "",
        site=new.site or "",
        happened_at=new.happened_at,
    )
    return made("/posts", await make_post(house_of(request).desk, asker(request), filed, ()))


async def say(request: Request) -> Response:
    """Check in, or call for help."""
    said = sent(request, shapes.NewCheckIn)
    desk, reference = house_of(request).desk, request.path_params["ref"]
    await check_in(desk, asker(request), reference, said.kind, said.note, key_of(request))
    return done()


async def see(request: Request) -> Response:
    """Acknowledge a call for help."""
    await once(request, lambda desk: see_call(desk, asker(request), request.path_params["ref"]))
    return done()


def _disclosed(state: shapes.OperationState) -> list[str]:
    head = [state.operation.reference] if state.operation.projection == "full" else []
    places = [*(site.reference for site in state.sites), *(task.reference for task in state.tasks)]
    files = [file.reference for post in state.posts for file in post.files]
    return [*head, *places, *(post.reference for post in state.posts), *files]
