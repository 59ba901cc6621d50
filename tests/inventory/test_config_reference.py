"""docs/reference/configuration.md and the keys of the file say the same."""

import re
from pathlib import Path

import pytest
import yaml

from numberline.inventory.config_check import check
from numberline.inventory.config_keys import (
    ALERT_KEYS,
    DEFAULT_KEYS,
    LIMIT_KEYS,
    OF_RANGE,
    RANGE_KEYS,
    REFUSED,
    TENANT_KEYS,
    TOP,
    Key,
)
from numberline.inventory.models import Range
from numberline.tenants.models import Tenant

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, tuple[str, str]]:
    """The keys of one section, each with its default and what it says of null."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (yes|no) \| .{20,} \|$", section, re.MULTILINE)
    return {name: (default.strip("`"), null) for name, default, null in rows}


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Keys of `limits`", LIMIT_KEYS),
        ("Keys of `defaults`", DEFAULT_KEYS),
        ("Keys of `alerts`", ALERT_KEYS),
        ("Keys of a range", RANGE_KEYS),
    ],
)
def test_every_key_stands_in_the_page_with_its_default(heading: str, keys: dict[str, Key]) -> None:
    found = table(heading)
    found.pop("name", None)
    assert found == {
        name: (key.default, "no" if key.null is REFUSED else "yes") for name, key in keys.items()
    }


def test_the_keys_at_the_top_stand_in_the_page() -> None:
    found = table("Keys of the file")
    assert tuple(found) == TOP
    for name, key in TENANT_KEYS.items():
        assert found[name] == (key.default, "no" if key.null is REFUSED else "yes")
    assert tuple(table("Keys of a range")) == OF_RANGE


def test_the_defaults_of_the_page_are_those_of_new_rows() -> None:
    row, tenant = Range(), Tenant()
    for name, key in RANGE_KEYS.items():
        if name not in ("type", "reserve", "block", "grace", "quarantine"):
            stored = getattr(row, key.field)
            assert yaml.safe_load(key.default) == (None if stored == key.null else stored), name
    assert {name: int(key.default) for name, key in LIMIT_KEYS.items()} == tenant.limits
    assert (tenant.alert_webhook, tenant.alert_mail) == tuple(key.null for key in ALERT_KEYS.values())
    assert (tenant.mode, tenant.poll_seconds, tenant.grace_seconds, tenant.quarantine_seconds) == (
        "observe",
        60,
        86400,
        0,
    )


def test_the_example_of_the_page_is_right() -> None:
    example = PAGE.split("```yaml\n", 1)[1].split("```", 1)[0]
    ranges = check(example).ranges
    assert ranges is not None
    assert [one.name for one in ranges] == ["London Park Lane", "Abingdon"]
    assert tuple(yaml.safe_load(example)) == TOP
