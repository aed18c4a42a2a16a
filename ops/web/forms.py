"""Forms as plain values: every field a string, absent ones empty, times as a browser sends them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from ops.actions.posts import unfiled
from ops.errors import Invalid, NotFound
from ops.files.intake import MAX_BYTES, TakenIn, take_in
from ops.web.house import house_of

MAX_FILES = 6
MAX_PARTS = 40  # a browser sends a part for each input left empty, and too many files are told beside their field
MAX_FIELDS = 60
MAX_FIELD_BYTES = 200_000  # a long report, pasted
CHUNK_BYTES = 64 * 1024


async def fields(request: Request) -> dict[str, str]:
    """Read a form's text fields; the last value of a name wins."""
    form = await _form(request)
    return {name: _kept_by_databases(value) for name, value in form.items() if isinstance(value, str)}


async def every(request: Request) -> list[tuple[str, str]]:
    """Read every text field, a name as often as it was sent."""
    form = await _form(request)
    return [(name, _kept_by_databases(value)) for name, value in form.multi_items() if isinstance(value, str)]


async def many(request: Request, name: str) -> list[str]:
    """Read every value of one field, such as ticked boxes."""
    found = (await _form(request)).getlist(name)
    return [_kept_by_databases(value) for value in found if isinstance(value, str)]


@asynccontextmanager
async def filing(request: Request, name: str) -> AsyncIterator[list[TakenIn]]:
    """Take in the files that a form carries, for the block to file them.

    What no row names afterwards is removed again: the files of a refused form, and those of one that came twice.
    """
    house, taken = house_of(request), await taken_files(request, name)
    async with house.files.kept_only_on_success(*(key for file in taken for key in file.keys)):
        yield taken
    await house.files.remove(*await unfiled(house.desk, taken))


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
    except BaseException as stopped:
        await files.remove(*(key for file in taken for key in file.keys))
        if isinstance(stopped, Invalid):
            raise Invalid({name: next(iter(stopped.messages.values()))}) from None
        raise
    return taken


async def uploaded(request: Request, name: str) -> UploadFile:
    """Give the one file that a form carries. Raises Invalid beside the field when there is none."""
    upload = (await _form(request)).get(name)
    if not isinstance(upload, UploadFile) or not (upload.filename or upload.size):
        raise Invalid({name: "Choose a file."})
    return upload


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


def _kept_by_databases(value: str) -> str:
    """Drop what no keyboard types and PostgreSQL keeps nowhere: the zero letter, and halves of letters."""
    return value.replace("\0", "").encode(errors="ignore").decode()


async def _form(request: Request) -> FormData:
    if not hasattr(request.state, "form"):
        request.state.form = await request.form(
            max_files=MAX_PARTS, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES
        )
        if getattr(request.state, "asker", None) is not None and not getattr(request.state, "came_whole", False):
            # a body may take minutes, and access end meanwhile
            request.state.asker = await request.state.behind(request)
            if request.state.asker is None:
                raise NotFound
    form: FormData = request.state.form
    return form


async def _pieces(upload: UploadFile) -> AsyncIterator[bytes]:
    sent = 0
    while piece := await upload.read(CHUNK_BYTES):
        sent += len(piece)
        yield piece
        if sent > MAX_BYTES:
            return
