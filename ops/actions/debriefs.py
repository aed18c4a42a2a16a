"""The hot debrief: what went well and what did not, under the five headings of JESIP, said by whoever took part."""

from dataclasses import dataclass

from live.audience import Level
from models.audit import Act
from models.operations import Operation
from models.planning import DebriefNote
from ops.access.asker import Asker
from ops.actions.once import answered_before, keep_answer
from ops.errors import Invalid
from ops.topics import debrief_topic
from ops.transaction import Desk, Fact, Work

HEADINGS = (
    "Co-location",
    "Communication",
    "Co-ordination",
    "Joint understanding of risk",
    "Shared situational awareness",
)
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class NewNote:
    """What the form sends."""

    operation: str
    heading: str
    text: str
    went_well: bool
    key: str


async def note_at_debrief(desk: Desk, asker: Asker, new: NewNote) -> str:
    """Say something at the debrief; gives its reference. Who takes part may, after standing down too.

    Everyone who reads the operation reads it. The same key and words again change nothing.
    """
    if new.heading not in HEADINGS:
        raise Invalid({"heading": "Choose a heading."})
    if not 0 < len(new.text.strip()) <= LONGEST_NOTE:
        raise Invalid({"text": f"Write what you saw, in at most {LONGEST_NOTE} characters."})
    async with desk.work(asker) as work:
        operation, _ = await work.find_row(new.operation, Operation, Level.CONTRIBUTE)
        if (before := await answered_before(work, new.key, repr(new))) is not None:
            return before
        row = _note(work, operation, new)
        work.add(row)
        keep_answer(work, new.key, repr(new), row.reference)
        work.audit(Act.DEBRIEF_NOTED, new.operation)
        work.record(Fact.DEBRIEF_NOTED, operation.id, (debrief_topic(new.operation),), row)
        return row.reference


def _note(work: Work, operation: Operation, new: NewNote) -> DebriefNote:
    return DebriefNote(
        operation_id=operation.id,
        heading=new.heading,
        went_well=new.went_well,
        text=new.text.strip(),
        officer_id=work.asker.officer,
        agency_id=work.asker.agency,
        at=work.asker.at,
    )
