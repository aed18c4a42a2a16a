"""Every page as every officer: the route table says what there is, the oracle what must come of it."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from starlette.routing import Route, WebSocketRoute

from models.grants import Resource
from ops.proof.expected import LISTS, belonging, expected_on
from ops.proof.judge import KEEPER, REGISTER, Judge, around, steady
from ops.proof.ruling import READ
from ops.proof.visitor import Answer, Form, Upload, Visitor
from ops.web.policy import Policy, Who, policy_of
from ops.web.routes import routes

CONTRIBUTE = 3
NOT_YOURS = b"You can see this, but you cannot change it"  # the door's own words; an action's refusal has others
NOT_FOUND, NOT_ALLOWED, FAULT = 404, 403, 500
LEFT_ALONE = frozenset({"/sign-out", "/sign-in"})  # a walk that signs itself out would prove no more

# About a single task or site these are open to who only discovers the operation; the walk names neither.
POSTS = "/operations/{ref}/posts"
WITHOUT_A_PLACE = frozenset({POSTS, "/operations/{ref}/posts/new", "/operations/{ref}/audiences"})


def pages() -> list[Route]:
    """Give every page for those who are signed in."""
    return [route for route in _declared("GET") if route.path not in LEFT_ALONE]


def commands() -> list[Route]:
    """Give every command for those who are signed in."""
    return [route for route in _declared("POST") if route.path not in LEFT_ALONE]


def feeds() -> list[WebSocketRoute]:
    """Give every live feed."""
    return [route for route in routes() if isinstance(route, WebSocketRoute)]


def _declared(method: str) -> list[Route]:
    found = [route for route in routes() if isinstance(route, Route) and method in (route.methods or ())]
    return [route for route in found if policy_of(route).who is Who.SIGNED_IN]


PICTURES = frozenset({"/attachments/{ref}/view", "/attachments/{ref}/thumbnail"})  # other files only download
FILES = PICTURES | {"/attachments/{ref}", "/attachments/{ref}/content"}
TRIES = 2  # more, of what is hidden beside what does not exist: time alone may change a number between the two


@dataclass
class Walker:
    """One officer with a browser, each of whose requests is judged."""

    officer: UUID
    visitor: Visitor
    judge: Judge
    dice: random.Random
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    base: str = ""  # before every address

    def pages(self) -> list[Route]:
        """Give what there is to open."""
        return pages()

    def lets_in(self, since: datetime, until: datetime) -> set[bool]:
        """Say whether this officer gets in: one answer, or both while that may just have changed."""
        return self.judge.lets_in(self.officer, since, until)

    async def walk(self, share: float = 1.0) -> None:
        """Open this share of the pages about one thing, three times as many of the others, and every list."""
        for route in self.pages():
            kind = policy_of(route).kind
            if "{" not in route.path:
                if route.path in LISTS or self.dice.random() < share * 3:
                    await self.open(route)
            elif kind:
                await self._open_some(route, kind, share)
            else:
                await self._open_loose(route, share)

    async def _open_some(self, route: Route, kind: str, share: float) -> None:
        chosen = [thing for thing in self.judge.now.of_kind(kind) if self.dice.random() < share]
        if not chosen:
            return
        nothing = await self._open_nothing(route)
        for thing in chosen:
            await self.open(route, thing, nothing)

    async def _open_nothing(self, route: Route) -> Answer:
        absent = _absent(self.dice)
        return _unnamed(await self.visitor.get(self.base + route.path.format(ref=absent)), absent)

    async def open(self, route: Route, thing: Resource | None = None, nothing: Answer | None = None) -> Answer:
        """Open one page and judge it: status, every byte, and that nothing is missing."""
        path = self.base + (route.path.format(ref=thing.reference) if thing else route.path)
        answer, since, until = await self._get(path)
        for _ in range(TRIES):
            if thing is None or nothing is None or answer.status != NOT_FOUND:
                break
            if _alike(answer, thing.reference, nothing):
                break
            self._judge(route, answer, since, until, thing, None)
            nothing = await self._open_nothing(route)
            answer, since, until = await self._get(path)
        self._judge(route, answer, since, until, thing, nothing)
        self._judge_losses(route, answer, since, until, thing)
        return answer

    async def _get(self, path: str) -> tuple[Answer, datetime, datetime]:
        since = self.clock()
        return await self.visitor.get(path), since, self.clock()

    async def send(
        self,
        route: Route,
        thing: Resource | None,
        form: Form,
        files: tuple[Upload, ...] = (),
        own: tuple[str, ...] = (),
        to: str = "",
    ) -> Answer:
        """Send one form and judge the answer. `own`: words that the form itself carries; `to`: its address as found."""
        path = to or (route.path.format(ref=thing.reference) if thing else route.path)
        since = self.clock()
        answer = await self.visitor.post(path, form, files)
        self._judge(route, answer, since, self.clock(), thing, None, (*own, *_typed(form)))
        return answer

    async def _open_loose(self, route: Route, share: float) -> None:
        """Ask a route that names no kind for everything there is: whatever it is about, it may not say more."""
        names = [(row.reference, share / 20) for row in self.judge.now.rows.values()]
        for name, often in [*names, *((paper, share) for paper in self.judge.now.content.papers)]:
            if self.dice.random() < often:
                path = self.base + route.path.format(ref=name)
                since = self.clock()
                answer = await self.visitor.get(path)
                self._judge(route, answer, since, self.clock(), None, None, (name,))

    def _judge(
        self,
        route: Route,
        answer: Answer,
        since: datetime,
        until: datetime,
        thing: Resource | None,
        nothing: Answer | None,
        typed: tuple[str, ...] = (),
    ) -> None:
        judge = self.judge
        judge.tally.requests += 1
        judge.tally.routes.add(f"{'/'.join(sorted(route.methods or ()))} {self.base}{route.path}")
        shown = thing.reference if thing else "-"
        if answer.status >= FAULT:
            judge.differ("fault", policy_of(route).kind, shown, self.officer, route.path)
        own = {word.encode() for word in typed} | ({thing.reference.encode()} if thing else set())
        if self._signed_out(route, answer, since, until, own):
            return
        judge.judge(self.officer, answer.everything, route.path, since, until, own)
        if thing is None:
            return
        expected = {self._verdict(route, thing, at) for at in around(since, until)}
        judge.tally.cells += 1
        if not any(_holds(one, answer) for one in expected) and not self._keeps(route, thing):
            judge.differ("status", thing.kind, shown, self.officer, f"{route.path} answered {answer.status}")
        same = nothing is None or _alike(answer, shown, nothing)
        if expected == {"hidden"} and not same:
            judge.differ("hidden", thing.kind, shown, self.officer, f"{route.path} answers other than for nothing")

    def _signed_out(
        self, route: Route, answer: Answer, since: datetime, until: datetime, own: Collection[bytes]
    ) -> bool:
        """Judge whether this browser is signed in; says that it is not, so that there is nothing else to judge."""
        judge, inside = self.judge, self.lets_in(since, until)
        judge.tally.cells += 1
        if (not answer.leads_to_sign_in) not in inside:
            judge.differ("sign-in", policy_of(route).kind, "-", self.officer, f"{route.path} answered {answer.status}")
        if answer.leads_to_sign_in:
            judge.judge_refused(self.officer, answer.everything, route.path, own)
        return answer.leads_to_sign_in

    def _judge_losses(
        self, route: Route, answer: Answer, since: datetime, until: datetime, thing: Resource | None
    ) -> None:
        judge = self.judge
        if answer.status != 200:  # judged already
            return
        judge.tally.cells += belonging(judge.now, route.path, thing)
        text = answer.body
        first, *later = (
            set(expected_on(judge.now, route.path, self.officer, at, thing)) for at in around(since, until)
        )
        due = first.intersection(*later)  # what begins or ends just now may be there or not
        judge.tally.open += len({key for key, _ in due})
        for key, word in due:
            if word not in text:
                row = judge.now.rows[key]
                judge.differ("loss", row.kind, row.reference, self.officer, route.path)

    def _keeps(self, route: Route, thing: Resource) -> bool:
        """Say whether a route is the register of a thing whose owner's information manager asks: it may open."""
        ours = self.judge.now.ruling.agency(self.officer) == thing.owner_agency_id
        return REGISTER in route.path and ours and self.judge.holds(self.officer, (KEEPER,), (self.clock(),))

    def _withdrawn(self, thing: Resource) -> bool:
        content = self.judge.now.content
        return any(thing.id in content.files[parent] for parent in content.withdrawn & content.files.keys())

    def _verdict(self, route: Route, thing: Resource, at: datetime) -> str:
        policy: Policy = policy_of(route)
        filed_there = route.path == POSTS and "GET" in (route.methods or ())  # reading what was posted names no place
        least = CONTRIBUTE if route.path in WITHOUT_A_PLACE and not filed_there else int(policy.least)
        reach = self.judge.now.ruling.level(self.officer, thing.id, at)
        no_picture = route.path in PICTURES and thing.id not in self.judge.now.content.pictures
        gone = route.path in FILES and self._withdrawn(thing)
        if no_picture or gone or reach < min(least or READ, READ):
            return "hidden"
        owner = self.judge.now.ruling.facts["agencies"][thing.owner_agency_id]
        stands_still = least > READ and not owner["active"]  # what a suspended agency owns stays as it left it
        return "refused" if reach < least or stands_still else "open"


def _holds(expected: str, answer: Answer) -> bool:
    """Say whether an answer is the one expected. An open door may still lead to a no of the action's own."""
    door_said_no = answer.status == NOT_ALLOWED and NOT_YOURS in answer.body
    if expected == "hidden":
        return answer.status == NOT_FOUND
    if expected == "refused":
        return door_said_no
    return answer.status not in {NOT_FOUND, FAULT} and not door_said_no


def _unnamed(answer: Answer, reference: str) -> Answer:
    """Take out of an answer the reference that was asked for: a page may say it back."""
    name = reference.encode()
    return Answer(answer.status, answer.head.replace(name, b"-"), answer.body.replace(name, b"-"))


def _alike(answer: Answer, reference: str, nothing: Answer) -> bool:
    return steady(_unnamed(answer, reference).everything) == steady(nothing.everything)


def _typed(form: Form) -> tuple[str, ...]:
    words: list[str] = []
    for value in form.values():
        for one in [value] if isinstance(value, str) else value:
            words += [one, *one.replace(":", " ").replace("@", " ").split()]
    return tuple(words)


def _absent(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
