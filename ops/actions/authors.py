"""Whose words an act files: the asker's own, or those of somebody whom the asker heard over a channel."""

from dataclasses import dataclass
from uuid import UUID

from ops.access.asker import Asker


@dataclass(frozen=True, slots=True)
class Author:
    """An officer with their own keys; `entered_by` wrote it down for them, having heard it over `channel`."""

    asker: Asker
    entered_by: UUID | None = None
    channel: str = ""
