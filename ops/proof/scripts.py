"""Every route of the API as every officer's own script: the same walk, the same oracle, the same judge."""

import re
from datetime import datetime

from starlette.routing import Route

from ops.api.declared import call_of
from ops.api.routes import routes
from ops.proof.visitor import Visitor
from ops.proof.walk import Walker
from ops.web.policy import Who, policy_of

SCOPES = ("read", "contribute", "manage", "administer", "audit")  # all: a scope too few hides what the rule would say
TOKEN = re.compile(rb"tally_[\w-]{40,}")


async def script_of(visitor: Visitor) -> Visitor:
    """Make a token on the officer's own page, for a script of theirs."""
    form = {"token_name": "script", "scopes": SCOPES, "days": "1"}
    found = TOKEN.search((await visitor.post("/sign-ins/tokens", form)).body)
    if found is None:
        raise RuntimeError("an officer who just signed in was given no token")
    return Visitor(visitor.port, token=found[0].decode())


class ScriptWalker(Walker):
    """One officer's script, each of whose requests is judged."""

    def pages(self) -> list[Route]:
        """Give every route that shows something to who has a token."""
        shown = [route for route in routes() if isinstance(route, Route) and call_of(route).method == "GET"]
        return [route for route in shown if policy_of(route).who is Who.SIGNED_IN]

    def lets_in(self, since: datetime, until: datetime) -> set[bool]:
        """Say whether the script's token works."""
        return self.judge.lets_script_in(self.officer, since, until)
