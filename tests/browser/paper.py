"""What a printed page really says, sheet by sheet: read from the PDF that Chromium makes, as Chromium writes it."""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cached_property

A4 = (210, 297)  # millimetres
PX = 72 / 96  # points of a CSS pixel on a sheet that was not shrunk to fit
_MM = 25.4 / 72  # of a point
_STEP = re.compile(
    rb"(?P<cm>(?:-?[\d.]+ ){6})cm|(?P<push>\bq\b)|(?P<pop>\bQ\b)|/(?P<font>\w+) (?P<size>[\d.]+) Tf"
    rb"|(?P<tm>(?:-?[\d.]+ ){6})Tm|(?P<td>-?[\d.]+) -?[\d.]+ Td|/ActualText <FEFF(?P<actual>[0-9A-F]+)>"
    rb"|(?P<end>\bEMC\b)|<(?P<shown>[0-9A-F]+)> Tj"
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its size in millimetres, its words, how far right they go, and the scale they are printed at."""

    width: float
    height: float
    words: str
    right: float  # millimetres from the left edge, of the end of the longest line
    scale: float  # points to a CSS pixel


def sheets(pdf: bytes) -> list[Sheet]:
    """Read every sheet in order."""
    return _File(pdf).sheets()


@dataclass(frozen=True)
class _Font:
    """How a font's codes are read: how many digits each has, its letters, its widths in thousandths."""

    digits: int
    letters: dict[int, str]
    widths: dict[int, float]
    width: float


@dataclass
class _File:
    pdf: bytes

    @cached_property
    def things(self) -> dict[int, bytes]:
        """Cut the file into its objects by its own table of where each begins."""
        (start,) = re.findall(rb"startxref\s+(\d+)", self.pdf)
        table = int(start)
        begins = sorted(int(at) for at in re.findall(rb"(\d{10}) 00000 n", self.pdf[table:]))
        cut = [self.pdf[one:after] for one, after in zip(begins, [*begins[1:], table], strict=True)]
        return {int(one.split(b" ", 1)[0]): one for one in cut}

    def stream(self, number: int) -> bytes:
        head, _, rest = self.things[number].partition(b"stream\n")
        kept = rest[: int(_number(rb"/Length (\d+)", head))]
        return zlib.decompress(kept) if b"/FlateDecode" in head else kept

    def sheets(self) -> list[Sheet]:
        (pages,) = (one for one in self.things.values() if b"/Type /Pages" in one and b"/Parent" not in one)
        return [self.sheet(number) for number in self._leaves(pages)]

    def _leaves(self, pages: bytes) -> list[int]:
        found: list[int] = []
        for number in _references(rb"/Kids \[([^\]]*)\]", pages):
            inner = b"/Type /Pages" in self.things[number]
            found.extend(self._leaves(self.things[number]) if inner else [number])
        return found

    def sheet(self, number: int) -> Sheet:
        """Read one page: the words in the order in which they are painted."""
        page = self.things[number]
        fonts = {name: self.font(int(one)) for name, one in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
        words, right, scale = self._walk(self.stream(int(_number(rb"/Contents (\d+)", page))), fonts)
        _, _, wide, high = (float(one) for one in _number(rb"/MediaBox \[([^\]]*)\]", page).split())
        return Sheet(
            wide * _MM, high * _MM, unicodedata.normalize("NFKC", " ".join("".join(words).split())), right * _MM, scale
        )

    def _walk(self, content: bytes, fonts: dict[bytes, _Font]) -> tuple[list[str], float, float]:
        words: list[str] = []
        kept: list[tuple[float, float]] = []
        scale, shift, right, smallest = 1.0, 0.0, 0.0, 9.0
        font, size, at, said = None, 0.0, 0.0, False
        for step in _STEP.finditer(content):
            match step.lastgroup:
                case "cm":
                    across, _, _, _, left, _ = (float(one) for one in step["cm"].split())
                    scale, shift = scale * across, shift + left * scale
                case "push":
                    kept.append((scale, shift))
                case "pop":
                    scale, shift = kept.pop()
                case "size":
                    font, size = fonts[step["font"]], float(step["size"])
                case "tm":
                    at = float(step["tm"].split()[4])
                    words.append(" ")
                case "td":
                    at += float(step["td"])
                case "actual":
                    words.append(bytes.fromhex(step["actual"].decode()).decode("utf-16-be"))
                    said = True
                case "end":
                    said = False
                case _:
                    assert font is not None
                    codes = [
                        int(step["shown"][n : n + font.digits], 16) for n in range(0, len(step["shown"]), font.digits)
                    ]
                    words.extend(font.letters.get(code, "") for code in codes if not said)
                    long = sum(font.widths.get(code, font.width) for code in codes) * size / 1000
                    right, smallest = max(right, shift + (at + long) * scale), min(smallest, scale)
        return words, right, smallest

    def font(self, number: int) -> _Font:
        thing = self.things[number]
        spoken = self.stream(int(_number(rb"/ToUnicode (\d+)", thing)))
        digits = len(_number(rb"begincodespacerange\s+<([0-9A-F]+)>", spoken))
        letters: dict[int, str] = {}
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", spoken, re.DOTALL):
            for first, last, letter in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]+)>", block):
                for code in range(int(first, 16), int(last, 16) + 1):
                    letters[code] = chr(int(letter, 16) + code - int(first, 16))
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", spoken, re.DOTALL):
            for code, letter in re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>", block):
                letters[int(code, 16)] = bytes.fromhex(letter.decode()).decode("utf-16-be")
        if b"/Subtype /Type3" in thing:  # our own, whose weight varies
            unit = 1000 * float(_number(rb"/FontMatrix \[([.\d]+)", thing))
            first = int(_number(rb"/FirstChar (\d+)", thing))
            drawn = _number(rb"/Widths \[([^\]]*)\]", thing).split()
            return _Font(digits, letters, {first + n: float(one) * unit for n, one in enumerate(drawn)}, 0)
        (inner,) = _references(rb"/DescendantFonts \[([^\]]*)\]", thing)
        font = self.things[inner]
        return _Font(digits, letters, _widths(font), float(_number(rb"/DW ([\d.]+)", font)))


def _number(pattern: bytes, within: bytes) -> bytes:
    found = re.search(pattern, within)
    assert found, (pattern, within[:400])
    return found[1]


def _references(pattern: bytes, within: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"(\d+) 0 R", _number(pattern, within))]


def _widths(font: bytes) -> dict[int, float]:
    """Read a font's widths: a first code and a list, or a first code, a last one and the width of each."""
    found: dict[int, float] = {}
    inside = _number(rb"/W \[((?:[^\[\]]|\[[^\]]*\])*)\]", font)
    for listed, many, first, last, width in re.findall(rb"(\d+) \[([^\]]*)\]|(\d+) (\d+) ([\d.]+)", inside):
        if listed:
            found.update({int(listed) + n: float(one) for n, one in enumerate(many.split())})
        else:
            found.update(dict.fromkeys(range(int(first), int(last) + 1), float(width)))
    return found
