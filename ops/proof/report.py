"""The report of a proof, in words that can be filed."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from ops.proof.judge import Tally

MOST_LINES = 40  # differences named; the rest are counted


@dataclass(frozen=True)
class Run:
    """How a proof was run, and what came of it."""

    seed: int
    began: datetime
    seconds: float
    database: str
    tally: Tally
    leak_found: bool
    loss_found: bool

    @property
    def holds(self) -> bool:
        """Say whether the proof may be relied on and found nothing."""
        return self.leak_found and self.loss_found and not self.tally.differences


def report(run: Run) -> str:
    """Write the report."""
    return "\n".join([*_head(run), "", *_done(run.tally), "", *_controls(run), "", *_verdict(run)])


def _head(run: Run) -> list[str]:
    return [
        "Proof of access: does anybody receive what they were not granted?",
        "",
        f"Tallyboard       {version('tallyboard')}",
        f"Date             {run.began:%d %B %Y, %H:%M} UTC",
        f"Took             {run.seconds:.0f} seconds",
        f"Database         {run.database}",
        f"Seed             {run.seed} (the same seed builds the same worlds)",
    ]


def _done(tally: Tally) -> list[str]:
    return [
        "Made-up worlds were filled, served by the real program, and visited by every officer in them.",
        f"Worlds           {tally.worlds:,}",
        f"In them          {tally.officers:,} officers, {tally.objects:,} objects, {tally.grants:,} grants",
        f"Marked fields    {tally.canaries:,}, each with a word that stands nowhere else",
        f"Acts             {tally.acts:,}: posting, writing, sharing, holding, taking back and the like",
        f"Pages and forms  {tally.requests:,} answers, over {len(tally.routes)} addresses",
        f"Live messages    {tally.frames:,}",
        f"Searched         {tally.bytes:,} bytes, status lines and headers included",
        f"Judged           {tally.cells:,} questions of who may see what; the rule opens {tally.open:,} of them",
    ]


def _controls(run: Run) -> list[str]:
    return [
        "Before that, the proof itself was tried. Not told of one grant, it must call what that grant shows a leak;",
        "told of one that was never made, it must call what is not shown a loss.",
        f"Leak found       {_yes(run.leak_found)}",
        f"Loss found       {_yes(run.loss_found)}",
    ]


def _verdict(run: Run) -> list[str]:
    found = run.tally.differences
    if run.holds:
        return ["Differences      none", "", "Result: everybody received what the rule gives them, and nothing else."]
    if not found:
        return ["Result: NOT PROVED. It did not find what was planted for it, so its silence means nothing."]
    lines = [f"Differences      {len(found)}", *(f"  {one}" for one in found[:MOST_LINES])]
    more = [f"  and {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
    return [*lines, *more, "", "Result: NOT PROVED. What is named above differs from the rule."]


def _yes(found: bool) -> str:  # noqa: FBT001 - what was found, or not
    return "yes" if found else "NO"
