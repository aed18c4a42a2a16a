"""Everything on an operation, and where the live feed goes on from it; and what waits for the caller."""

from starlette.requests import Request
from starlette.responses import Response

from ops.api.answers import shown
from ops.api.operation_state import state_of
from ops.api.shapes.operations import OperationState
from ops.api.shapes.watch import WatchState
from ops.feed.workers import here_on
from ops.screens.board import board_of
from ops.screens.on_operation import on_operation
from ops.screens.watch import read_watch
from ops.topics import operation_topic
from ops.web.house import house_of
from ops.web.signed_in import asker


async def operation(request: Request) -> Response:
    """Show everything on an operation that the caller may see."""
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        seen = await on_operation(session, asker(request), reference)
        present = await here_on(session, operation_topic(reference), asker(request).at)
        state = state_of(seen, await board_of(session, asker(request), seen, present))
    return await shown(request, state, shown=_disclosed(state), cursor=cursor)


async def watch(request: Request) -> Response:
    """Show what waits for the caller's decision, and what they watch."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_watch(session, asker(request))
    state = WatchState.model_validate(found)
    return await shown(request, state, shown=found.shown, listed=found.listed, cursor=cursor)


def _disclosed(state: OperationState) -> list[str]:
    head = [state.operation.reference] if state.operation.projection == "full" else []
    places = [*(site.reference for site in state.sites), *(task.reference for task in state.tasks)]
    places.extend(person.reference for person in state.people_met)
    files = [file.reference for post in state.posts for file in post.files]
    return [*head, *places, *(post.reference for post in state.posts), *files]
