"""Static files are everyone's and stay in the browser; attachments are their readers' alone and run nothing."""

import pytest

from models.attachments import Attachment
from ops.paths import STATIC
from ops.web.templates import static_url
from tests.web.building import SEALED, SHARED, THUMBNAIL, Building, absent, steady

OUTSIDE = [
    "../pyproject.toml",
    "..%2fpyproject.toml",
    "%2e%2e/pyproject.toml",
    "css/../../pyproject.toml",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..%5cpyproject.toml",
    "css",
    "",
    "%00",
]


async def test_a_static_file_named_by_its_content_is_kept_for_ever(small: Building) -> None:
    answer = await small.stranger.get(static_url("css/app.css"))
    assert answer.content == (STATIC / "css/app.css").read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in answer.headers


async def test_every_static_file_that_a_page_asks_for_is_there(small: Building) -> None:
    for path in (path for path in STATIC.rglob("*") if path.is_file()):
        answer = await small.stranger.get(static_url(path.relative_to(STATIC).as_posix()))
        assert answer.status_code == 200


async def test_nothing_outside_the_static_folder_is_served(small: Building) -> None:
    for path in OUTSIDE:
        answer = await small.stranger.get(f"/static/{path}")
        assert (answer.status_code, "[project]" in answer.text, "root:" in answer.text) == (404, False, False), path


async def test_an_attachment_comes_as_a_download_in_a_sandbox(building: Building) -> None:
    bob = await building.enter(building.county.bob)
    answer = await bob.get(f"/attachments/{building.county.visit_photo.reference}")
    assert (answer.content, answer.headers["content-type"]) == (SHARED, "image/jpeg")
    assert answer.headers["content-disposition"] == 'attachment; filename="photo.jpg"'
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")


async def test_a_thumbnail_and_a_view_run_nothing_either(small: Building) -> None:
    bob, photo = await small.enter(small.county.bob), small.county.visit_photo.reference
    for part, content in (("thumbnail", THUMBNAIL), ("view", SHARED)):
        answer = await bob.get(f"/attachments/{photo}/{part}")
        assert answer.content == content
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize("part", ["", "/view", "/thumbnail"])
async def test_a_forbidden_attachment_is_one_that_does_not_exist(small: Building, part: str) -> None:
    oscar = await small.enter(small.county.oscar)
    nothing = steady(await oscar.get(f"/attachments/{absent()}{part}"))
    assert nothing[0] == 404
    for photo in (small.county.visit_photo, small.county.post_photo):
        assert steady(await oscar.get(f"/attachments/{photo.reference}{part}")) == nothing


async def test_the_sealed_original_has_no_address(small: Building) -> None:
    alice, photo = await small.enter(small.county.alice), small.county.visit_photo.reference
    parts = (
        "",
        "/view",
        "/thumbnail",
        "/sealed",
        "/original",
        "/view?copy=sealed",
        "?copy=sealed",
        "/shared",
        "/sealed_key",
    )
    for part in parts:
        assert SEALED not in (await alice.get(f"/attachments/{photo}{part}")).content


async def test_a_files_name_cannot_write_a_header(small: Building) -> None:
    alice, photo = await small.enter(small.county.alice), small.county.visit_photo
    for name in ('a"; x="b.jpg', "a\r\nset-cookie: b=c.jpg", "ä€\u202egpj.exe", "../../etc/passwd", ""):
        async with small.database.writing() as session:
            (await session.get_one(Attachment, photo.id)).name = name
        answer = await alice.get(f"/attachments/{photo.reference}")
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith('attachment; filename="')
        assert disposition.count('"') == 2
        assert "set-cookie" not in answer.headers
