"""The links of those who must come in anew: no password is loaded from a file or moves with a world."""

from datetime import datetime
from typing import NamedTuple

from models.agencies import Officer
from models.sign_ins import Invitation, InvitationKind
from ops.actions.invitations import OPEN_FOR
from ops.actions.opening import new_secret, secret_hash


class Guest(NamedTuple):
    """An officer, and the token of the link that lets them in."""

    officer: Officer
    email: str
    token: str


def invited(officer: Officer, email: str, now: datetime) -> tuple[Invitation, Guest]:
    """Make the link; it needs a maker, and nobody else is there yet."""
    token = new_secret()
    invitation = Invitation(
        officer_id=officer.id,
        kind=InvitationKind.JOIN,
        token_hash=secret_hash(token),
        made_by=officer.id,
        made_at=now,
        expires_at=now + OPEN_FOR,
    )
    return invitation, Guest(officer, email, token)
