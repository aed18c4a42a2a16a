"""Which kinds of file are taken in, judged by their first bytes and by nothing that the sender claims."""

from enum import StrEnum

import puremagic

from ops.files.refused import refused

HEAD_BYTES = 4096  # every kind says what it is in its first few bytes; the rest helps to name what is refused
SURE_ENOUGH = 0.4  # below this the guess at a refused file's kind would mislead more than help
HEIF_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)  # what phones write; AVIF and MP4 use the same box and are not among them
WANTED = "Send a photo (JPEG, PNG, WebP or HEIC) or a PDF."


class Kind(StrEnum):
    """A kind of file that may come in, by its media type.

    Plain text is not among them: HTML, SVG and scripts are plain text too, and notes belong in a post.
    """

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIF = "image/heif"
    PDF = "application/pdf"


def judge(head: bytes, name: str) -> Kind:
    """Tell the kind from the first bytes; Invalid for anything that is not on the list, whatever it is called."""
    kind = kind_of(head)
    if kind is None:
        raise refused(name, f"this kind of file is not accepted{_guess(head)}. {WANTED}")
    return kind


def kind_of(head: bytes) -> Kind | None:
    """Tell the kind from the first bytes. The signature must stand at the very start: no junk before it."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    return _kind_of_container(head)


def _kind_of_container(head: bytes) -> Kind | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return Kind.HEIF
    return None


def _guess(head: bytes) -> str:
    # puremagic only finds the words: it takes some HEIC for MP4 and others for nothing, so it may not decide.
    try:
        best = puremagic.magic_string(head)[0]
    except (puremagic.PureError, IndexError):
        return ""
    return f"; it looks like a {best.extension} file" if best.extension and best.confidence >= SURE_ENOUGH else ""
