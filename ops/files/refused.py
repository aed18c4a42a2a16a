"""How a file is turned away: in words that an officer on a phone can act on."""

from ops.errors import Invalid

FIELD = "photos"  # the field of the form beside which the message is shown


def refused(name: str, why: str) -> Invalid:
    """Name the file, because several may have been sent at once, and say what is wrong and what to do."""
    return Invalid({FIELD: f"{name}: {why}"})
