"""The whole document against the running program: nothing breaks, nothing is other than it says, nothing leaks."""

import asyncio
import hashlib
import json
import random
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.core.result import Ok
from schemathesis.generation.modes import GenerationMode
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.database import Database
from models.grants import Resource
from models.sign_ins import Credential, Factor, SignIn
from models.tokens import ApiToken, Scope
from ops.actions.tokens import PREFIX
from ops.api.application import create_api
from ops.api.shapes.common import BASE
from ops.proof.facts import content_of, facts_of
from tests.oracle import level
from tests.serving import PEOPLE, Server, lapwing

SHORT, NIGHTLY = 600, 20_000  # requests
CALLERS = ("asha", "dan", "alison")  # who commands and leads, who may see least of it, who administers
SHORTEST = 14  # letters: a shorter title may be anybody's word
AS_SAID = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=False
)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@dataclass(frozen=True)
class Fuzzed:
    """Somebody with a token, what there is to name, and the words that they must never be sent."""

    name: str
    secret: str
    references: Mapping[str, tuple[str, ...]]  # by kind, those that they read as often as all others together
    hidden: tuple[str, ...]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("whole")
    url = f"sqlite:///{data / 'whole.db'}"
    asyncio.run(lapwing(url, data))
    server = Server(url, data, settings={"API_PER_MINUTE": "1000000"}).start()
    yield server
    server.stop()


async def fuzzed(url: str, name: str) -> Fuzzed:
    """Make a token for somebody, and work out by the oracle what they may not see."""
    database, now, secret = Database(url), datetime.now(UTC), PREFIX + secrets.token_urlsafe(32)
    async with database.writing() as session:
        rows = await session.execute(
            select(Officer)
            .join(Credential, col(Credential.officer_id) == col(Officer.id))
            .where(col(Credential.email) == PEOPLE[name])
        )
        officer = rows.scalar_one()
        row = SignIn(
            officer_id=officer.id,
            secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
            started_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
            factor=Factor.TOKEN,
        )
        session.add(row)
        await session.flush()
        session.add(ApiToken(sign_in_id=row.id, name="fuzz", scopes=[str(scope) for scope in Scope], made_at=now))
        things = list((await session.execute(select(Resource))).scalars())
        known = [*(await session.execute(select(Agency))).scalars(), *(await session.execute(select(Team))).scalars()]
    facts, content = await facts_of(database), await content_of(database)
    await database.close()
    reads = {
        thing.id
        for thing in things
        if level(facts, officer.id, thing.id, now) >= Level.READ  # type: ignore[arg-type]  # any name will do; here an id
    }
    shown = "\n".join(
        [*(word for thing in reads for word in content.words.get(thing, ())), *(one.name for one in known)]
    )
    hidden = {word for thing in things if thing.id not in reads for word in content.words.get(thing.id, ())}
    words = (word for word in hidden if len(word) >= SHORTEST and word not in shown)
    kept = tuple(sorted(json.dumps(word, ensure_ascii=False)[1:-1] for word in words))  # as it would travel
    return Fuzzed(name, secret, _named(things, reads), kept)


def _named(things: Sequence[Resource], reads: Collection[UUID]) -> dict[str, tuple[str, ...]]:
    by_kind: dict[str, tuple[str, ...]] = {}
    for kind in {thing.kind for thing in things}:
        of_kind = sorted((thing for thing in things if thing.kind == kind), key=lambda thing: thing.reference)
        read, others = [thing for thing in of_kind if thing.id in reads], [t for t in of_kind if t.id not in reads]
        often = max(1, len(others) // max(1, len(read)))
        by_kind[kind] = tuple(thing.reference for thing in [*others, *read * often])
    return by_kind


def test_what_is_hidden_is_worth_looking_for_and_no_example_says_it(served: Server) -> None:
    document = json.dumps(create_api().state.document, ensure_ascii=False)
    for name in CALLERS:
        hidden = asyncio.run(fuzzed(served.database_url, name)).hidden
        assert len(hidden) > 10, name
        assert not [word for word in hidden if word in document], "an example is somebody's own words"


@dataclass
class Fuzzing:
    """Sends what schemathesis makes up, most of it about things that exist, and judges every answer."""

    who: Fuzzed
    address: str
    dice: random.Random
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.headers["authorization"] = f"Bearer {self.who.secret}"
        self.anything = tuple(name for found in self.who.references.values() for name in found)

    def run(self, call: Any, times: int) -> None:
        """Send one call in this many shapes, half of them such as the document forbids."""
        takes = [*call.path_parameters, *call.query, *call.headers, *call.body]
        for mode in GenerationMode if takes else [GenerationMode.POSITIVE]:
            holds = given(case=call.as_strategy(generation_mode=mode))(self._holds)
            seed(self.dice.randrange(2**32))(settings(AS_SAID, max_examples=max(1, times // 2))(holds))()

    def _holds(self, case: Any) -> None:
        kind = case.path.split("/")[1].removesuffix("s")
        if "ref" in (case.path_parameters or {}) and self.dice.random() < 0.8:
            case.path_parameters["ref"] = self.dice.choice(self.who.references.get(kind, self.anything))
        if "Idempotency-Key" in (case.headers or {}) and self.dice.random() < 0.8:
            case.headers["Idempotency-Key"] = f"{self.dice.randrange(2**64)}"
        if self.dice.random() < 0.95 and case.headers is not None:
            case.headers.pop("Authorization", None)  # what schemathesis makes up for it is no token
        answer = case.call(base_url=self.address, session=self.session)
        self.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)
        told = answer.content.decode(errors="replace")
        leaked = [word for word in self.who.hidden if word in told]
        assert not leaked, (case.method, case.formatted_path, leaked)


@pytest.mark.timeout(3600)  # at night
@pytest.mark.parametrize("name", CALLERS)
def test_every_call_keeps_what_the_document_says_and_leaks_nothing(served: Server, name: str, *, nightly: bool) -> None:
    schema = schemathesis.openapi.from_dict(create_api().state.document)
    calls = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(calls) > 70
    each = NIGHTLY // len(calls) // len(CALLERS) if nightly else SHORT // len(calls)
    fuzzing = Fuzzing(asyncio.run(fuzzed(served.database_url, name)), f"{served.origin}{BASE}", random.Random(name))
    for call in calls if nightly else calls[CALLERS.index(name) :: len(CALLERS)]:  # a call each, in turn
        fuzzing.run(call, each)
    print(f"{name}: {dict(sorted(fuzzing.statuses.items()))}")
    assert {200, 404, 422} <= fuzzing.statuses.keys()
    assert "fault" not in served.log
