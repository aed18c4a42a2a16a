"""What may come in is judged by content alone."""

import pytest

from ops.errors import Invalid
from ops.files.kinds import Kind, judge, kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1\x20\x20Exif\0\0", Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind.PNG),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind.HEIF),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Kind.HEIF),
        (b"%PDF-1.7\n", Kind.PDF),
    ],
)
def test_what_phones_and_scanners_make_is_recognised(head: bytes, kind: Kind) -> None:
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01",
        b"#!/bin/sh\nrm -rf /",
        b"PK\x03\x04" + bytes(40),
        b"GIF89a" + bytes(40),
        b"II*\0\x08\0\0\0" + bytes(40),
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"junk first\n%PDF-1.7\n",
        b"plain words",
        b"\0",
    ],
)
@pytest.mark.parametrize("name", ["photo.jpg", "agreement.pdf", "page.html"])
def test_everything_else_is_refused_whatever_its_name(head: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        judge(head, name)
    assert refusal.value.messages["photos"].startswith(f"{name}: this kind of file is not accepted")
    assert refusal.value.messages["photos"].endswith("Send a photo (JPEG, PNG, WebP or HEIC) or a PDF.")


def test_a_refusal_says_what_the_file_looks_like() -> None:
    with pytest.raises(Invalid) as refusal:
        judge(b"<!doctype html><html><script>alert(1)</script>", "photo.jpg")
    assert "it looks like a .html file" in refusal.value.messages["photos"]
