"""What applying a configuration file would change is shown, and nothing is written."""

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_apply import apply
from numberline.inventory.config_changes import ConfigChanges
from numberline.inventory.config_check import check, doubts_of
from numberline.inventory.config_problems import ConfigError, ConfigRefused
from numberline.inventory.configfile import parse
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, listed, states

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


def test_a_declared_number_is_refused_where_no_country_gives_it_and_doubted_where_it_is_likely_mistyped(
    tenant: Tenant, applied: Apply
) -> None:
    one = "tenant: contoso\nranges:\n  - {name: London, type: direct_routing, numbers: [%s]}\n"
    with pytest.raises(ConfigError) as refused:
        previewed(one % '"+4420794600001"')
    assert str(refused.value).endswith("+4420794600001 is too long for GB (+44): check the digits.")
    text = one % '"+441632960000-+441632960009", "+442079460000"'
    said = "+441632960000-+441632960009 are not in the numbering plan of GB (+44) as it is known here: check the digits."
    assert doubts_of(parse(text)) == (f"line 3: {said}",)
    shown = previewed(text)
    assert shown.doubts == (f'range "London": {said}',)
    assert f'Warning: range "London": {said}' in shown.lines()
    of_teams = text.replace("direct_routing", "calling_plan")
    assert (doubts_of(parse(of_teams)), previewed(of_teams).doubts) == ((), ()), "what Teams lists is right"


def test_a_number_of_impossible_length_that_the_inventory_has_from_teams_is_doubted_and_not_refused(
    tenant: Tenant, applied: Apply
) -> None:
    """Teams is right about its own numbers; whoever mistypes the same number with one digit more is refused still."""
    listed(tenant, "+4420794600001", "operator_connect")
    listed(tenant, "+4420794600002", "operator_connect")
    listed(tenant, "+4420794600009", "direct_routing", teams_at=None)
    text = """tenant: contoso
ranges:
  - name: Odd
    type: operator_connect
    numbers: ["+4420794600001-+4420794600002"]
    reserve: ["+4420794600001"]
    block: ["+4420794600002"]
  - {name: Own, type: direct_routing, numbers: ["+4420794600009"]}
"""
    said = "+4420794600009 is too long for GB (+44): check the digits."
    assert previewed(text).doubts == (f'range "Own": {said}',), "Teams' own types are right as they are"
    applied(text)
    assert states(tenant)["+4420794600009"] == ("available", "Own")
    assert {state for state, name in states(tenant).values() if name == "Odd"} == {"reserved", "blocked"}
    assert previewed(text).lines() == ["Nothing would change."]
    with pytest.raises(ConfigError) as refused:
        previewed(text.replace("0002", "0003"))
    assert str(refused.value) == (
        'line 5: numbers of range "Odd": +4420794600001-+4420794600003 are too long for GB (+44): '
        "check the digits.\n"
        'line 7: block of range "Odd": +4420794600003 is too long for GB (+44): check the digits.'
    )


def test_a_file_that_is_checked_alone_is_told_what_applying_refuses_unless_teams_lists_it() -> None:
    text = """tenant: contoso
ranges:
  - {name: Odd, type: operator_connect, select: {country: GB}, block: ["+4420794600002"]}
  - {name: Own, type: direct_routing, numbers: ["+442079460000", "+4420794600009"]}
"""
    assert doubts_of(check(text)) == (
        "line 3: +4420794600002 is too long for GB (+44): check the digits; it is refused unless Teams lists it.",
        "line 4: +4420794600009 is too long for GB (+44): check the digits; it is refused unless Teams lists it.",
    )
    with pytest.raises(ConfigError, match="too long"):
        parse(text)
