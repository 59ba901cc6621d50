"""A tenant's settings changed one at a time: the same as a configuration file would do, and refused where it is refused."""

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_apply import apply
from numberline.inventory.config_export import export
from numberline.inventory.config_moved import ConfigMoved, Seen
from numberline.inventory.range_settings import Given, SettingsError
from numberline.inventory.tenant_settings import as_given, change_settings, read_tenant_settings
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW


def changed(tenant: Tenant, given: dict[str, Given], seen: Seen | None = None) -> tuple[str, ...]:
    wanted = read_tenant_settings(tenant, given)
    return change_settings(tenant, wanted, seen=seen or Seen.now(tenant), cause=CAUSE, at=NOW)


def wrong(tenant: Tenant, given: dict[str, Given]) -> dict[str, list[str]]:
    """What is said of each key."""
    with pytest.raises(SettingsError) as caught:
        read_tenant_settings(tenant, given)
    return {key: [str(one) for one in some] for key, some in caught.value.problems.items()}


def test_what_a_form_writes_is_what_the_file_would_say(tenant: Tenant) -> None:
    given: dict[str, Given] = {
        "poll": "5m",
        "exclude": 'Department = "Temp"',
        "enforce_policies": True,
        "limits.release": "25",
        "defaults.grace": "2d",
        "alerts.webhook": "https://hooks.example/secret",
        "alerts.mail": ["voice@contoso.example"],
    }
    assert sorted(changed(tenant, given)) == sorted(
        {"limits" if key.startswith("limits") else key for key in given}
    )
    tenant.refresh_from_db()
    written = export(tenant)
    assert "poll: 5m" in written
    assert "release: 25" in written
    assert "grace: 2d" in written
    assert apply(written, cause=CAUSE, at=NOW).changed is False
    assert {**as_given(tenant), **given} == as_given(tenant)
    assert tenant.config_version == 2
    assert changed(tenant, given) == ()
    tenant.refresh_from_db()
    assert tenant.config_version == 2


def test_the_record_says_what_was_changed_and_keeps_a_webhooks_path_to_itself(tenant: Tenant) -> None:
    changed(tenant, {"poll": "2m", "alerts.webhook": "https://hooks.example/services/T00/secret?key=1"})
    (entry,) = Entry.objects.of(tenant.pk)
    assert (entry.verb, entry.actor) == ("settings", CAUSE.actor)
    assert entry.before == {"poll": 60, "alerts.webhook": ""}
    assert entry.after == {"poll": 120, "alerts.webhook": "https://hooks.example/…"}


def test_everything_that_is_wrong_is_said_by_key_and_a_broken_rule_with_its_place(tenant: Tenant) -> None:
    found = wrong(
        tenant,
        {
            "poll": "1s",
            "exclude": 'City = "London" AND',
            "limits.percent": "101",
            "defaults.quarantine": "",
            "alerts.webhook": "http://elsewhere.example/",
            "alerts.mail": ["voice", "a@b.example"],
        },
    )
    assert sorted(found) == [
        "alerts.mail",
        "alerts.webhook",
        "defaults.quarantine",
        "exclude",
        "limits.percent",
        "poll",
    ]
    assert found["exclude"][0].startswith("line 1, column 20: exclude is broken")
    assert "from 15s to 24h" in found["poll"][0]


def test_what_somebody_else_changed_meanwhile_is_not_written_over(tenant: Tenant) -> None:
    seen = Seen.now(tenant)
    changed(tenant, {"poll": "2m"})
    with pytest.raises(ConfigMoved, match=r"Settings changed \(poll\) by"):
        changed(tenant, {"poll": "3m"}, seen)
    tenant.refresh_from_db()
    assert tenant.poll_seconds == 120
