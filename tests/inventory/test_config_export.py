"""What is exported says everything that is there: applying it again changes nothing."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numberline.inventory.config_check import check
from numberline.inventory.config_export import export, quoted
from numberline.inventory.config_keys import OF_RANGE, TOP
from numberline.inventory.models import Number, Range
from numberline.tenants.models import Tenant
from tests.inventory.conftest import Apply, force, listed, states, written

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff"),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() and text.isprintable() and text)
durations = st.tuples(st.integers(0, 300), st.sampled_from("smhd")).map(lambda pair: f"{pair[0]}{pair[1]}")
rules = st.sampled_from(
    [
        "EVERYONE",
        'City = "London"',
        'City = "O\'Hare: #1" AND NOT Department IN ("a", "b")',
        '(user.city -eq "Zürich")\n  -and (user.department -startsWith "x")',
    ]
)


def whole(number: int) -> str:
    return f"+4420794{number:05d}"


@st.composite
def blocks(draw: st.DrawFn, low: int) -> list[str]:
    """Blocks inside one hundred, so that ranges never overlap each other."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        start, end = sorted((draw(st.integers(0, 99)), draw(st.integers(0, 99))))
        kind = draw(st.sampled_from(["block", "one", "extension"]))
        first = whole(low + start)
        found.append(
            {"block": f"{first}-{whole(low + end)}", "one": first, "extension": f"{first};ext={end}"}[kind]
        )
    return found


@st.composite
def one_range(draw: st.DrawFn, index: int) -> dict[str, object]:
    """A range with a random choice of its keys."""
    type_ = draw(st.sampled_from(["direct_routing", "calling_plan", "operator_connect"]))
    numbers = draw(blocks(index * 100))
    keys: dict[str, st.SearchStrategy[object]] = {
        "provider": st.none() | texts,
        "rule": st.none() | rules,
        "priority": st.integers(-1000, 1000),
        "enabled": st.booleans(),
        "draw": st.sampled_from(["lowest", "longest_idle"]),
        "grace": st.none() | durations,
        "quarantine": st.none() | durations,
        "adopt": st.booleans(),
        "alert_below": st.none() | st.integers(0, 50),
        "location": st.none() | texts,
        "policies": st.dictionaries(st.sampled_from(["TenantDialPlan", "CallingPolicy"]), st.none() | texts),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(keys))))
    found: dict[str, object] = {"name": draw(texts) + f" {index} {type_}", "type": type_}
    found.update((key, draw(keys[key])) for key in sorted(chosen))
    if numbers or draw(st.booleans()):
        found["numbers"] = numbers
    if type_ != "direct_routing" and draw(st.booleans()):
        found["select"] = draw(
            st.sampled_from([None, {"country": "GB"}, {"area_code": "20", "operator": "Op: 1"}])
        )
    kept = [text for text in numbers if "-" not in text]
    if kept:
        found["reserve" if draw(st.booleans()) else "block"] = kept[:1]
    return found


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """A whole file, written by another YAML library than ours."""
    file: dict[str, object] = {
        "tenant": "contoso",
        "mode": draw(st.sampled_from(["off", "observe", "assign", "full"])),
    }
    if draw(st.booleans()):
        file["exclude"] = draw(st.none() | rules)
        file["poll"] = draw(st.sampled_from(["15s", "90s", "24h"]))
        file["limits"] = {"assign": draw(st.integers(0, 900)), "percent": draw(st.integers(0, 100))}
        file["defaults"] = {"grace": draw(durations)}
        webhooks = st.sampled_from([None, "none", "https://h.example/a?b=c&d=%20", "http://[::1]:1/"])
        mail = st.none() | st.lists(st.sampled_from(["a@b.example", "o'hara+1@b.example"]), unique=True)
        file["alerts"] = {"webhook": draw(webhooks), "mail": draw(mail)}
    file["ranges"] = [draw(one_range(index)) for index in range(draw(st.integers(0, 4)))]
    return str(yaml.safe_dump(file, allow_unicode=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(configurations(), min_size=1, max_size=3))
def test_applying_the_export_changes_nothing(tenant: Tenant, applied: Apply, files: list[str]) -> None:
    if not Number.objects.of(tenant.pk).filter(type="calling_plan").exists():
        for last in range(0, 400, 7):
            listed(tenant, whole(last), "calling_plan" if last % 2 else "operator_connect", area_code="20")
    for text in files:
        applied(text)
    tenant.refresh_from_db()
    before, exported = states(tenant), export(tenant)
    assert written(lambda: applied(exported)) == []
    assert states(tenant) == before
    assert export(tenant) == exported


@settings(max_examples=200)
@given(text=st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_any_text_reads_back_as_it_was_written(text: str) -> None:
    assert yaml.safe_load(f"key: {quoted(text)}") == {"key": text}


@pytest.mark.parametrize(
    "word", ["null", "yes", "on", "1e3", "0x1", "~", "a: b", "#x", "- a", "12:30", "2026-01-01", ".5"]
)
def test_texts_that_yaml_would_take_for_something_else_are_quoted(word: str) -> None:
    assert yaml.safe_load(f"[{quoted(word)}]") == [word]


def test_the_export_has_every_key(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460003']}]")
    found = yaml.safe_load(export(tenant))
    assert tuple(found) == TOP
    assert tuple(found["ranges"][0]) == OF_RANGE
    assert found["poll"] == "1m"
    assert found["ranges"][0]["numbers"] == ["+442079460000-+442079460003"]


def test_the_export_of_a_new_tenant_is_a_right_file(tenant: Tenant) -> None:
    assert check(export(tenant)).ranges == ()


def test_what_was_done_by_hand_is_not_exported_as_the_files(tenant: Tenant, applied: Apply) -> None:
    applied("ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460003']}]")
    force(tenant, "+442079460001", "reserved", reserved_purpose="for the new director")
    exported = export(tenant)
    assert yaml.safe_load(exported)["ranges"][0]["reserve"] == []
    assert not applied(exported).changed
    assert states(tenant)["+442079460001"] == ("reserved", "London")


def test_the_export_makes_the_same_ranges_for_a_tenant_that_has_none(
    tenant: Tenant, other_tenant: Tenant, applied: Apply
) -> None:
    applied(
        "ranges: [{name: London, type: direct_routing, numbers: ['+442079460000-+442079460003'], rule: EVERYONE}]"
    )
    applied(export(tenant).replace("tenant: contoso", "tenant: fabrikam"))
    assert states(other_tenant) == states(tenant)
    assert Range.objects.of(other_tenant.pk).get().rule == "EVERYONE"
