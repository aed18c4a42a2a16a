"""Sites, tasks and posts, one by one: what they are, who holds a task, how far it has come, what is withdrawn."""

from starlette.requests import Request
from starlette.responses import Response

from models.operations import Site
from models.tasks import Post, Task
from ops.access.doors import find_row
from ops.actions.tasks import claim_task, move_task, release_task
from ops.actions.withdrawals import withdraw_post
from ops.api import operation_state as given
from ops.api.answers import done, shown
from ops.api.declared import sent
from ops.api.once import once
from ops.api.shapes import operations as shapes
from ops.screens.lines import post_lines, sites_named, task_lines
from ops.web.house import house_of
from ops.web.signed_in import asker


async def site(request: Request) -> Response:
    """Show a site."""
    async with house_of(request).desk.database.reading() as session:
        row, _ = await find_row(session, asker(request), request.path_params["ref"], Site)
        ((_, reference, operation),) = await sites_named(session, [row.id])
    return await shown(request, given.site(row, reference, operation), shown=[reference])


async def task(request: Request) -> Response:
    """Show a task."""
    async with house_of(request).desk.database.reading() as session:
        row, _ = await find_row(session, asker(request), request.path_params["ref"], Task)
        line = (await task_lines(session, [row.id], asker(request).at))[row.id]
    return await shown(request, given.task(line), shown=[line.reference], version=str(line.revision))


async def post(request: Request) -> Response:
    """Show a post."""
    async with house_of(request).desk.database.reading() as session:
        row, _ = await find_row(session, asker(request), request.path_params["ref"], Post)
        line = (await post_lines(session, [row.id], asker(request).at))[row.id]
    disclosed = [line.reference, *(file.reference for file in line.files)]
    return await shown(request, given.post(line), shown=disclosed, version=str(line.revision))


async def withdraw(request: Request) -> Response:
    """Withdraw a post."""
    why, reference = sent(request, shapes.PostWithdrawn).reason, request.path_params["ref"]
    await once(request, lambda desk: withdraw_post(desk, asker(request), reference, why))
    return done()


async def move(request: Request) -> Response:
    """Bring a task to a status."""
    new, reference = sent(request, shapes.NewStatus), request.path_params["ref"]
    await once(request, lambda desk: move_task(desk, asker(request), reference, new.status, new.happened_at))
    return done()


async def claim(request: Request) -> Response:
    """Hold a task."""
    await once(request, lambda desk: claim_task(desk, asker(request), request.path_params["ref"]))
    return done()


async def release(request: Request) -> Response:
    """Let go of a task."""
    await release_task(house_of(request).desk, asker(request), request.path_params["ref"])
    return done()
