"""Changing settings of a tenant, one form for those that belong together: what `config apply` would do with these keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from numberline import clock
from numberline.audit.chain import TrailBroken
from numberline.inventory.config_moved import ConfigMoved, Seen
from numberline.inventory.config_problems import ConfigBusy, Problem
from numberline.inventory.range_settings import Given, SettingsError
from numberline.inventory.tenant_settings import as_given, change_settings, read_tenant_settings
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import InTenant
from numberline.portal.settings_sections import SECTIONS, Section

REFUSALS = (ConfigMoved, ConfigBusy, TrailBroken)
LONGEST = 20_000
"""Characters of a value that is shown again; no setting is nearly as long."""

Problems = Mapping[str, Sequence[Problem]]


def settings_change(request: InTenant, section: str) -> HttpResponse:
    """The form of a section; posted: write what differs, or say what is wrong beside it."""
    chosen = SECTIONS.get(section)
    if chosen is None:
        raise Http404
    if request.method != "POST":
        return _form(request, chosen, as_given(request.visit.tenant))
    given = {one.key: one.posted(request.POST) for one in chosen.settings}
    try:
        written = write(request, given)
    except SettingsError as error:
        return _form(request, chosen, given, problems=error.problems, status=422)
    except NoReason as error:
        return _form(request, chosen, given, refusal=str(error), status=422)
    except REFUSALS as error:
        return _form(request, chosen, given, refusal=str(error), status=409)
    say(request, chosen.title, written)
    return redirect("settings", tenant=request.visit.tenant.name)


def write(request: InTenant, given: Mapping[str, Given]) -> tuple[str, ...]:
    """Write settings as a form gives them; gives the keys that differed. Raises NoReason, SettingsError and REFUSALS."""
    tenant = request.visit.tenant
    wanted = read_tenant_settings(tenant, given)
    cause = cause_of(request)
    seen = Seen.parse(request.POST.get("seen", ""))
    return change_settings(tenant, wanted, seen=seen, cause=cause, at=clock.now())


def say(request: InTenant, title: str, written: tuple[str, ...]) -> None:
    """What became of it, on the next page."""
    told = f"{title}: saved. The next pass goes by it." if written else f"{title}: it was so already."
    messages.info(request, told)


def _form(
    request: InTenant,
    section: Section,
    given: Mapping[str, Given],
    *,
    problems: Problems | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = [(one, _again(given.get(one.key)), (problems or {}).get(one.key, ())) for one in section.settings]
    context: dict[str, Any] = {
        "section": section,
        "rows": rows,
        "refusal": refusal,
        "seen": Seen.now(request.visit.tenant),
    }
    return render(request, "portal/settings_change.html", context, status=status)


def _again(value: Given) -> Given:
    return value[:LONGEST] if isinstance(value, str) else value
