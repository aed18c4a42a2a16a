"""Every officer looks for words that stand in hidden things as well; what search shows is judged like any page."""

from ops.proof.judge import around
from ops.proof.walk import Walker, commands

WORDS = 6  # that each officer looks for, each time they look around
SEARCHED = {  # whose words search goes through, and what of them
    "case_file": ("title", "summary"),
    "profile": ("label", "aliases"),
    "operation": ("title", "purpose"),
    "site": ("name", "address"),
    "task": ("title",),
    "decision": ("decided", "reason", "options"),
}


async def look_for_words(walker: Walker) -> None:
    """Look for some words: a thing is found by who may read it, and by nobody else."""
    route = next(one for one in commands() if one.path == "/search")
    state = walker.judge.now
    things = {row.id.hex: row for row in state.rows.values()} | {row.reference: row for row in state.rows.values()}
    standing = sorted(
        (word.decode(), secret.row)
        for word, secrets in state.secrets.items()
        for secret in secrets
        if secret.column in SEARCHED.get(secret.table, ()) and secret.row in things
    )
    for word, row in walker.dice.sample(standing, min(WORDS, len(standing))):
        since = walker.clock()
        answer = await walker.send(route, None, {"q": word})
        thing, moments = things[row], around(since, walker.clock())
        walker.judge.tally.cells += 1
        if answer.status == 200 and all(state.ruling.reads(walker.officer, thing.id, at) for at in moments):
            walker.judge.tally.open += 1
            if thing.reference.encode() not in answer.body:
                walker.judge.differ("loss", thing.kind, thing.reference, walker.officer, route.path)
