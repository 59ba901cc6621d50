"""How pages write numbers, states and times."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from numberline import clock
from numberline.core import phone
from numberline.core.states import State

register = template.Library()

SHAPES = {
    State.AVAILABLE: "○",
    State.RESERVED: "◇",
    State.ASSIGNING: "▷",
    State.ASSIGNED: "●",
    State.RELEASING: "◁",
    State.QUARANTINED: "◔",
    State.BLOCKED: "✕",
    State.RETIRED: "–",
}
"""A shape beside each state's word, so that colour is never all that tells them apart."""
# The first sign that is found counts: most browsers call themselves all that came before them as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)
WRITTEN = re.compile(r"(?<![\w+])\+[1-9][0-9]{6,14}(?:;ext=[0-9]{1,15})?(?![0-9])")
STEPS = ((86400 * 365, "y"), (86400 * 30, "mo"), (86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


@register.filter
def grouped(text: str | None) -> str:
    """A number as its country writes it, with its country code: `+44 20 7946 0012`. Empty for none."""
    return phone.grouped(text) if text else ""


@register.filter
def readable(sentence: object) -> str:
    """A sentence with the numbers in it as their countries write them, for E.164 is for machines."""
    return WRITTEN.sub(lambda found: phone.grouped(found[0]), str(sentence or ""))


@register.filter
def words(code: object) -> str:
    """A code as words: `next_available` and Microsoft's `nextAvailable` are "next available"."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f" {found[0].lower()}", str(code)).replace("_", " ")


@register.filter
def named(names: Mapping[str, Any], key: str) -> Any:
    """Whom `names` has by that key; empty when the directory does not know them."""
    return names.get(key, "")


@register.filter
def browser(user_agent: str) -> str:
    """What a browser says of itself, as people call it: `Firefox on Windows`."""
    name = next((word for sign, word in BROWSERS if sign in user_agent), "An unknown browser")
    system = next((word for sign, word in SYSTEMS if sign in user_agent), "")
    return f"{name} on {system}" if system else name


@register.simple_tag
def number(text: str | None, page: str = "") -> SafeString | str:
    """A number as its country writes it, with a link to its `page` if one is given, and a button that copies it as
    E.164."""
    if not text:
        return ""
    shown = format_html('<span class="tabular">{}</span>', grouped(text))
    return format_html(
        '<span class="number">{0}'
        '<button type="button" class="copy" data-copy="{1}" title="Copy {1}" aria-label="Copy {1}"></button></span>',
        format_html('<a href="{}">{}</a>', page, shown) if page else shown,
        text,
    )


@register.simple_tag
def state(name: str) -> SafeString:
    """The badge of a number's state: its shape, its word, its colour."""
    return format_html(
        '<span class="state state-{0}"><span aria-hidden="true">{1}</span> {0}</span>',
        name,
        SHAPES[State(name)],
    )


@register.simple_tag
def ago(at: datetime | None, none: str = "never") -> SafeString | str:
    """A time as how long ago it is or how soon it comes, with the exact time on hover."""
    if at is None:
        return none
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        relative((clock.now() - at).total_seconds()),
    )


@register.simple_tag
def ends(at: datetime | None) -> SafeString | str:
    """When something ends: the day and the time, for "in 1 d" may be a day off; how long it is till then on hover."""
    if at is None:
        return ""
    left = f"{at:%Y-%m-%d %H:%M:%S} UTC, {relative((clock.now() - at).total_seconds())}"
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{} UTC</time>',
        at.isoformat(),
        left,
        f"{at:%Y-%m-%d %H:%M}",
    )


def relative(seconds: float) -> str:
    """A distance in time in words: `3 min ago`, `in 2 h`, `just now`."""
    size = abs(seconds)
    for length, unit in STEPS:
        if size >= length:
            amount = f"{int(size // length)} {unit}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return "just now"


@register.inclusion_tag("portal/parts/bar.html")
def bar(counts: Mapping[str, int], label: str = "") -> dict[str, Any]:
    """A utilisation bar: `counts` of numbers by state, stacked in the order of the states."""
    total = sum(counts.values())
    parts = [
        {"state": s.value, "count": counts[s.value], "share": 1000 * counts[s.value] / total}
        for s in State
        if counts.get(s.value)
    ]
    return {"parts": _placed(parts), "total": total, "label": label}


def _placed(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each part with the place where it begins, in thousandths: a drawing needs no inline style, which the content
    security policy forbids."""
    at = 0.0
    for part in parts:
        part["at"] = round(at, 2)
        at += part["share"]
        part["share"] = round(part["share"], 2)
    return parts
