"""Files, served only through their parent's rule: the shared copy and the thumbnail, never the sealed original."""

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from live.answers import discloses
from models.attachments import Attachment
from models.audit import Act
from ops.access.doors import find_row
from ops.errors import NotFound
from ops.screens.withdrawn import is_withdrawn
from ops.web.house import house_of
from ops.web.pages import disclose
from ops.web.signed_in import asker

SANDBOX = "default-src 'none'; sandbox"  # whatever is in a file, it runs nothing here


async def download(request: Request) -> Response:
    """Give the shared copy as a download."""
    return await _serve(request, Act.FILE_DOWNLOADED, "shared", "attachment")


async def view(request: Request) -> Response:
    """Give the shared copy of a picture to look at; other kinds only download."""
    return await _serve(request, Act.FILE_VIEWED, "shared", "inline")


async def thumbnail(request: Request) -> Response:
    """Give the small picture that lists show."""
    return await _serve(request, None, "thumbnail", "inline")


async def _serve(request: Request, act: Act | None, copy: str, disposition: str) -> Response:
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        row, _ = await find_row(session, asker(request), reference, Attachment)
        if await is_withdrawn(session, row.parent_id):
            raise NotFound
    key = row.thumbnail_key if copy == "thumbnail" else row.shared_key
    if not key or (disposition == "inline" and not row.thumbnail_key):
        raise NotFound
    content = await house.files.read(key)  # before the audit: what is not there is not disclosed
    discloses(asker(request).officer, asker(request).sign_in, [reference])
    if act:
        await disclose(house, asker(request), act, [reference])
    headers = {
        "content-disposition": f'{disposition}; filename="{ascii_name(row.name)}"',
        "content-security-policy": SANDBOX,
    }
    media_type = "image/jpeg" if copy == "thumbnail" else row.media_type
    return StreamingResponse(content, media_type=media_type, headers=headers)


def ascii_name(name: str) -> str:
    """Give a file's name as a header may carry it."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_. ") else "_" for letter in name)
