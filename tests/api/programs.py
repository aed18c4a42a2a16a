"""Programs that come with a token: an officer's own scripts, and accounts of an agency."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
from sqlalchemy import select
from sqlmodel import col
from starlette.applications import Starlette

from models.agencies import Account, Agency, Officer
from models.base import new_id
from models.sign_ins import Factor, SignIn
from models.tokens import ApiToken, Scope
from ops.actions.tokens import PREFIX
from ops.api.shapes.common import BASE
from tests import cast
from tests.cast import file
from tests.web.building import ORIGIN, Building

EVERYTHING = tuple(Scope)


@dataclass
class Program:
    """A program with a token; asks as programs do, without cookies and without an origin."""

    app: Starlette
    secret: str = ""
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Ask for something."""
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> httpx2.Response:
        """Send a command, under a new key unless one is given."""
        named = {"idempotency-key": key or new_id().hex, **headers}
        return await self.ask("POST", path, headers=named, json=body if body is not None else {})

    async def put(self, path: str, body: Any, version: str) -> httpx2.Response:
        """Change a version."""
        return await self.ask("PUT", path, headers={"if-match": version}, json=body)

    async def ask(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        """Send one request."""
        own = {"authorization": f"Bearer {self.secret}"} if self.secret else {}
        sent["headers"] = {**own, **self.headers, **(sent.get("headers") or {})}
        transport = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path if path.startswith("/api") else f"{BASE}{path}", **sent)


async def script_of(
    building: Building,
    officer: Officer,
    scopes: Collection[str] = EVERYTHING,
    *,
    lasts: timedelta = timedelta(days=1),
) -> Program:
    """Give an officer's own script, without the form."""
    secret, now = PREFIX + secrets.token_urlsafe(32), cast.NOW
    row = SignIn(
        officer_id=officer.id,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        started_at=now,
        seen_at=now,
        expires_at=now + lasts,
        factor=Factor.TOKEN,
        confirmed_by=Factor.TOKEN,
    )
    await file(building.database, row)
    await file(building.database, ApiToken(sign_in_id=row.id, name="a script", scopes=list(scopes), made_at=now))
    return Program(building.app, secret, row.reference)


async def account_of(building: Building, agency: Agency, name: str = "Command and control") -> Account:
    """File an account, and the name under which it acts."""
    account = Account(agency_id=agency.id, name=name)
    await file(building.database, account)
    await file(building.database, Officer(agency_id=agency.id, name=name, active=False, account_id=account.id))
    return account


async def program_of(building: Building, account: Account, scopes: Collection[str] = EVERYTHING) -> Program:
    """Give a program of an account, without the form."""
    async with building.database.reading() as session:
        rows = await session.execute(select(Officer).where(col(Officer.account_id) == account.id))
        officer = rows.scalar_one()
    return await script_of(building, officer, scopes)


def nobody(building: Building) -> Program:
    """Give a program without a token."""
    return Program(building.app)
