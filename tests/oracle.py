"""The oracle of the tests is the one that `tallyboard prove` ships."""

from ops.proof.oracle import Facts as Facts
from ops.proof.oracle import level as level
