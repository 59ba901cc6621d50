"""The month that the demo's company has behind it: lived by the product, so that nothing of it is made up."""

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from numberline import clock
from numberline.audit.models import Entry
from numberline.cli.demo import company as companies
from numberline.cli.demo.company import Telling, Wish, opened
from numberline.directory.models import Person
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests.support import programs


@pytest.mark.sqlite
def test_the_last_month_has_joiners_leavers_movers_hands_and_a_held_plan(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(companies, "start", programs.simulator)
    with opened(tmp_path, Wish(20, 1, 0, history=True), Telling(lambda: 0.0, Event())) as company:
        tenant = Tenant.objects.get(pk=company.tenant_id)
        assert company.simulator.control.judgement() == []
    assert {"range_low", "held", "moved"} <= {
        item.code for item in Item.objects.of(tenant.pk).filter(closed_at=None)
    }
    assert tenant.limits["assign"] > 86_400, "a demo that runs for days is not held by its own limit"
    held = Person.objects.of(tenant.pk).filter(limited_by__isnull=False)
    assert set(held.values_list("limited_by", flat=True)) == {"release"}
    verbs = set(Entry.objects.of(tenant.pk).values_list("verb", flat=True))
    assert {"assign", "free", "change", "swap", "reserve", "block", "lock_person", "exclude"} <= verbs
    runs = Run.objects.of(tenant.pk)
    assert set(runs.values_list("outcome", flat=True)) == {"done"}
    assert {"sync", "plan", "hand"} <= set(runs.values_list("kind", flat=True))
    first, last = runs.order_by("pk").first(), runs.order_by("-pk").first()
    assert first is not None
    assert last is not None
    assert last.started_at - first.started_at > timedelta(days=25)
    assert last.started_at < clock.now()
