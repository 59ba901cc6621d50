"""How pages tell what was done and by whom: plain words, with what the trail has on hover."""

import re
from typing import Any

from django import template
from django.db.models import Q
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from numberline.accounts.models import User
from numberline.audit import words

register = template.Library()

KNOWN = "_names_of_actors"
MOST = 500
"""So many names of a tenant's team are looked up for a page; whoever is behind them is told by their address."""
CODE = re.compile(r"[a-z]+(_[a-z]+)*")


@register.simple_tag
def done(verb: str, state: str | None = None) -> SafeString:
    """What was done, in plain words; the verb itself, by which one filters, on hover."""
    return format_html('<span title="{}">{}</span>', verb, words.said(verb, state))


@register.filter
def said(verb: str) -> str:
    """A verb in plain words, for places that take no hover."""
    return words.said(verb)


@register.filter
def why(text: str | None) -> str:
    """A reason as it was written, or a code in words."""
    return text.replace("_", " ") if text and CODE.fullmatch(text) else text or ""


@register.simple_tag(takes_context=True)
def actor(context: Context, text: str) -> str:
    """Who acted, as people read it: `Anna Berger (portal)`, `anna (command line)`, `automation`."""
    where, colon, name = text.partition(":")
    if colon and where == "portal":
        return f"{_names(context).get(name) or name} (portal)"
    return f"{name} (command line)" if colon and where == "cli" else text


@register.simple_tag(takes_context=True)
def by(context: Context, text: str) -> SafeString:
    """Who acted, with how the trail names them on hover."""
    return format_html('<span title="{}">{}</span>', text, actor(context, text))


def _names(context: Context) -> dict[str, str]:
    """What the owners and those of the tenant's team are called, by address: looked up once for a page."""
    request: Any = context["request"]
    visit = getattr(request, "visit", None)
    known: dict[str, str] | None = getattr(request, KNOWN, None)
    if known is None:
        ours = Q(owner=True)
        if visit is not None:
            ours |= Q(grants__where=visit.tenant)
        rows = User.objects.filter(ours).exclude(name="").values_list("email", "name")
        known = dict(rows.order_by("pk")[:MOST])
        setattr(request, KNOWN, known)
    return known
