"""The stages of the journeys, for what goes wrong on them: one process on SQLite; two on PostgreSQL and Valkey."""

from tests.journeys.conftest import embedded, scaled, sink, stage, staged, valkey_of_its_own

__all__ = ["embedded", "scaled", "sink", "stage", "staged", "valkey_of_its_own"]
