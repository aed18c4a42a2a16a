"""Which passwords are refused: short ones, the ones that everybody takes, and the officer's own name."""

import re
from collections.abc import Iterable

from ops.errors import Invalid

SHORTEST = 12
LONGEST = 200  # more helps nobody and costs time to hash
FEWEST_LETTERS = 5  # different ones; "aaaaaaaaaaaa" is long and worthless
REAL_LETTERS = 5  # that must be left once everybody's words and the officer's own are taken away
EVERYBODYS = """
password passwort passwd letmein welcome changeme qwertyuiop qwerty azerty asdfghjkl asdfgh zxcvbnm zxcvbn iloveyou
admin administrator monkey dragon football baseball master sunshine princess shadow superman batman trustno login
secret summer winter spring autumn january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday london england liverpool arsenal chelsea everton police
council safeguarding tallyboard agency officer abcdefghijkl abcdef abc test demo user
"""
LEET = str.maketrans("0134578@$!", "oieastbasi")


def check_password(password: str, own: Iterable[str] = ()) -> None:
    """Raise Invalid beside `password` with what would make it strong. `own`: name, e-mail and agency of its officer."""
    if len(password) < SHORTEST:
        raise Invalid({"password": f"Use at least {SHORTEST} characters. Four random words are easy to remember."})
    if len(password) > LONGEST:
        raise Invalid({"password": f"Use at most {LONGEST} characters."})
    if len(set(password)) < FEWEST_LETTERS or len(_left(password, own)) < REAL_LETTERS:
        raise Invalid({"password": "This password is easy to guess. Four random words are hard to guess."})


def _left(password: str, own: Iterable[str]) -> str:
    """Give what remains of a password without common words, the officer's own, and runs such as 1234."""
    left = password.lower().translate(LEET) if not password.isdigit() else ""
    ours = [word for text in own for word in re.split(r"[^a-z]+", text.lower()) if len(word) > 2]  # noqa: PLR2004 - "of"
    for word in sorted({*EVERYBODYS.split(), *ours}, key=len, reverse=True):
        left = left.replace(word, "")
    letters = "".join(letter for letter in left if letter.isalpha())
    return "".join(one for n, one in enumerate(letters) if n == 0 or abs(ord(one) - ord(letters[n - 1])) > 1)
