"""A post on the page on which it is withdrawn: what it says, and whether the reader may take it back."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.tasks import Post
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.actions.withdrawals import may_withdraw_post
from ops.screens.lines import post_lines
from ops.screens.values import PostLine
from ops.screens.withdrawn import is_withdrawn


@dataclass(frozen=True, slots=True)
class PostToWithdraw:
    """A post. `may`: the reader may withdraw it; `gone`: it was withdrawn already."""

    line: PostLine
    may: bool
    gone: bool


async def read_post_to_withdraw(session: AsyncSession, asker: Asker, reference: str) -> PostToWithdraw:
    """Read it; NotFound for who cannot read the post."""
    post, found = await find_row(session, asker, reference, Post)
    return PostToWithdraw(
        line=(await post_lines(session, [post.id], asker.at))[post.id],
        may=may_withdraw_post(asker, post, found.level),
        gone=await is_withdrawn(session, post.id),
    )


async def may_be_withdrawn(session: AsyncSession, asker: Asker, reference: str) -> bool:
    """Say whether the asker may still withdraw what has this reference: a post of their agency that stands."""
    read = await read_post_to_withdraw(session, asker, reference)
    return read.may and not read.gone
