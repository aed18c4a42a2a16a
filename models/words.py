"""Words as they are compared: without case, accents and signs; and names as they may be spelled otherwise."""

import re
import unicodedata
from itertools import pairwise

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 60  # letters that are compared; nobody types more
_ALIKE = (  # what one sound is written as, in the languages that officers meet most; the order matters
    ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("th", "t"), ("kh", "k"), ("gh", "g"),
    ("zh", "z"), ("ck", "k"), ("cz", "c"), ("sz", "s"), ("ts", "t"), ("tz", "t"), ("dj", "j"), ("ou", "u"),
    ("oo", "u"), ("ee", "i"),
    ("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("y", "i"), ("j", "i"), ("z", "s"), ("h", ""),
)  # fmt: skip
_VOWELS = re.compile("[aeiou]")
_DOUBLED = re.compile(r"(.)\1+")
SHORTEST_NAME = 4  # letters; of shorter ones too many are alike
SHORTEST_FRAME = 3
LONGEST_GROUP = 6  # digits between two spaces of a phone number


def plain(text: str) -> list[str]:
    """Give the words of a text as they are compared."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter)).translate(_LETTERS)
    return [word[:LONGEST_WORD] for word in _WORD.findall(kept)]


def findable(*texts: str) -> str:
    """Give texts as one line in which a word, or the beginning of one, is looked for behind a space.

    Number plates and phone numbers are typed with and without their spaces, so they stand there closed up as well.
    """
    words = [word for text in texts for word in plain(text)]
    closed = [first + second for first, second in pairwise(words) if _numbered(first, second)]
    closed += [a + b + c for a, b, c in zip(words, words[1:], words[2:], strict=False) if _numbered(a, b, c)]
    return f" {' '.join([*words, *closed])} "


def alike(*names: str) -> str:
    """Give keys under which names are found that are spelled otherwise: ' d:... s:... ', one line."""
    keys = {key for name in names for word in plain(name) for key in keys_of(word)}
    return f" {' '.join(sorted(keys))} " if keys else ""


def keys_of(word: str) -> set[str]:
    """Give the keys of one name: its sounds, these with one letter left out, and its frame of consonants.

    Two names share a key when they sound alike, differ in one letter, or differ in vowels only.
    """
    if len(word) < SHORTEST_NAME or not word.isalpha():
        return set()
    sounds = word
    for written, sound in _ALIKE:
        sounds = sounds.replace(written, sound)
    sounds = _DOUBLED.sub(r"\1", sounds) or word
    keys = {f"d:{sounds}"} | {
        f"d:{sounds[:n]}{sounds[n + 1 :]}" for n in range(len(sounds)) if len(sounds) > SHORTEST_FRAME
    }
    frame = sounds[:1] + _VOWELS.sub("", sounds[1:])
    return keys | ({f"s:{frame}"} if len(frame) >= SHORTEST_FRAME else set())


def _numbered(*words: str) -> bool:
    """Say whether words beside each other may be one number: short ones, with a digit in each but one."""
    short = all(len(word) <= LONGEST_GROUP for word in words)
    return short and sum(any(map(str.isdigit, word)) for word in words) >= len(words) - 1
