"""A command that is tried: who may send it, its whole form, and what an answer says."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2
from starlette.routing import Route

from models.agencies import Officer
from ops.web.policy import policy_of
from tests.web.building import Building, Visitor
from tests.web.duties import DUTIES
from tests.web.facts import facts_of
from tests.web.walks import asked_of, asks_for, verdict
from tests.web.whole_forms import filled, whole_of

SAID = ('class="errors" role="alert"', "data-reason")  # above the form, or on a page of its own


async def sender(house: Building, route: Route) -> tuple[Officer, str]:
    """Give an officer who is let in, and the reference of something that they may do this to."""
    everyone, duties = house.county.everyone(), policy_of(route).duties
    for name in [whole_of(route).who] if whole_of(route).who else everyone:
        if duties and DUTIES[name].isdisjoint(duties):
            continue
        if "{" not in route.path:
            return everyone[name], ""
        for ask in await asks_for(route, house, everyone[name], await facts_of(house.database)):
            if verdict(asked_of(route), ask.level) == "open":
                return everyone[name], ask.reference
    raise LookupError(f"nobody may do {route.path}")


@dataclass
class Trial:
    """One command, its sender, and what it is done to."""

    house: Building
    route: Route
    visitor: Visitor
    reference: str
    more: Mapping[str, str]

    async def send(self, **instead: str) -> httpx2.Response:
        """Send the whole form, with something else in one field."""
        form = filled(self.route, self.house, self.more) | instead
        path = self.route.path.format(ref=self.reference)
        return await self.visitor.post(path, files=whole_of(self.route).files, **form)


def obeyed(answer: httpx2.Response) -> bool:
    """Say whether a command was carried out."""
    return answer.status_code in {200, 303}


def refused(answer: httpx2.Response) -> bool:
    """Say whether a command was refused, in words; what is not there for somebody has one page, without any."""
    said = answer.status_code == 404 or any(words in answer.text for words in SAID)
    return 400 <= answer.status_code < 500 and said
