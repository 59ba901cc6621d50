"""Runs: what each did, how it ended, and those that are at work."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from numberline import clock
from numberline.audit.search import entries_of_run
from numberline.paging import page
from numberline.portal.request import InTenant
from numberline.portal.trail import told
from numberline.runs.models import Run
from numberline.runs.passes import notice_killed
from numberline.runs.recent import KEYS, KINDS, OUTCOMES, Wanted
from numberline.runs.recent import runs as wanted_runs


def runs(request: InTenant) -> HttpResponse:
    """The runs of a tenant, the latest first."""
    notice_killed(request.visit.tenant)
    outcome, kind = request.GET.get("outcome", ""), request.GET.get("kind", "")
    wanted = Wanted(outcome if outcome in OUTCOMES else "", kind if kind in KINDS else "")
    shown = page(wanted_runs(request.visit.tenant.pk, wanted), KEYS, request.GET.get("page", ""))
    context = {"found": shown, "wanted": wanted, "outcomes": OUTCOMES, "kinds": KINDS}
    return render(request, "portal/runs.html", context)


def run(request: InTenant, key: int) -> HttpResponse:
    """One run: how far it is or how it ended, what it counted, and what it wrote into the trail."""
    tenant = request.visit.tenant
    notice_killed(tenant)
    found = get_object_or_404(Run.objects.of(tenant.pk), pk=key)
    rows = entries_of_run(tenant.pk, found.pk, found.started_at, found.ended_at or clock.now())
    entries = page(rows, ("at", "seq"), request.GET.get("page", ""))
    context: dict[str, Any] = {
        "run": found,
        "seconds": _seconds(found),
        "figures": _figures(found),
        "found": entries,
        "entries": told(tenant.pk, entries.rows),
    }
    return render(request, "portal/run.html", context)


def _seconds(run: Run) -> float | None:
    return None if run.ended_at is None else (run.ended_at - run.started_at).total_seconds()


def _figures(run: Run) -> list[tuple[int, str]]:
    """What a run counted, in the order in which it came about."""
    counts = run.counts
    read, applied = counts.get("read", {}), counts.get("applied", {})
    found = [
        (read.get("people"), "people read"),
        (read.get("numbers"), "numbers read"),
        (applied.get("assign"), "assigned"),
        (applied.get("change"), "changed"),
        (applied.get("release"), "released"),
        (counts.get("waiting"), "waiting after it"),
        (counts.get("held"), "held"),
        (counts.get("failed"), "failed"),
    ]
    return [(count, words) for count, words in found if count is not None]
