"""Pictures drawn anew: upright, of modest size, and without one byte of what the camera wrote beside the picture."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from ops.files.kinds import Kind
from ops.files.refused import refused
from ops.files.shareable import Shareable

MAX_PIXELS = 51_000_000  # a phone's finest setting (8192 x 6144); beyond it decoding alone puts a worker at risk
MAX_SIDE = 2560  # a number plate across a yard stays legible; a 48 megapixel original stays sealed
THUMBNAIL_SIDE = 320
THUMBNAIL_TYPE = Kind.JPEG  # of every thumbnail, also where the shared copy is a PNG
QUALITY = 85  # beyond it files grow and nobody sees a difference
ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
OPAQUE = 255
SIXTEEN_TO_EIGHT = 256  # Pillow would cut 16-bit greys off at 255 and show a white sheet

DECODERS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP", Kind.HEIF: "HEIF"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, RuntimeError, EOFError, struct.error, zlib.error)

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow sounds its own alarm too, before it decodes anything
register_heif_opener()


def redraw(path: Path, kind: Kind, name: str) -> Shareable:
    """Draw a picture anew as JPEG, or as PNG where something in it is see-through, with a JPEG thumbnail.

    EXIF, GPS, XMP, comments and colour profiles stay behind; of an animation the first frame is kept. A broken or
    truncated picture, and one of more than MAX_PIXELS, is Invalid. It blocks for up to seconds: call it in a thread.
    """
    try:
        with Image.open(path, formats=[DECODERS[kind]]) as image:
            _refuse_too_many_pixels(image)
            return _copies(_drawn(image))
    except BOMB:
        most = f"{MAX_PIXELS // 1_000_000} megapixels"
        raise refused(name, f"this picture has more than {most}. Send a smaller one.") from None
    except BROKEN:
        raise refused(name, "this picture is damaged or did not arrive whole. Send it again.") from None


def _refuse_too_many_pixels(image: Image.Image) -> None:
    # Pillow only warns up to twice its limit, and a warning stops nobody in production.
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError


def _drawn(image: Image.Image) -> Image.Image:
    image.draft(None, (MAX_SIDE, MAX_SIDE))  # a large JPEG then never unfolds fully in memory
    turn = _turn(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    plain = _in_eight_bits(image, mode)
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    coloured = _in_srgb(plain, image.info.get("icc_profile"), mode)
    return _on_new_canvas(coloured if turn is None else coloured.transpose(turn))


def _turn(image: Image.Image) -> Image.Transpose | None:
    # Malformed EXIF is common in edited photos; an officer's only picture is not refused because of it.
    with suppress(*BROKEN):
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    return None


def _in_eight_bits(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I"):
        return image.point(lambda level: level / SIXTEEN_TO_EIGHT).convert("L")
    keeps = image.mode == mode or (
        mode == "RGB" and image.mode in {"L", "CMYK"}
    )  # a profile fits these only as they are
    return image if keeps else image.convert(mode)


def _in_srgb(image: Image.Image, profile: bytes | None, mode: str) -> Image.Image:
    """Turn into the colours that every screen assumes: dropping a phone's wider profile alone would dull a bruise."""
    if profile:
        with suppress(ImageCms.PyCMSError):
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode=mode) or image
    return image.convert(mode)


def _on_new_canvas(image: Image.Image) -> Image.Image:
    # Pillow carries comments, XMP and profiles along in a picture's `info` and writes them again; a new one has none.
    mode = "RGBA" if _see_through(image) else "RGB"
    canvas = Image.new(mode, image.size)
    canvas.paste(image.convert(mode))
    return canvas


def _see_through(image: Image.Image) -> bool:
    return image.mode == "RGBA" and image.getchannel("A").getextrema() != (OPAQUE, OPAQUE)


def _copies(picture: Image.Image) -> Shareable:
    kind = Kind.PNG if picture.mode == "RGBA" else Kind.JPEG
    shared = _encoded(picture, kind)
    return Shareable(kind, shared, len(shared), _thumbnail(picture), picture.width, picture.height)


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return _encoded(paper, THUMBNAIL_TYPE)


def _encoded(picture: Image.Image, kind: Kind) -> bytes:
    paper = BytesIO()
    picture.save(paper, DECODERS[kind], quality=QUALITY, optimize=True)
    return paper.getvalue()
