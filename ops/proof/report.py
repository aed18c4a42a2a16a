"""The report of a proof, in words that can be filed."""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from ops.proof.judge import Tally

MOST_LINES = 40  # differences named; the rest are counted
MEANS = {
    "leak": "an officer was sent a word or a reference that the rule does not give them",
    "loss": "an officer was not shown what the rule gives them",
    "status": "a page opened, refused or was absent where the rule says otherwise",
    "hidden": "the answer for something hidden was not the answer for something that does not exist",
    "feed": "an open page did not come to show what a fresh one shows, or its feed let in the wrong officer",
    "sign-in": "a browser was let in after its sign-in had ended, or refused before",
    "overreach": "an act gave or took access that its officer did not manage",
    "fault": "the program failed on a request",
}

LIMITS = (
    "What this does not show: it samples, so a longer run or another seed may find more. It searches for words and",
    "references, not for what could be concluded from times, sizes or counts. The worlds are made up: it says that",
    "this version of the program keeps to the grants, not that your own grants are the right ones.",
)


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
    fault: Exception | None = None  # what broke it off

    @property
    def holds(self) -> bool:
        """Say whether the proof may be relied on and found nothing."""
        return self.fault is None and self.leak_found and self.loss_found and not self.tally.differences


def report(run: Run) -> str:
    """Write the report."""
    parts = _head(run), _done(run.tally), _controls(run), _found(run.tally), LIMITS
    return "\n\n".join("\n".join(lines) for lines in parts)


def _head(run: Run) -> list[str]:
    return [
        "Proof of access: does anybody receive what they were not granted?",
        "",
        f"Result           {_result(run)}",
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


def _result(run: Run) -> str:
    if run.holds:
        return "PROVED for what was tried: everybody received what the rule gives them, and nothing else."
    if run.fault is not None:
        return f"NOT PROVED. It broke off: {type(run.fault).__name__}."
    if run.tally.differences:
        return "NOT PROVED. What is named below differs from the rule."
    return "NOT PROVED. It did not find what was planted for it, so its silence means nothing."


def _found(tally: Tally) -> list[str]:
    found = tally.differences
    if not found:
        return ["Differences      none"]
    more = [f"  and {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
    kinds = sorted({one.what for one in found})
    return [
        f"Differences      {len(found)}",
        *(f"  {one}" for one in found[:MOST_LINES]),
        *more,
        "",
        *(f"{kind:<17}{MEANS[kind]}" for kind in kinds),
    ]


def _yes(found: bool) -> str:  # noqa: FBT001 - what was found, or not
    return "yes" if found else "NO"
