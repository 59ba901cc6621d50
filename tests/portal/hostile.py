"""Somebody who means no good, and every field that they can fill in: values, the places where they go, and what an answer
must never be."""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from numberline.access.routes import ROUTES
from numberline.portal.settings_sections import SECTIONS
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.samples import NUMBER, PERSON, arguments
from tests.support.databases import fingerprint
from tests.support.forms import Form, Page, read

SCRIPT = "\"'><script>hostile()</script><img src=x onerror=hostile()><hostile a='"
TURNED = "\u202eevil\u200b\u2066\ufeff"
Value = str | bytes | None | tuple[str, ...]
VALUES: dict[str, Value] = {
    "markup": SCRIPT,
    "template": "{{7777*7777}}{% now 'Y' %}${7777*7777}<%= 7777*7777 %>",
    "nothing": "a\0b",
    "broken": b"\xed\xa0\x80\xff\xfe\xc3",
    "turned": TURNED,
    "long": "x" * 100_000,
    "sql": "' OR 1=1 --\"; DROP TABLE x; %_\\",
    "formula": '=HYPERLINK("https://evil.example","x")',
    "path": "../../../../etc/passwd",
    "huge": "9" * 400,
    "key": str(2**63),
    "negative": "-1",
    "infinite": "1e999",
    "not a number": "NaN",
    "other digits": "\u0663\u00b2\uff11",
    "no such day": "2026-02-31T25:61",
    "first day": "0001-01-01T00:00+14:00",
    "last day": "9999-12-31T23:59-14:00",
    "header": "x\r\nSet-Cookie: hostile=1\r\n\r\n",
    "astral": "\U0001f600\U000e0001\u0301" * 3,
    "nested": "(" * 10_000 + 'City = "x"' + ")" * 10_000,
    "json": '{"a": [1, {"b": null}], "kind": "match"}',
    "json nested": "[" * 10_000,
    "script address": "javascript:hostile()",
    "elsewhere": "//evil.example/",
    "empty": "",
    "spaces": "   ",
    "missing": None,
    "twice": ("x", "y"),
}
NAMES = {
    method: re.compile(rf"(?:{method}|given|post|asked)(?:\.get|\.getlist)?[\[(]\s*\"(\w+)\"")
    for method in ("GET", "POST")
}
WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO) (?!\"(django_session|accounts_attempt))")
DEEPER = {
    "person_assign": {"range": "London"},
    "person_change": {"number": "+442079460002"},
    "person_swap": {"person": make.oid(PERSON)},
    "number_assign": {"person": make.oid(PERSON)},
    "number": {"at": "2026-11-22"},
    "activity": {"number": NUMBER},
}
"""What is asked for first, so that the next form of a page stands there."""
OTHERS = ((NUMBER, "+442079460002"), (make.oid(PERSON), make.oid("bob")))
"""A number that nobody holds, and a person who holds none: other forms stand on their pages."""
UNSEEN = {
    "plan_apply": ("reason", "ticket"),
    "plan_refuse": ("reason", "ticket"),
    "mfa_login_webauthn": ("credential",),
    "number_adopt": ("reason", "ticket", "seen"),
}
"""Fields of forms that a page shows only at times."""


@dataclass(frozen=True)
class Place:
    """A field of a page: by which route, method and address it is sent, with what else."""

    route: str
    method: str
    address: str
    field: str
    others: tuple[tuple[str, str], ...] = ()
    file: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.route} [{self.field}]"


class Sweep:
    """One browser that fills in fields of the pages of one tenant; what it changes is taken back each time.

    `secrets` stand in another tenant: no answer tells one, unless the browser itself had said it.
    """

    def __init__(
        self, client: Client, tenant: Tenant, routes: Iterable[str], secrets: Iterable[str] = ()
    ) -> None:
        self.client, self.tenant, self.secrets = client, tenant, tuple(secrets)
        client.raise_request_exception = False
        self.addresses = {name: reverse(name, kwargs=arguments(name, tenant)) for name in routes}
        self.cookies = client.cookies.copy()
        self.before = fingerprint()
        self.wrong: list[str] = []
        self._wrote = False

    def places(self) -> list[Place]:
        """Every field of every form, and every name that a view looks for or that a link asks with; each once."""
        found: dict[tuple[str, str, str], Place] = {}
        for place in [*self._in_pages(), *self._looked_for()]:
            found.setdefault((place.method, place.route, place.field), place)
        return list(found.values())

    def fill(self, place: Place, what: str, value: Value) -> None:
        """Fill it in, send it, and judge the answer."""
        with self._undone(), connection.execute_wrapper(self._watch):
            answer = self._send(place, value)
            self.judge(f"{place} = {what}", answer, value)
            refused = place.method == "GET" or answer.status_code >= 400
            if refused and self._wrote and fingerprint() != self.before:
                self.wrong.append(f"{place} = {what}: {answer.status_code}, but something was changed")

    def fill_all(self, fields: dict[str, Place], value: str) -> None:
        """Fill all fields of a form alike, then all but the mark of what its page showed: it is judged by itself."""
        place = next(iter(fields.values()))
        for kept in ((), ("seen", "was", "filter", "number")):
            rest = {key: one for other in fields.values() for key, one in other.others if key in kept}
            both = tuple((name, value) for name in fields if name not in rest) + tuple(rest.items())
            self.fill(replace(place, field="all", others=both), "the same", value)
            if not rest:
                break

    def look(self, address: str, what: str, value: Value = None) -> str:
        """Open a page, judge it, and give what stands there."""
        with self._undone():
            answer = self.client.get(address)
            return self.judge(f"{what}: {address[:100]}", answer, value)

    def judge(self, what: str, answer: Any, value: Value) -> str:
        """Note what an answer of ours may never be; gives what stands in it."""
        text = (b"".join(answer) if answer.streaming else answer.content).decode()
        told = [str(answer.status_code)] if answer.status_code >= 500 else []
        if "Traceback (most recent" in text or "60481729" in text:
            told.append("it was run")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            told += read(text).harmful
        elif text and answer.headers.get("X-Content-Type-Options") != "nosniff":
            told.append("a browser may guess what it is")
        if "hostile" in answer.cookies or any("\n" in header for header in answer.headers.values()):
            told.append("a header was added")
        if "evil.example" in answer.headers.get("Location", "").partition("?")[0]:
            told.append("it leads elsewhere")
        said = value if isinstance(value, str) else ""
        told += [f"it tells {secret}" for secret in self.secrets if secret in text and secret not in said]
        self.wrong += [f"{what}: {each}" for each in told]
        return text

    def _watch(self, execute: Any, statement: str, *more: Any) -> Any:
        """To look whether something was changed takes a while: only where something was written."""
        self._wrote = self._wrote or WRITES.match(statement) is not None
        return execute(statement, *more)

    def _in_pages(self) -> Iterator[Place]:
        for name, address, page in self._pages():
            for form in page.forms:
                yield from _of_form(name, address, form)
            yield from (Place(name, "GET", address, each) for each in sorted(page.asked))

    def _looked_for(self) -> Iterator[Place]:
        for name, address in self.addresses.items():
            for method in {"GET", "POST"} & set(ROUTES[name].methods):
                for field in sorted({*_looked_for(method, address), *UNSEEN.get(name, ())}):
                    yield Place(name, method, address, field, (("reason", "a test"),) * (field != "reason"))

    def _pages(self) -> Iterator[tuple[str, str, Page]]:
        for name, plain in self.addresses.items():
            deeper = [f"{plain}?{_query(DEEPER[name])}"] if name in DEEPER else []
            deeper += [plain.replace(known, other) for known, other in OTHERS if known in plain]
            if name == "settings_change":
                deeper = [plain.replace("/schedule/", f"/{section}/") for section in SECTIONS]
            for address in [plain, *deeper] if ROUTES[name].reads else []:
                with self._undone():
                    answer = self.client.get(address)
                    html = answer.headers.get("Content-Type", "").startswith("text/html")
                    yield name, address, read(answer.content.decode() if html else "")

    def _send(self, place: Place, value: Value) -> Any:
        fields: dict[str, Any] = dict(place.others)
        if place.file:
            data = value if isinstance(value, bytes) else str(value).encode()
            fields[place.field] = SimpleUploadedFile(f"{str(value)[:50]}.csv", b"first,last,range\n" + data)
        elif value is not None:
            fields[place.field] = value
        if place.method == "POST":
            return self.client.post(place.address, fields)
        return self.client.get(place.address.partition("?")[0], query_string=_query(fields))

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self._wrote = False
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        self.client.cookies = self.cookies.copy()


def together(places: Iterable[Place]) -> list[dict[str, Place]]:
    """The fields that are sent to the same address by the same method, by their names."""
    found: dict[tuple[str, str], dict[str, Place]] = {}
    for place in places:
        found.setdefault((place.method, place.address), {})[place.field] = place
    return list(found.values())


def _of_form(route: str, address: str, form: Form) -> Iterator[Place]:
    to = form.action or address
    name = resolve(to.partition("?")[0]).view_name or route
    reason = {"reason": "a test"} if form.method == "POST" else {}
    whole = {**form.fields, **reason, **dict(form.buttons[:1])}
    for each in [*whole, *dict(form.buttons[1:])]:
        others = tuple((key, value) for key, value in whole.items() if key != each)
        yield Place(name, form.method, to, each, others)
    for each in form.files:
        yield Place(name, form.method, to, each, tuple(whole.items()), file=True)


def _looked_for(method: str, address: str) -> set[str]:
    """The names that the module of a page's view looks for in what was sent."""
    module = sys.modules[resolve(address).func.__module__]
    return (
        set(NAMES[method].findall(inspect.getsource(module)))
        if module.__name__.startswith("numberline")
        else set()
    )


def _query(fields: dict[str, Any]) -> str:
    pairs = (
        (key, each)
        for key, value in fields.items()
        for each in (value if isinstance(value, tuple) else (value,))
    )
    return "&".join(f"{quote(key)}={quote(each)}" for key, each in pairs)


def paths(tenant: Tenant, values: Iterable[str | bytes]) -> Iterator[tuple[str, str]]:
    """The address of every route with each of its parts in turn replaced by each value; and that value."""
    for name in ROUTES:
        given = arguments(name, tenant)
        address = reverse(name, kwargs=given)
        for part in given.values():
            plain = quote(str(part), safe="")
            for value in values:
                yield address.replace(f"/{plain}/", f"/{quote(value, safe='')}/", 1), str(value)
