"""What may be shown of a file that came in."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shareable:
    """The copy that others may open, and its thumbnail: JPEG, or empty where there is none.

    `content` is bytes, or the file on disk if it is shared as it came. A document's `width` and `height` are 0.
    """

    media_type: str
    content: bytes | Path
    size: int
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0
