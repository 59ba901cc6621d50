"""Applying a configuration file: what it makes, what it leaves alone, what it refuses."""

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_problems import ConfigError, ConfigRefused
from numberline.inventory.models import Number, Range
from numberline.tenants.find import TenantUnknown
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, listed, states, written

LONDON = """
ranges:
  - name: London
    type: direct_routing
    numbers: ["+442079460000-+442079460009", "+442079460300;ext=12"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
    reserve: ["+442079460000"]
    block: ["+442079460001"]
"""


def one_range(tenant: Tenant, name: str = "London") -> Range:
    return Range.objects.of(tenant.pk).get(name=name)


def test_a_new_range_has_the_settings_of_the_file_and_defaults_for_the_rest(
    tenant: Tenant, applied: Apply
) -> None:
    changes = applied(LONDON)
    london = one_range(tenant)
    assert (london.type, london.priority, london.enabled, london.draw) == (
        "direct_routing",
        100,
        True,
        "lowest",
    )
    assert london.rule == 'Office = "Park Lane" AND City = "LONDON"'
    assert london.grace_seconds is None
    assert changes.ranges_added == ("London",)
    assert changes.numbers_added == 11


def test_declared_direct_routing_numbers_become_available_rows(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    found = states(tenant)
    assert len(found) == 11
    assert found["+442079460005"] == ("available", "London")
    assert found["+442079460000"] == ("reserved", "London")
    assert found["+442079460001"] == ("blocked", "London")
    assert found["+442079460300;ext=12"] == ("available", "London")
    row = Number.objects.of(tenant.pk).get(text="+442079460005")
    assert (row.country, row.area_code, row.teams_free, row.since, row.value) == (
        "GB",
        "20",
        True,
        NOW,
        442079460005,
    )


def test_applying_the_same_file_again_writes_nothing(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    version = Tenant.objects.get().config_version
    assert not applied(LONDON).changed
    assert written(lambda: applied(LONDON)) == []
    assert Tenant.objects.get().config_version == version


def test_the_version_of_the_configuration_rises_with_a_change(tenant: Tenant, applied: Apply) -> None:
    before = Tenant.objects.get().config_version
    applied(LONDON)
    assert Tenant.objects.get().config_version == before + 1
    applied("mode: assign")
    assert Tenant.objects.get().config_version == before + 2


def test_a_key_that_is_absent_leaves_its_setting_as_it_is(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    applied("ranges:\n  - name: London\n    priority: 5\n")
    london = one_range(tenant)
    assert london.priority == 5
    assert london.rule == 'Office = "Park Lane" AND City = "LONDON"'
    assert london.declared == {"reserve": ["+442079460000"], "block": ["+442079460001"]}
    assert len(states(tenant)) == 11


def test_null_takes_a_setting_back(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON + "    location: loc-1\n    grace: 2h\n    provider: BT\n")
    assert one_range(tenant).grace_seconds == 7200
    applied("ranges: [{name: London, location: null, grace: null, provider: null, rule: null}]")
    london = one_range(tenant)
    assert (london.location, london.grace_seconds, london.provider, london.rule) == ("", None, "", "")


def test_tenant_settings_are_applied_and_the_others_stay(tenant: Tenant, applied: Apply) -> None:
    applied(
        "mode: assign\npoll: 2m\nexclude: 'Department = \"Temp\"'\nlimits: {assign: 7}\ndefaults: {grace: 3h}"
    )
    found = Tenant.objects.get()
    assert (found.mode, found.poll_seconds, found.exclude) == ("assign", 120, 'Department = "Temp"')
    assert found.limits == {"assign": 7, "change": 10, "release": 10, "percent": 1, "most": 100}
    assert (found.grace_seconds, found.quarantine_seconds) == (10800, 0)


def test_a_file_without_ranges_leaves_them_all(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    applied("mode: assign")
    assert len(states(tenant)) == 11


def test_a_range_that_is_absent_is_removed_and_its_numbers_retire(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    changes = applied("ranges: []")
    assert changes.ranges_removed == ("London",)
    assert changes.numbers_retired == 11
    assert not Range.objects.of(tenant.pk).exists()
    assert set(states(tenant).values()) == {("retired", None)}


def test_numbers_no_longer_declared_retire_and_come_back_when_declared_again(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    applied("ranges: [{name: London, numbers: ['+442079460000-+442079460004']}]")
    found = states(tenant)
    assert found["+442079460005"] == ("retired", None)
    assert found["+442079460300;ext=12"] == ("retired", None)
    assert found["+442079460000"] == ("reserved", "London")
    changes = applied(LONDON)
    assert states(tenant)["+442079460005"] == ("available", "London")
    assert changes.numbers_added == 6


def test_a_declared_reservation_that_comes_back_with_its_number_is_reserved(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    applied("ranges: []")
    applied(LONDON)
    found = states(tenant)
    assert found["+442079460000"] == ("reserved", "London")
    assert found["+442079460001"] == ("blocked", "London")


def test_a_number_that_microsoft_refused_is_blocked_still_when_declared_again(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", "assigning", "blocked", block_code="refused_by_microsoft")
    applied("ranges: []")
    applied(LONDON)
    assert states(tenant)["+442079460005"] == ("blocked", "London")


@pytest.mark.parametrize(
    ("way", "fields"),
    [
        (("assigned",), {}),
        (("assigning",), {}),
        (("assigning", "quarantined"), {}),
        (("assigned", "releasing"), {}),
        (("reserved",), {"reserved_purpose": "for the new director"}),
    ],
)
def test_leaving_a_held_or_kept_number_without_a_range_is_refused_and_changes_nothing(
    tenant: Tenant, applied: Apply, way: tuple[str, ...], fields: dict[str, str]
) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", *way, **fields)
    before = states(tenant)
    with pytest.raises(ConfigRefused) as refused:
        applied("mode: full\nranges: [{name: London, numbers: ['+442079460000-+442079460004']}]")
    assert refused.value.numbers == (("+442079460005", way[-1], "London"),)
    assert f'+442079460005 ({way[-1]}, of range "London")' in str(refused.value)
    assert states(tenant) == before
    assert Tenant.objects.get().mode == "observe"
    assert one_range(tenant).numbers == ["+442079460000-+442079460009", "+442079460300;ext=12"]


def test_moving_numbers_from_one_range_to_another_in_one_file_is_fine(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", "assigned")
    changes = applied(
        """
ranges:
  - {name: London, numbers: ["+442079460000-+442079460004"], reserve: ["+442079460000"], block: ["+442079460001"]}
  - {name: Second, type: direct_routing, numbers: ["+442079460005-+442079460009"]}
"""
    )
    found = states(tenant)
    assert found["+442079460005"] == ("assigned", "Second")
    assert found["+442079460006"] == ("available", "Second")
    assert changes.numbers_moved == 5
    moved = Entry.objects.of(tenant.pk).get(verb="move_range")
    assert moved.before == {"range": "London", "numbers": ["+442079460005-+442079460009"]}
    assert moved.after == {"range": "Second", "numbers": ["+442079460005-+442079460009"]}


def test_a_range_can_be_renamed_because_its_numbers_go_along(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", "assigned")
    changes = applied(LONDON.replace("name: London", "name: Park Lane"))
    assert (changes.ranges_added, changes.ranges_removed) == (("Park Lane",), ("London",))
    assert states(tenant)["+442079460005"] == ("assigned", "Park Lane")
    assert states(tenant)["+442079460000"] == ("reserved", "Park Lane")


def test_reservations_and_blocks_made_by_hand_are_not_the_files(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", "reserved", reserved_purpose="for the new director")
    force(tenant, "+442079460006", "blocked", block_code="by_hand")
    assert not applied(LONDON).changed
    applied("ranges: [{name: London, reserve: [], block: []}]")
    found = states(tenant)
    assert found["+442079460000"] == found["+442079460001"] == ("available", "London")
    assert found["+442079460005"][0] == "reserved"
    assert found["+442079460006"][0] == "blocked"


def test_a_number_goes_from_reserved_to_blocked_when_the_file_says_so(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    changes = applied("ranges: [{name: London, block: ['+442079460000'], reserve: ['+442079460001']}]")
    found = states(tenant)
    assert found["+442079460000"][0] == "blocked"
    assert found["+442079460001"][0] == "reserved"
    assert changes.rests == {"block": 1, "reserve": 1}


def test_declared_reservations_follow_when_numbers_shrink(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    applied("ranges: [{name: London, numbers: ['+442079460001-+442079460009']}]")
    assert one_range(tenant).declared == {"reserve": [], "block": ["+442079460001"]}


def test_a_declared_reservation_of_an_assigned_number_waits_until_it_is_free(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", "assigned")
    applied("ranges: [{name: London, reserve: ['+442079460000', '+442079460005']}]")
    assert states(tenant)["+442079460005"] == ("assigned", "London")


def test_a_direct_routing_number_found_in_teams_joins_its_range_and_keeps_its_state(
    tenant: Tenant, applied: Apply
) -> None:
    listed(
        tenant, "+442079460005", "direct_routing", state="assigned", teams_free=False, teams_target="someone"
    )
    changes = applied(LONDON)
    assert states(tenant)["+442079460005"] == ("assigned", "London")
    assert changes.numbers_added == 10
    assert changes.numbers_moved == 1


def test_only_numbers_that_teams_lists_become_part_of_other_ranges(tenant: Tenant, applied: Apply) -> None:
    listed(tenant, "+441632960001")
    listed(tenant, "+441632960002", "operator_connect")
    changes = applied(
        "ranges: [{name: Plan, type: calling_plan, numbers: ['+441632960000-+441632960009'], reserve: ['+441632960001']}]"
    )
    assert states(tenant) == {"+441632960001": ("reserved", "Plan"), "+441632960002": ("available", None)}
    assert changes.mismatched == (("+441632960002", "operator_connect", "Plan"),)
    assert any("+441632960002" in line for line in changes.lines())


def test_numbers_that_leave_a_calling_plan_range_are_not_retired(tenant: Tenant, applied: Apply) -> None:
    listed(tenant, "+441632960001")
    applied(
        "ranges: [{name: Plan, type: calling_plan, numbers: ['+441632960001'], block: ['+441632960001']}]"
    )
    assert states(tenant) == {"+441632960001": ("blocked", "Plan")}
    applied("ranges: []")
    assert states(tenant) == {"+441632960001": ("available", None)}


def test_explicit_blocks_beat_selectors_and_priority_then_name_decide_among_those(
    tenant: Tenant, applied: Apply
) -> None:
    for last in range(4):
        listed(tenant, f"+44163296000{last}", area_code="1632", city="Abingdon" if last == 3 else "")
    applied(
        """
ranges:
  - {name: A, type: calling_plan, select: {country: gb}, priority: 50}
  - {name: Z, type: calling_plan, select: {area_code: "1632"}, priority: 20}
  - {name: B, type: calling_plan, select: {city: ABINGDON}, priority: 20}
  - {name: C, type: calling_plan, numbers: ["+441632960000"], priority: 900}
  - {name: D, type: operator_connect, select: {country: GB}, priority: 1}
"""
    )
    assert {text: name for text, (_, name) in states(tenant).items()} == {
        "+441632960000": "C",
        "+441632960001": "Z",
        "+441632960002": "Z",
        "+441632960003": "B",
    }


def test_a_number_whose_type_changed_in_teams_stays_until_a_range_of_that_type_has_it(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    force(tenant, "+442079460005", teams_type="operator_connect", teams_at=NOW)
    changes = applied(LONDON)
    assert states(tenant)["+442079460005"] == ("available", "London")
    assert changes.mismatched == (("+442079460005", "operator_connect", "London"),)
    applied(
        """
ranges:
  - {name: London, numbers: ["+442079460000-+442079460004"]}
  - {name: Ported, type: operator_connect, numbers: ["+442079460005"]}
"""
    )
    row = Number.objects.of(tenant.pk).get(text="+442079460005")
    assert (row.type, row.range.name if row.range else None, row.state) == (
        "operator_connect",
        "Ported",
        "available",
    )


def test_a_new_range_needs_a_type(tenant: Tenant, applied: Apply) -> None:
    with pytest.raises(ConfigError, match='line 3: range "X" is new and has no type'):
        applied("ranges:\n  - name: X\n")


def test_what_only_file_and_database_together_show_is_refused_with_its_line(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    with pytest.raises(ConfigError) as refused:
        applied(
            "ranges:\n  - name: London\n    reserve: ['+442079461111']\n    select: {country: GB}\n"
            "  - name: B\n    type: calling_plan\n    numbers: ['+442079460009']\n"
        )
    assert [problem.line for problem in refused.value.problems] == [5, 8]
    with pytest.raises(ConfigError, match="line 4: reserve of range"):
        applied("ranges:\n  - name: London\n    reserve: ['+442079461111']\n")


def test_an_unknown_tenant_is_said_to_be_unknown(tenant: Tenant, applied: Apply) -> None:
    with pytest.raises(TenantUnknown):
        applied("tenant: nobody\nmode: full")


def test_other_tenants_are_left_alone(tenant: Tenant, other_tenant: Tenant, applied: Apply) -> None:
    applied(LONDON.replace("ranges:", "tenant: fabrikam\nranges:"))
    assert states(tenant) == {}
    applied("ranges: []")
    assert len(states(other_tenant)) == 11


def test_every_change_is_in_the_audit_trail(tenant: Tenant, applied: Apply) -> None:
    applied("mode: assign" + LONDON)
    applied("ranges: [{name: London, numbers: ['+442079460000-+442079460008'], priority: 7, block: []}]")
    entries = list(Entry.objects.of(tenant.pk))
    assert {entry.actor for entry in entries} == {CAUSE.actor}
    by_verb = {entry.verb: entry for entry in entries}
    assert set(by_verb) == {"settings", "range_added", "declare", "range_changed", "retire", "unblock"}
    assert by_verb["settings"].before == {"mode": "observe"}
    assert by_verb["settings"].after == {"mode": "assign"}
    assert by_verb["declare"].after == {
        "range": "London",
        "numbers": ["+442079460000-+442079460009", "+442079460300;ext=12"],
    }
    changed = by_verb["range_changed"]
    assert changed.before == {
        "range": "London",
        "numbers": ["+442079460009", "+442079460300;ext=12"],
        "priority": 100,
        "block": ["+442079460001"],
    }
    assert changed.after == {"range": "London", "numbers": [], "priority": 7, "block": []}
    assert by_verb["unblock"].number == "+442079460001"
    assert by_verb["unblock"].before == {"state": "blocked", "holder": None, "range": "London"}
    assert by_verb["unblock"].after == {"state": "available", "holder": None, "range": "London"}


def test_a_provider_of_a_direct_routing_range_is_its_numbers_provider(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    applied("ranges: [{name: London, provider: BT}]")
    assert set(Number.objects.of(tenant.pk).values_list("provider", flat=True)) == {"BT"}


def test_reserving_what_was_blocked_takes_the_block_back(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    applied("ranges: [{name: London, reserve: ['+442079460000', '+442079460001']}]")
    assert one_range(tenant).declared == {"reserve": ["+442079460000", "+442079460001"], "block": []}
    assert states(tenant)["+442079460001"] == ("reserved", "London")


def test_a_range_can_change_its_type_with_the_numbers_that_teams_moved(
    tenant: Tenant, applied: Apply
) -> None:
    applied("ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460001']}]")
    for last in (0, 1):
        force(tenant, f"+44207946000{last}", "assigned", teams_type="operator_connect", teams_at=NOW)
    applied("ranges: [{name: London, type: operator_connect}]")
    assert set(states(tenant).values()) == {("assigned", "London")}
    assert set(Number.objects.of(tenant.pk).values_list("type", flat=True)) == {"operator_connect"}


def test_a_selector_cannot_stay_when_a_range_becomes_direct_routing(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: London, type: calling_plan, select: {country: GB}}]")
    with pytest.raises(ConfigError, match=r"line 2: .* cannot have select, .* write select: null"):
        applied("ranges: [{name: London, type: direct_routing}]")
    applied("ranges: [{name: London, type: direct_routing, select: null}]")
    assert one_range(tenant).type == "direct_routing"
