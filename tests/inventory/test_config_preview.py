"""What applying a configuration file would change is shown, and nothing is written."""

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_apply import apply
from numberline.inventory.config_changes import ConfigChanges
from numberline.inventory.config_problems import ConfigRefused
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, states

BEFORE = """
ranges:
  - {name: London, type: direct_routing, numbers: ["+442079460000-+442079460009"], block: ["+442079460001"]}
  - {name: Old, type: direct_routing, numbers: ["+442079460020"]}
"""
AFTER = """tenant: contoso
mode: assign
ranges:
  - {name: London, numbers: ["+442079460000-+442079460004"], priority: 5, reserve: ["+442079460000"], block: []}
  - {name: Leeds, type: direct_routing, numbers: ["+442079460005-+442079460009", "+441134960000"]}
"""


def previewed(text: str = AFTER) -> ConfigChanges:
    """What the file would do."""
    return apply(text, cause=CAUSE, at=NOW, preview=True)


def test_a_preview_says_what_would_be_changed_and_writes_nothing(tenant: Tenant, applied: Apply) -> None:
    applied(BEFORE)
    numbers, version = states(tenant), Tenant.objects.get().config_version
    entries, ranges = Entry.objects.of(tenant.pk).count(), list(Range.objects.of(tenant.pk).values())
    found = previewed()
    assert found.lines() == [
        "contoso: mode would be changed",
        'range "Leeds" would be added',
        'range "London" would be changed: numbers, priority, reserve, block',
        'range "Old" would be removed',
        "1 number would be added",
        "1 number would be retired",
        "5 numbers would be moved",
        "1 number would be reserved",
        "1 number would be no longer blocked",
        "Nothing was written.",
    ]
    assert (states(tenant), Tenant.objects.get().config_version) == (numbers, version)
    assert list(Range.objects.of(tenant.pk).values()) == ranges
    assert (Tenant.objects.get().mode, Entry.objects.of(tenant.pk).count()) == ("observe", entries)
    done = applied(AFTER)
    assert {**done.to_json(), "preview": True} == found.to_json(), "and that is what happens then"


def test_a_file_that_changes_nothing_says_so(tenant: Tenant, applied: Apply) -> None:
    applied(BEFORE)
    assert previewed(f"tenant: contoso\n{BEFORE}").lines() == ["Nothing would change."]


def test_what_would_be_refused_is_refused(tenant: Tenant, applied: Apply) -> None:
    applied(BEFORE)
    force(tenant, "+442079460020", "assigned")
    with pytest.raises(ConfigRefused):
        previewed()
