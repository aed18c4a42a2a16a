"""The words for how far a task has come: the same by radio, on screen and in the report."""

STATE_WORDS = {
    "idle": "Not started",
    "move": "En route",
    "here": "On site",
    "wait": "Waiting",
    "done": "Clear",
    "help": "Need help",
    "late": "Overdue",
    "overlap": "Overlap",
}
