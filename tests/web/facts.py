"""The facts of the tests are read as `tallyboard prove` reads them."""

from ops.proof.facts import facts_of as facts_of
