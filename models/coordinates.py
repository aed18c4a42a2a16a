"""Where a place is on the globe, as maps write it: latitude and longitude in degrees, such as "53.012, -1.134"."""

import re
from decimal import Decimal

FURTHEST = (90.0, 180.0)  # degrees from the equator, and from Greenwich
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,10})?")
WRONG_COORDINATES = "Write latitude and longitude in degrees, such as 53.012, -1.134."


def read_coordinates(said: str) -> tuple[float | None, float | None]:
    """Read what somebody wrote; nothing written is no place. Raises ValueError for what is nowhere on the globe."""
    if not said.strip():
        return None, None
    found = [part.strip() for part in said.split(",")]
    if len(found) == len(FURTHEST) and all(PLAIN_NUMBER.fullmatch(part) for part in found):
        there = [float(part) for part in found]
        if all(abs(one) <= most for one, most in zip(there, FURTHEST, strict=True)):
            return there[0], there[1]
    raise ValueError(WRONG_COORDINATES)


def write_coordinates(latitude: float | None, longitude: float | None) -> str:
    """Write a place so that it is read back to the digit; empty for none."""
    if latitude is None or longitude is None:
        return ""
    return ", ".join(format(Decimal(repr(one)), "f") for one in (latitude, longitude))
