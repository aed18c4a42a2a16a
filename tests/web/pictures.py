"""A small real photo."""

from io import BytesIO

from PIL import Image


def _jpeg() -> bytes:
    drawn = BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(drawn, "JPEG")
    return drawn.getvalue()


JPEG = _jpeg()
