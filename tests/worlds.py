"""Random counties around the tests' own present; made as `tallyboard prove` makes them."""

import random

from ops.proof.chance import World as World
from ops.proof.chance import throw_grant, throw_world
from ops.proof.filing import file_world as file_world
from ops.proof.filing import grant_row as grant_row
from ops.proof.oracle import Facts
from tests.cast import HOUR, NOW, TICK

INSTANTS = (NOW - HOUR, NOW - TICK, NOW, NOW + TICK, NOW + HOUR)  # most boundaries fall exactly on one of them


def make_world(dice: random.Random) -> World:
    """Throw a county: six to ten agencies, some of everything, boundaries around NOW."""
    return throw_world(dice, NOW)


def random_grant(dice: random.Random, facts: Facts, on: str | None = None) -> Facts:
    """Throw one more grant for these facts; nothing is added."""
    return throw_grant(dice, facts, NOW, on)
