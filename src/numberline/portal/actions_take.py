"""Taking a number back from whoever holds it, and taking over one that was set in Teams directly."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from numberline.access.visit import Visit
from numberline.assignments.holders import quarantine_of
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core import duration, phone
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.jobs.models import Kind
from numberline.overrides.concerned import name_of
from numberline.overrides.holding import holding_of, is_ours, why_not_ours
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.releasing import why_not_released
from numberline.overrides.ways import Way, Why
from numberline.portal.actions import Action, Preview
from numberline.portal.actions_asked import asked
from numberline.portal.actions_number import facts_of_number, stands
from numberline.portal.actions_person import held_by


def _held(row: Number) -> Assignment:
    held = holding_of(row)
    if held is None:
        raise OverrideRefused(f"{row.text} is {row.state}, and nobody holds it")
    return held


def _release(_visit: Visit, row: Number, _chosen: Mapping[str, str]) -> Preview:
    held = _held(row)
    why = why_not_released(held)
    if why is not None:
        raise OverrideRefused(why)
    who, rest = name_of(row.tenant_id, held.person), quarantine_of(row)
    rests = (
        f"It rests for {duration.write(rest)}, then its range gives it again."
        if rest
        else "It is available at once."
    )
    freed = held.freed_in_teams_at is not None
    effects = (
        f"Teams shows {row.text} free already: it is no longer kept for {who}."
        if freed
        else f"{who} loses {row.text} in Teams, at once: nobody reaches them at it any more.",
        rests,
        "Automation gives them no other number until somebody assigns one or includes them.",
    )
    shown = phone.grouped(row.text)
    facts = (*facts_of_number(row), freed)
    return Preview(f"Release {shown}", effects, f"Release {shown} now", facts, danger=True)


def _as_shown(row: Number) -> dict[str, Any]:
    """The number and who holds it: by the time it is done it may be with somebody else."""
    return {"number": row.text, "shown": {row.text: _held(row).person}}


def _do_release(
    visit: Visit, row: Number, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    return asked(visit, Kind.RELEASE, _as_shown(row), cause, ("number", row.text))


def _of_person(who: Person) -> Number:
    held = held_by(who)
    if held is None:
        raise OverrideRefused(Why(f"{who} has no number", Way("assign", who.object_id)))
    return held.number


def _release_theirs(visit: Visit, who: Person, chosen: Mapping[str, str]) -> Preview:
    return _release(visit, _of_person(who), chosen)


def _do_release_theirs(
    visit: Visit, who: Person, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    return asked(visit, Kind.RELEASE, _as_shown(_of_person(who)), cause, ("person", who.object_id))


def _adopt(_visit: Visit, row: Number, _chosen: Mapping[str, str]) -> Preview:
    held = _held(row)
    why = why_not_ours(held)
    if why is not None:
        raise OverrideRefused(why)
    if is_ours(held):
        raise OverrideRefused(f"{stands(row)[:-1]}: it was not set in Teams directly, or is adopted already")
    who, shown = name_of(row.tenant_id, held.person), phone.grouped(row.text)
    effects = (
        f"{row.text} of {who} was set in Teams directly.",
        "From now on it is ours: it is taken back when they leave, and can be released or changed here.",
        "Nothing changes in Teams.",
    )
    return Preview(f"Adopt {shown}", effects, f"Adopt {shown}", facts_of_number(row))


def _do_adopt(
    visit: Visit, row: Number, _chosen: Mapping[str, str], _given: dict[str, Any], cause: Cause
) -> HttpResponse:
    return asked(visit, Kind.ADOPT, _as_shown(row), cause, ("number", row.text))


RELEASE: Action[Number] = Action("number_release", "Release", _release, _do_release)
RELEASE_THEIRS: Action[Person] = Action(
    "person_release", "Release the number", _release_theirs, _do_release_theirs
)
ADOPT: Action[Number] = Action("number_adopt", "Adopt", _adopt, _do_adopt)
