"""One range made, changed and removed: the same as a configuration file would do, and refused where it is refused."""

from typing import Any

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_apply import apply
from numberline.inventory.config_export import export
from numberline.inventory.config_moved import ConfigMoved, Seen
from numberline.inventory.config_problems import ConfigError, ConfigRefused
from numberline.inventory.find import RangeUnknown
from numberline.inventory.models import Number, Range
from numberline.inventory.one_range import (
    RangeExists,
    change_range,
    changing,
    make_range,
    making,
    remove_range,
    removing,
)
from numberline.inventory.range_preview import preview
from numberline.inventory.range_settings import Given, SettingsError, as_given, read_name, read_settings
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, listed, states, written

LONDON = """
ranges:
  - {name: London, type: direct_routing, numbers: ["+442079460000-+442079460009"], reserve: ["+442079460000"]}
  - {name: Leeds, type: direct_routing, numbers: ["+441632960000-+441632960004"], priority: 20}
"""


def made(tenant: Tenant, name: str, **settings: Given) -> Any:
    return make_range(tenant, name, read_settings(settings), seen=Seen.now(tenant), cause=CAUSE, at=NOW)


def changed(tenant: Tenant, name: str, **settings: Given) -> Any:
    return change_range(tenant, name, read_settings(settings), seen=Seen.now(tenant), cause=CAUSE, at=NOW)


def removed(tenant: Tenant, name: str) -> Any:
    return remove_range(tenant, name, seen=Seen.now(tenant), cause=CAUSE, at=NOW)


def trail(tenant: Tenant) -> list[tuple[str, Any, Any]]:
    return [(e.verb, e.before, e.after) for e in Entry.objects.of(tenant.pk)]


def test_a_range_made_alone_is_as_if_a_file_had_made_it(tenant: Tenant, other_tenant: Tenant) -> None:
    made(
        tenant,
        "London",
        type="direct_routing",
        provider="BT",
        numbers=["+442079460000-+442079460009", "+442079460300;ext=12"],
        rule='City = "London"',
        priority="5",
        enabled=False,
        quarantine="30d",
        reserve=["+442079460000"],
        block=["+442079460001"],
        policies={"TenantDialPlan": "UK", "CallingPolicy": None},
        alert_below="3",
        location="",
    )
    file = export(tenant).replace("tenant: contoso", "tenant: fabrikam")
    apply(file, cause=CAUSE, at=NOW)
    assert states(other_tenant) == states(tenant)
    assert [e for e in trail(other_tenant) if e[0] != "settings"] == trail(tenant)
    assert export(other_tenant) == file


def test_applying_the_export_after_a_change_changes_nothing(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    changed(tenant, "London", priority="7", numbers=["+442079460000-+442079460012"], block=["+442079460011"])
    removed(tenant, "Leeds")
    made(tenant, "York", type="operator_connect", select={"country": "GB", "area_code": "1904"})
    file = export(tenant)
    assert "York" in file
    assert not apply(file, cause=CAUSE, at=NOW).changed


def test_only_what_differs_is_written_and_recorded(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    row = Range.objects.of(tenant.pk).get(name="London")
    before = Tenant.objects.get().config_version
    changes = changed(tenant, "London", **{**as_given(row), "priority": "7", "grace": "2d"})
    assert changes.ranges_changed == {"London": ("priority", "grace")}
    last = Entry.objects.of(tenant.pk).order_by("-seq")[0]
    assert (last.verb, last.reason, last.actor) == ("range_changed", CAUSE.reason, CAUSE.actor)
    assert last.after == {"range": "London", "priority": 7, "grace": 172800}
    assert Tenant.objects.get().config_version == before + 1


def test_saving_a_range_as_it_is_writes_nothing(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    row = Range.objects.of(tenant.pk).get(name="London")
    assert written(lambda: changed(tenant, "London", **as_given(row))) == []


def test_numbers_that_leave_a_range_go_where_the_others_say(tenant: Tenant, applied: Apply) -> None:
    for text in ("+441632960001", "+441632960002"):
        listed(tenant, text)
    made(tenant, "All of GB", type="calling_plan", select={"country": "GB"})
    made(tenant, "Two", type="calling_plan", numbers=["+441632960002"])
    assert states(tenant)["+441632960002"] == ("available", "Two")
    removed(tenant, "Two")
    assert states(tenant) == {
        "+441632960001": ("available", "All of GB"),
        "+441632960002": ("available", "All of GB"),
    }


def test_among_selectors_a_new_priority_moves_numbers(tenant: Tenant) -> None:
    listed(tenant, "+441632960001")
    made(tenant, "A", type="calling_plan", select={"country": "GB"}, priority="1")
    made(tenant, "B", type="calling_plan", select={"country": "GB"}, priority="2")
    changed(tenant, "A", priority="3")
    assert states(tenant) == {"+441632960001": ("available", "B")}


def test_a_held_number_never_loses_its_range(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    force(tenant, "+442079460003", "assigning", "assigned")
    before = (states(tenant), trail(tenant))
    with pytest.raises(ConfigRefused) as refused:
        removed(tenant, "London")
    with pytest.raises(ConfigRefused):
        changed(tenant, "London", numbers=["+442079460004-+442079460009"])
    assert refused.value.numbers == (("+442079460003", "assigned", "London"),)
    assert (states(tenant), trail(tenant)) == before


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"numbers": ["+441632960004-+441632960008"]}, 'in two ranges, "London" and "Leeds": take it out'),
        ({"reserve": ["+442079460300"]}, "not in its numbers"),
        ({"select": {"country": "GB"}}, "cannot have select"),
    ],
)
def test_what_contradicts_itself_or_another_range_is_refused_without_speaking_of_lines(
    tenant: Tenant, applied: Apply, settings: dict[str, Given], sentence: str
) -> None:
    applied(LONDON)
    with pytest.raises(ConfigError) as error:
        changed(tenant, "London", **settings)
    assert sentence in str(error.value)
    assert "line" not in str(error.value)


def test_two_ranges_never_have_one_name_whatever_its_case(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    with pytest.raises(RangeExists):
        made(tenant, "LONDON", type="direct_routing")
    with pytest.raises(RangeUnknown):
        changed(tenant, "London 2", priority="5")
    with pytest.raises(ConfigError, match="no type"):
        made(tenant, "York", priority="5")


def test_what_somebody_else_changed_meanwhile_is_told_and_nothing_overwritten(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    seen = Seen.parse(str(Seen.now(tenant)))
    changed(tenant, "London", priority="50", rule="EVERYONE")
    with pytest.raises(ConfigMoved) as moved:
        change_range(tenant, "London", read_settings({"priority": "1"}), seen=seen, cause=CAUSE, at=NOW)
    assert len(moved.value.changes) == 1
    assert moved.value.changes[0].startswith('Range "London" was changed (priority, rule) by cli:anna')
    assert Range.objects.of(tenant.pk).get(name="London").priority == 50


def test_what_is_no_change_of_ranges_or_settings_is_in_nobodys_way(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    seen = Seen.now(tenant)
    Tenant.objects.update(config_version=seen.version + 1)
    change_range(tenant, "London", read_settings({"priority": "1"}), seen=seen, cause=CAUSE, at=NOW)
    assert Range.objects.of(tenant.pk).get(name="London").priority == 1


def test_a_token_that_was_made_up_counts_as_having_seen_nothing(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    for text in ("", "x.y", "1", "-1.5", "9" * 40 + ".1", "٣.٣"):
        with pytest.raises(ConfigMoved):
            remove_range(tenant, "London", seen=Seen.parse(text), cause=CAUSE, at=NOW)


def test_every_wrong_value_is_told_with_its_key() -> None:
    with pytest.raises(SettingsError) as error:
        read_settings(
            {
                "type": "landline",
                "priority": "high",
                "grace": "soon",
                "numbers": ["020 7946", "+442079460001"],
                "rule": 'City = "London"\nOR Town = "York"',
                "draw": None,
                "provider": "B\nT",
            }
        )
    problems = error.value.problems
    assert sorted(problems) == ["draw", "grace", "numbers", "priority", "provider", "rule", "type"]
    assert (problems["rule"][0].line, problems["rule"][0].column) == (2, 4)
    with pytest.raises(SettingsError, match="the name"):
        read_name("London\x00")


def test_what_a_form_is_filled_with_reads_back_as_it_is(tenant: Tenant, applied: Apply) -> None:
    applied(
        'ranges:\n  - {name: L, type: direct_routing, grace: 36h, policies: {TenantDialPlan: null}, rule: "EVERYONE",'
        ' numbers: ["+442079460000-+442079460009"]}'
    )
    row = Range.objects.of(tenant.pk).get(name="L")
    given = as_given(row)
    assert given["grace"] == "36h"
    assert not changed(tenant, "L", **given).changed


def test_a_preview_says_what_the_verb_then_does(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    listed(tenant, "+441632960100", "operator_connect")
    settings = {
        "numbers": ["+442079460002-+442079460010"],
        "reserve": ["+442079460004"],
        "priority": "3",
    }
    told = preview(tenant, "London", changing("London", read_settings(settings)), NOW)
    assert told.differences.keys() == {"numbers", "reserve", "priority"}
    assert (told.declared, told.declared_count, told.rests) == (("+442079460010",), 1, {"reserve": 1})
    assert [(g.source, g.target, g.retired, g.texts) for g in told.going] == [
        ("London", None, True, ("+442079460000-+442079460001",))
    ]
    assert written(lambda: preview(tenant, "London", removing("London"), NOW)) == []
    done = changed(tenant, "London", **settings)
    assert (done.numbers_added, done.numbers_retired, done.rests) == (1, 2, {"reserve": 1})
    assert not preview(tenant, "London", changing("London", read_settings(settings)), NOW).changes


def test_a_preview_of_a_new_range_names_what_joins_it_and_what_is_left_without(
    tenant: Tenant, applied: Apply
) -> None:
    applied(LONDON)
    listed(tenant, "+441632960100", "operator_connect")
    force(tenant, "+442079460003", "assigning", "assigned")
    wanted = making("York", read_settings({"type": "operator_connect", "select": {"country": "GB"}}))
    told = preview(tenant, "York", wanted, NOW)
    assert [(g.source, g.target, g.count) for g in told.going] == [(None, "York", 1)]
    refused = preview(tenant, "London", removing("London"), NOW).refused
    assert refused == (("+442079460003", "assigned", "London"),)


def test_a_change_of_a_rule_reads_no_number(tenant: Tenant, applied: Apply) -> None:
    applied(LONDON)
    Number.objects.of(tenant.pk).filter(text="+442079460005").update(provider="not as the range says")
    changed(tenant, "London", rule="EVERYONE", enabled=False)
    assert Number.objects.of(tenant.pk).get(text="+442079460005").provider == "not as the range says"
