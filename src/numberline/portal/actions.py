"""The page of one action (M14): it shows who and what is touched, asks why, and says on its button what will happen.

An action is done by the verb that the command of the same name uses. What is only ours is done at once; what talks to
Microsoft is asked of the background loop. A refusal stands beside the form, and nothing was changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline.access.visit import Visit
from numberline.accounts.actor import in_portal
from numberline.audit.record import Cause
from numberline.directory.find import PersonUnknown
from numberline.overrides.outcome import Outcome
from numberline.portal.actions_forms import Reasoned
from numberline.portal.choices import people_like
from numberline.portal.led import led
from numberline.portal.request import InTenant
from numberline.runs.hand import REFUSALS

S = TypeVar("S")
MOVED = "This has changed since the page was shown, so nothing was done. What stands here now is as it is."


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action would do: its heading, what happens in sentences, its button, and the facts that it stands on."""

    title: str
    effects: Sequence[str]
    button: str
    facts: tuple[object, ...]
    danger: bool = False

    @property
    def seen(self) -> str:
        """A mark of the facts: the action is done only while they are as they were shown."""
        return sha256(repr((self.title, self.facts)).encode()).hexdigest()[:24]


@dataclass(slots=True)
class Choose(Exception):
    """What the action is about is still to be chosen; `error` says why what was chosen can't be."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Action(Generic[S]):
    """An action on a person or a number.

    `preview` raises one of REFUSALS when it can't be done, and Choose while something is still to be chosen; what was
    chosen stands in the address. `do` is given what the form holds; it gives where to go on when it only asked for it.
    """

    route: str
    label: str
    preview: Callable[[Visit, S, Mapping[str, str]], Preview]
    do: Callable[[Visit, S, Mapping[str, str], dict[str, Any], Cause], Outcome | HttpResponse]
    form: type[Reasoned] = Reasoned


@dataclass(frozen=True, slots=True)
class Offer:
    """A link to an action from the page of its subject; `first`: it is what is mostly wanted there."""

    route: str
    label: str
    first: bool = False


def act(request: InTenant, action: Action[S], subject: S, back: str) -> HttpResponse:
    """The page of an action on its subject; `back` is the subject's own page."""
    context: dict[str, Any] = {"subject": subject, "back": back, "label": action.label}
    try:
        preview = action.preview(request.visit, subject, request.GET)
    except Choose as chosen:
        context |= {"title": chosen.title, "error": chosen.error, **chosen.context}
        return render(request, chosen.template, context, status=_status(request, 200))
    except REFUSALS as error:
        context |= {"title": action.label, "refusal": sentence(error), "ways": led(request.visit, error)}
        return render(request, "portal/action.html", context, status=_status(request, 200))
    form = action.form(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        answer = _tried(request, action, subject, preview, form, context)
        if isinstance(answer, (Outcome, HttpResponse)):
            return _done(request, answer, back)
        status = answer
    context |= {"title": preview.title, "preview": preview, "form": form}
    return render(request, "portal/action.html", context, status=status)


def sentence(error: Exception) -> str:
    """A refusal as a sentence; an address that it begins with stays as it is written."""
    text = str(error).strip()
    if "@" not in text.partition(" ")[0]:
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def cause_of(visit: Visit, given: Mapping[str, Any]) -> Cause:
    """Who does it, and why."""
    return Cause(in_portal(visit.user), given["reason"], given["ticket"])


def _tried(
    request: InTenant,
    action: Action[S],
    subject: S,
    preview: Preview,
    form: Reasoned,
    context: dict[str, Any],
) -> Outcome | HttpResponse | int:
    """What became of it, or the status of the page that says why nothing did; the page's `context` learns the ways on."""
    if not form.is_valid():
        return 422
    if request.POST.get("seen") != preview.seen:
        form.add_error(None, MOVED)
        return 409
    cause = cause_of(request.visit, form.cleaned_data)
    try:
        return action.do(request.visit, subject, request.GET, form.cleaned_data, cause)
    except REFUSALS as error:
        typed = form.cleaned_data.get("person", "") if isinstance(error, PersonUnknown) else ""
        meant = people_like(request.visit, typed)
        if meant.people:
            form.add_error("person", meant.said(typed))
            context["meant"] = meant
        else:
            form.add_error(None, sentence(error))
        context["ways"] = led(request.visit, error)
        return 409


def _done(request: InTenant, done: Outcome | HttpResponse, back: str) -> HttpResponse:
    if isinstance(done, HttpResponse):
        return done
    (messages.success if done.changed else messages.info)(request, done.sentence)
    return redirect(back)


def _status(request: InTenant, shown: int) -> int:
    return shown if request.method == "GET" else 409
