"""Bringing tables in: send one up, say which column is what, look at what is wrong, let it become things."""

import asyncio
import os
import tempfile
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from ops.actions.imports import abandon, begin_publishing, check, own_import, stage
from ops.errors import Conflict, Invalid
from ops.files.sheets import LARGEST, Sheet, read_sheet
from ops.screens.imports import bad_sheet, kinds_for, my_imports, read_import
from ops.web.forms import fields, uploaded
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

PIECE = 1024 * 1024


async def imports(request: Request) -> Response:
    """List one's imports, and offer a new one."""
    return await _list(request, {})


async def begin(request: Request) -> Response:
    """Take a table in and stage its lines."""
    kind = (await fields(request)).get("kind", "")
    try:
        label, sheet = await table_sent(request, kind, "file")
        reference = await stage(house_of(request).desk, asker(request), kind, label, sheet)
    except Invalid as refusal:
        return await _list(request, refusal.messages, 422)
    return RedirectResponse(f"/imports/{reference}", 303)


async def table_sent(request: Request, kind: str, field: str) -> tuple[str, Sheet]:
    """Read the table that a form carries, and its name. Raises Invalid for one that is none, or not theirs to bring."""
    if kind not in {one.name for one in kinds_for(asker(request))}:
        raise Invalid({"kind": "Choose what the lines are, out of what your duty brings in."})
    upload = await uploaded(request, field)
    path = await _kept(upload)
    try:
        return Path(upload.filename or "table").name, await asyncio.to_thread(read_sheet, path)
    finally:
        path.unlink()


async def one(request: Request) -> Response:
    """Show an import."""
    return await _one(request, {})


async def judge(request: Request) -> Response:
    """Try every line under a choice of columns."""
    sent = await fields(request)
    chosen = {name[4:]: int(value) for name, value in sent.items() if name.startswith("col-") and value.isdigit()}
    doubles = bool(sent.get("doubles"))
    try:
        await check(house_of(request).desk, asker(request), _reference(request), chosen, with_doubles=doubles)
    except (Invalid, Conflict) as refusal:
        return await _refused(request, refusal)
    return RedirectResponse(f"/imports/{_reference(request)}", 303)


async def publish(request: Request) -> Response:
    """Let the lines become things."""
    only_good = (await fields(request)).get("which") == "good"
    try:
        await begin_publishing(house_of(request).desk, asker(request), _reference(request), only_good=only_good)
    except Conflict as refusal:
        return await _refused(request, refusal)
    return RedirectResponse(f"/imports/{_reference(request)}", 303)


async def throw_away(request: Request) -> Response:
    """Forget the staged lines."""
    try:
        await abandon(house_of(request).desk, asker(request), _reference(request))
    except Conflict as refusal:
        return await _refused(request, refusal)
    return RedirectResponse("/imports", 303)


async def bad(request: Request) -> Response:
    """Give the lines that will not be brought in, to be mended."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        row = await own_import(session, asker(request), _reference(request))
    headers = {"content-disposition": f'attachment; filename="wrong-{row.reference}.csv"'}
    content = bad_sheet(house.desk.database.reading, row)
    return StreamingResponse(content, media_type="text/csv", headers=headers)


def _reference(request: Request) -> str:
    found: str = request.path_params["ref"]
    return found


async def _refused(request: Request, refusal: Invalid | Conflict) -> Response:
    messages = refusal.messages if isinstance(refusal, Invalid) else {"mapping": str(refusal)}
    return await _one(request, messages, 422 if isinstance(refusal, Invalid) else 409)


async def _one(request: Request, errors: dict[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_import(session, asker(request), _reference(request))
    return await page(request, "imports/import.html", {"found": found, "errors": errors}, nav="cases", status=status)


async def _list(request: Request, errors: dict[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await my_imports(session, asker(request))
    context = {"imports": found, "kinds": kinds_for(asker(request)), "errors": errors}
    return await page(request, "imports/imports.html", context, nav="cases", status=status)


async def _kept(upload: UploadFile) -> Path:
    """Put an upload into a file of its own; the reader of workbooks wants a path."""
    handle, name = tempfile.mkstemp(suffix=".table")
    size = 0
    with os.fdopen(handle, "wb") as file:
        while piece := await upload.read(PIECE):
            size += len(piece)
            if size > LARGEST + 1:
                break  # the reader says that it is too large
            await asyncio.to_thread(file.write, piece)
    return Path(name)
