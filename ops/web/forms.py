"""Forms as plain values: every field a string, absent ones empty, times as a browser sends them."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from ops.errors import Invalid
from ops.files.intake import MAX_BYTES, TakenIn, take_in
from ops.web.house import house_of

MAX_FILES = 6
MAX_FIELDS = 60
MAX_FIELD_BYTES = 200_000  # a long report, pasted
CHUNK_BYTES = 64 * 1024


async def fields(request: Request) -> dict[str, str]:
    """Read a form's text fields; the last value of a name wins."""
    form = await _form(request)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def many(request: Request, name: str) -> list[str]:
    """Read every value of one field, such as ticked boxes."""
    return [value for value in (await _form(request)).getlist(name) if isinstance(value, str)]


async def taken_files(request: Request, name: str) -> list[TakenIn]:
    """Take in the files that a form carries. Raises Invalid beside the field; nothing of a refused form is kept."""
    uploads = [
        upload
        for upload in (await _form(request)).getlist(name)
        if isinstance(upload, UploadFile) and (upload.filename or upload.size)
    ]
    if len(uploads) > MAX_FILES:
        raise Invalid({name: f"Send at most {MAX_FILES} files at once."})
    files = house_of(request).files
    taken: list[TakenIn] = []
    try:
        for upload in uploads:
            taken.append(await take_in(_pieces(upload), upload.filename or "file", files))  # noqa: PERF401 - kept for clean-up
    except Invalid as refusal:
        await files.remove(*(key for file in taken for key in file.keys))
        raise Invalid({name: next(iter(refusal.messages.values()))}) from None
    return taken


def instant(value: str) -> datetime | None:
    """Read a moment that a phone noted; None for anything unreadable, which then means now."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def kept(form: Mapping[str, str], *names: str) -> dict[str, str]:
    """Keep what was typed, for the form to be shown again."""
    return {name: form.get(name, "") for name in names}


async def _form(request: Request) -> FormData:
    if not hasattr(request.state, "form"):
        request.state.form = await request.form(
            max_files=MAX_FILES + 1, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        )
    form: FormData = request.state.form
    return form


async def _pieces(upload: UploadFile) -> AsyncIterator[bytes]:
    sent = 0
    while piece := await upload.read(CHUNK_BYTES):
        sent += len(piece)
        yield piece
        if sent > MAX_BYTES:
            return
