"""Forms as a browser finds them on a page and as an officer would fill them in, a canary in every free text."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser

from ops.proof.visitor import Upload

Attributes = Mapping[str, str]

FREE = frozenset({"text", "search", "textarea", "tel", ""})
SHORTEST = 15  # letters of a canary: a field that takes fewer keeps what stands in it


@dataclass
class Field:
    """One control of a form: its kind, what stands in it, what may be chosen."""

    kind: str
    name: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    longest: int = 10_000


@dataclass
class Found:
    """A form on a page: where it goes, its controls, the buttons that send it."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # its own address, name, value


@dataclass(frozen=True)
class Filled:
    """What will be sent."""

    action: str
    values: dict[str, list[str]]
    files: tuple[Upload, ...]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._named: dict[str, Found] = {}
        self._open: Found | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Found(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._open)
            self._named[given.get("id", "")] = self._open
            return
        form = self._named.get(given["form"]) if "form" in given else self._open
        if form is None or "disabled" in given:
            return
        if tag == "input":
            self._input(form, given)
        elif tag == "textarea":
            form.fields.append(Field("textarea", given.get("name", ""), longest=int(given.get("maxlength", 10_000))))
        elif tag == "select":
            self._select = Field("select", given.get("name", ""))
            form.fields.append(self._select)
        elif tag == "option" and self._select is not None and given.get("value"):
            self._select.choices.append(given["value"])
        elif tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((given.get("formaction", ""), given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def _input(self, form: Found, given: Attributes) -> None:
        kind, name, value = given.get("type", "text"), given.get("name", ""), given.get("value", "")
        if kind in {"radio", "checkbox"}:
            known = next((one for one in form.fields if one.name == name and one.kind == kind), None)
            if known is None:
                known = Field(kind, name)
                form.fields.append(known)
            known.choices.append(value or "on")
        elif kind == "submit":
            form.buttons.append((given.get("formaction", ""), name, value))
        else:
            form.fields.append(Field(kind, name, value, longest=int(given.get("maxlength", 10_000))))


def forms_on(page: str) -> list[Found]:
    """Find every form of a page that changes something."""
    parser = _Forms()
    parser.feed(page)
    return [form for form in parser.found if form.method == "post" and form.action.startswith("/")]


@dataclass
class Pen:
    """Fills forms in: free text gets a canary, everything else what the dice choose."""

    dice: random.Random
    word: Callable[[], str]
    today: Callable[[], date]
    emails: list[str]
    password: str

    def fill(self, form: Found) -> Filled:
        """Fill a form in as somebody would who does not hesitate."""
        values: dict[str, list[str]] = {}
        files: list[Upload] = []
        for control in form.fields:
            if control.kind == "file" and self.dice.random() < 0.5:
                files.append((control.name, f"{self.word()}.pdf", pdf(self.word())))
            elif control.name and control.kind != "file":
                values.setdefault(control.name, []).extend(self._written(control))
        action, name, value = self.dice.choice(form.buttons) if form.buttons else ("", "", "")
        if name:
            values[name] = [value]
        return Filled(action or form.action, values, tuple(files))

    def _written(self, control: Field) -> list[str]:
        if control.kind in FREE:
            return [self.word()] if control.longest >= SHORTEST else [control.value]
        match control.kind:
            case "select" | "radio":
                return [self.dice.choice(control.choices)] if control.choices else []
            case "checkbox":
                return [one for one in control.choices if control.name == "confirm" or self.dice.random() < 0.4]
            case "email":
                return [self.dice.choice(self.emails)] if self.dice.random() < 0.2 else []
            case _:
                return [self._plain(control)]

    def _plain(self, control: Field) -> str:
        if control.kind == "password":
            return self.password
        if control.kind == "date":
            return f"{self.today() + timedelta(days=self.dice.randint(1, 60)):%Y-%m-%d}"
        if control.kind == "datetime-local":
            return f"{self.today() + timedelta(days=self.dice.randint(1, 7)):%Y-%m-%dT09:00}"
        return control.value


def pdf(word: str) -> bytes:
    """Make the smallest document that is taken in, with a word inside."""
    return (
        f"%PDF-1.4\n%{word}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()
