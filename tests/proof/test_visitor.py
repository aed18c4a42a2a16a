"""What the proof takes for an answer to somebody who is not signed in."""

import pytest

from ops.proof.visitor import Answer

PROBLEM = "content-type: application/problem+json"


@pytest.mark.parametrize(
    ("status", "header", "out"),
    [
        (303, "location: /sign-in?next=/cases", True),
        (303, "location: /cases", False),
        (401, PROBLEM, True),
        (429, PROBLEM, True),  # a token that works no more, sent again and again
        (429, "content-type: text/html; charset=utf-8", False),
        (404, PROBLEM, False),
    ],
)
def test_who_is_not_signed_in_is_known_by_the_answer(status: int, header: str, out: bool) -> None:
    assert Answer(status, f"HTTP/1.1 {status}\r\n{header}".encode(), b"").leads_to_sign_in == out
