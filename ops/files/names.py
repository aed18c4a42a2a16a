"""What a file is called once it is here: the sender's word for it, made harmless."""

import unicodedata

from ops.files.kinds import Kind

NAME_LENGTH = 160  # what models.attachments.Attachment.name holds
NAMELESS = "file"
ENDINGS = {
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.WEBP: (".webp",),
    Kind.HEIF: (".heic", ".heif"),
    Kind.PDF: (".pdf",),
}


def clean_name(claimed: str) -> str:
    """Keep the last part of a path without control, direction and other invisible characters; never empty."""
    last = claimed.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in last)
    spaced = " ".join(unicodedata.normalize("NFC", visible).split())
    return spaced.strip(". ")[:NAME_LENGTH].rstrip() or NAMELESS


def named_for(name: str, media_type: str) -> str:
    """Give a clean name the ending that fits what is shared, so that no device opens it as something else.

    Only an ending of a kind on the list is replaced: `run.exe` that is a photo becomes `run.exe.jpg`.
    """
    fitting = ENDINGS[Kind(media_type)]
    if name.lower().endswith(fitting):
        return name
    return _without_ending(name)[: NAME_LENGTH - len(fitting[0])] + fitting[0]


def _without_ending(name: str) -> str:
    known = [ending for endings in ENDINGS.values() for ending in endings]
    ending = next((ending for ending in known if name.lower().endswith(ending)), "")
    return name.removesuffix(name[len(name) - len(ending) :]) or NAMELESS
