"""Reports and posts are withdrawn; what they said is opened again by their agency's information manager alone."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ops.actions.sealed import open_sealed, open_sealed_file
from ops.actions.withdrawals import withdraw_post, withdraw_report
from ops.errors import Conflict, Invalid
from ops.screens.post_withdrawal import read_post_to_withdraw
from ops.screens.withdrawn import withdrawn_by_my_agency
from ops.web.attachments import SANDBOX, ascii_name
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.reports import refused_report
from ops.web.signed_in import asker


async def report(request: Request) -> Response:
    """Withdraw a report; a refused form comes back on the report's page."""
    reference, typed = request.path_params["ref"], kept(await fields(request), "withdrawn")
    try:
        await withdraw_report(house_of(request).desk, asker(request), reference, typed["withdrawn"])
    except Invalid as refusal:
        return await refused_report(request, refusal.messages, typed)
    return done(request, f"/reports/{reference}")


async def post_form(request: Request) -> Response:
    """Show a post, and the form that withdraws it."""
    return await _post(request, {}, {})


async def post(request: Request) -> Response:
    """Withdraw a post; a refused form comes back with what was typed."""
    reference, typed = request.path_params["ref"], kept(await fields(request), "withdrawn")
    try:
        await withdraw_post(house_of(request).desk, asker(request), reference, typed["withdrawn"])
    except Invalid as refusal:
        return await _post(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await _post(request, typed, {"withdrawn": str(refusal)}, 409)
    return done(request, f"/posts/{reference}/sharing")


async def ours(request: Request) -> Response:
    """List what my agency withdrew."""
    async with house_of(request).desk.database.reading() as session:
        found = await withdrawn_by_my_agency(session, asker(request))
    references = [line.reference for line in found]
    return await page(request, "agency/withdrawn.html", {"withdrawn": found}, listed=references)


async def open_one(request: Request) -> Response:
    """Show what a withdrawn report said; the act wrote down that it was opened."""
    sealed = await open_sealed(house_of(request).desk, asker(request), request.path_params["ref"])
    return await page(request, "agency/sealed.html", {"sealed": sealed})


async def open_file(request: Request) -> Response:
    """Give a file of a withdrawn report as it came, place and camera included."""
    house = house_of(request)
    key, name = await open_sealed_file(house.desk, asker(request), request.path_params["ref"])
    headers = {
        "content-disposition": f'attachment; filename="{ascii_name(name)}"',
        "content-security-policy": SANDBOX,
    }
    return StreamingResponse(await house.files.read(key), media_type="application/octet-stream", headers=headers)


async def _post(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        shown = await read_post_to_withdraw(session, asker(request), request.path_params["ref"])
    context = {"post": shown, "form": typed, "errors": errors}
    whole = [shown.line.reference, *(file.reference for file in shown.line.files)]
    return await page(request, "post_withdraw.html", context, nav="board", status=status, shown=whole)
