"""Whom words must never have reached: judged on every byte that sockets and answers brought, not on what is shown."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Agency, Duty, Officer, OfficerDuty
from models.database import Database
from models.sign_ins import Credential
from tests.browser.window import Window, Windows
from tests.serving import Person, Watched

WORDLESS = ("/waiting", "/thumbnail")  # a number and a picture: a page that is left early may not have read them


async def never_reached(window: Window, *words: str) -> None:
    """Say that none of these words came to a window, in a frame, a page or any other answer."""
    heard = await window.everything()
    unread = [address for address in window.unread if not address.endswith(WORDLESS)]
    assert not unread, f"{window.name}: what these brought is not known: {unread}"
    assert len(heard) > 1000, f"{window.name} heard nothing at all"
    came = [word for word in words if word.encode() in heard]
    assert not came, f"{came} reached {window.name}"


async def reached(window: Window, *words: str) -> None:
    """Say that each of these words did come: one that nobody is ever sent would prove nothing."""
    heard = await window.everything()
    missing = [word for word in words if word.encode() not in heard]
    assert not missing, f"{missing} never came to {window.name}"


@dataclass
class Uninvited:
    """The leads of every agency that was not invited, each with an open watch."""

    watches: list[Watched]

    async def heard_nothing_of(self, words: Iterable[str]) -> None:
        """Say that none of these words is on a watch, in its frames, or on the lists that they may open."""
        for watch in self.watches:
            pages = [(await watch.person.get(path)).text for path in ("/watch", "/operations")]
            heard = "\n".join((watch.page, watch.everything, *pages))
            assert "Watch" in watch.page, watch.person.name
            assert watch.close_code is None, watch.person.name
            came = [word for word in words if word in heard]
            assert not came, f"{came} reached {watch.person.name}"


@asynccontextmanager
async def uninvited(windows: Windows, invited: Iterable[str]) -> AsyncIterator[Uninvited]:
    """Let a lead of each agency but these sign in and watch."""
    database = Database(windows.stage.database_url)
    async with database.reading() as session:
        rows = await session.execute(
            select(col(Agency.code), col(Credential.email))
            .join(Officer, col(Officer.agency_id) == col(Agency.id))
            .join(OfficerDuty, col(OfficerDuty.officer_id) == col(Officer.id))
            .join(Credential, col(Credential.officer_id) == col(Officer.id))
            .where(col(OfficerDuty.duty) == Duty.LEAD, col(Agency.code).not_in(invited))
        )
        emails = {row.code: row.email for row in rows}
    await database.close()
    async with AsyncExitStack() as stack:
        people = [await Person.sign_in_with(windows.stage.there, email, code) for code, email in emails.items()]
        yield Uninvited([await stack.enter_async_context(person.watching("/watch")) for person in people])
