"""A page as a browser takes it: its forms with every field, the names that its links ask with, and what in it would run."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
HARM = re.compile(r"\s*(javascript|data(?!:image/)|vbscript):|.{0,9}evil\.example", re.IGNORECASE)
SKIPPED = ("csrfmiddlewaretoken",)


@dataclass
class Form:
    """A form: where and how it is sent, and its fields as they stand; a button that is pressed is a field of it too."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page(HTMLParser):
    """What stands in a page. `harmful` is every element or attribute in it that a page of ours never has."""

    forms: list[Form] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    harmful: list[str] = field(default_factory=list)
    _form: Form | None = None
    _select: str = ""
    _text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Part of a form, a link, or something that should not be here."""
        given = {name: value or "" for name, value in attrs}
        self._judge(tag, given)
        for name in ADDRESSES:
            self.asked |= {key for key, _ in parse_qsl(urlsplit(given.get(name, "")).query)}
        if tag == "form":
            method = "POST" if given.get("method", "").lower() == "post" else "GET"
            self._form = Form(given.get("action", ""), method)
            self.forms.append(self._form)
        elif self._form is not None:
            self._part(tag, given, self._form)

    def handle_endtag(self, tag: str) -> None:
        """The end of a form or of one of its fields."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text:
            self._text = ""

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self._form is not None and self._text:
            self._form.fields[self._text] += data

    def _part(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind, value = given.get("name", ""), given.get("type", ""), given.get("value", "")
        if tag == "option" and self._select:
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = value
        elif not name or name in SKIPPED:
            return
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._text = name
            form.fields[name] = ""
        elif kind == "file":
            form.files.add(name)
        elif tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            form.fields[name] = value
        elif tag == "input":
            form.fields.setdefault(name, value)

    def _judge(self, tag: str, given: dict[str, str]) -> None:
        runs = [name for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        script = tag == "script" and "src" not in given and given.get("type") != "application/json"
        elsewhere = [value for name in ADDRESSES if HARM.match(value := given.get(name, ""))]
        if runs or script or elsewhere or tag in ("hostile", "iframe", "object", "embed", "style"):
            self.harmful.append(f"<{tag} {given}>"[:300])


def read(html: str) -> Page:
    """A page, read."""
    page = Page()
    page.feed(html)
    page.close()
    return page
