"""Drawing a picture anew and looking at what came of it."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms

from ops.files.kinds import Kind
from ops.files.pictures import redraw
from ops.files.shareable import Shareable

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def redrawn(tmp_path: Path, content: bytes, kind: Kind) -> Shareable:
    path = tmp_path / "original"
    path.write_bytes(content)
    return redraw(path, kind, "photo.jpg")


def shown(copy: Shareable) -> Image.Image:
    assert isinstance(copy.content, bytes)
    return Image.open(BytesIO(copy.content))


def colour(picture: Image.Image, x: int, y: int) -> str:
    red, green, blue = picture.convert("RGB").resize((100, 100)).getpixel((x, y))  # type: ignore[misc]
    if abs(red - blue) < 150 or green > 60:
        return "neither"
    return "red" if red > blue else "blue"
