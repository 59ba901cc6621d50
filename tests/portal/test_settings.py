"""The settings of a tenant: what is shown, what is written by the verbs of file and command, and what hostile input does."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from numberline.access.roles import ADMINISTRATOR, OWNER, VIEWER
from numberline.audit.models import Entry
from numberline.directory.models import Person
from numberline.inventory.config_export import export
from numberline.jobs.models import Task
from numberline.tenants.credentials import unseal
from numberline.tenants.mode import set_mode
from numberline.tenants.models import Tenant
from numberline.tenants.naming import rename
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with
from tests.runs.office import opened
from tests.support.tasks import carry_out_waiting

HOOK = "https://hooks.example/services/a-secret-path"
HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE tenants_tenant; --",
    "=cmd|' /C calc'!A0",
    "\x1b[31m\u202egnp",
    "9" * 5_000,
    "😀",
]


@pytest.fixture
def tenant(database: str) -> Tenant:
    return make.tenant("Contoso & Sons", mode="observe", alert_webhook=HOOK)


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return signed_in(somebody_with(ADMINISTRATOR, tenant))


def at(tenant: Tenant, route: str, *more: str) -> str:
    return reverse(route, args=[tenant.name, *more])


def seen(client: Client, address: str) -> str:
    """What the form's page was made from."""
    page = client.get(address)
    return str(page.context["seen"])


def sent(client: Client, address: str, **fields: object) -> Any:
    return client.post(address, {"seen": seen(client, address), "reason": "agreed on Monday", **fields})


def test_everything_that_is_set_is_shown_and_no_secret_is(tenant: Tenant) -> None:
    page = signed_in(somebody_with(VIEWER, tenant)).get(at(tenant, "settings"))
    shown = text(page)
    for words in (
        "client secret",
        "the webhook at hooks.example",
        "A pass every",
        "1m",
        "500",
        "Second factor",
    ):
        assert words.casefold() in shown.casefold(), words
    assert "a secret" not in shown.replace("client secret", "")
    assert "a-secret-path" not in shown
    assert at(tenant, "settings_mode") not in shown, "a viewer is offered nothing that they may not do"


@pytest.mark.parametrize(
    ("section", "fields", "line"),
    [
        ("schedule", {"poll": "5m"}, "poll: 5m"),
        ("limits", {"limits.release": "25", "limits.assign": "400"}, "assign: 400, change: 10, release: 25"),
        ("defaults", {"defaults.grace": "2d", "defaults.quarantine": "30d"}, "grace: 2d, quarantine: 30d"),
        ("exclude", {"exclude": 'Department = "Temp"'}, "exclude: 'Department = \"Temp\"'"),
        ("policies", {"enforce_policies": "on"}, "enforce_policies: true"),
    ],
)
def test_what_is_changed_stands_in_the_exported_file_and_in_the_audit_trail(
    admin: Client, tenant: Tenant, section: str, fields: dict[str, str], line: str
) -> None:
    address = at(tenant, "settings_change", section)
    now = {one.key: value for one, value, _ in admin.get(address).context["rows"] if isinstance(value, str)}
    assert sent(admin, address, ticket="CHG-1", **{**now, **fields}).status_code == 302
    tenant.refresh_from_db()
    assert line in export(tenant)
    (entry,) = Entry.objects.of(tenant.pk)
    assert (entry.verb, entry.actor, entry.reason, entry.ticket) == (
        "settings",
        "portal:administrator@example.org",
        "agreed on Monday",
        "CHG-1",
    )


def test_a_broken_rule_is_refused_with_its_place_and_kept_in_the_form(admin: Client, tenant: Tenant) -> None:
    answer = sent(admin, at(tenant, "settings_change", "exclude"), exclude='City = "London" AND')
    assert answer.status_code == 422
    assert "Line 1, column 20" in text(answer)
    assert "City = &quot;London&quot; AND" in text(answer)


def test_what_somebody_else_set_meanwhile_is_told_and_not_written_over(admin: Client, tenant: Tenant) -> None:
    address = at(tenant, "settings_change", "schedule")
    old = seen(admin, address)
    sent(admin, address, poll="5m")
    answer = admin.post(address, {"seen": old, "reason": "why not", "poll": "7m"})
    assert answer.status_code == 409
    assert "Settings changed (poll) by portal:administrator@example.org" in text(answer)
    tenant.refresh_from_db()
    assert tenant.poll_seconds == 300


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_input_is_refused_or_shown_harmlessly(admin: Client, tenant: Tenant, hostile: str) -> None:
    for route, more, fields in (
        ("settings_change", ("schedule",), {"poll": hostile}),
        ("settings_change", ("limits",), {"limits.assign": hostile}),
        ("settings_change", ("exclude",), {"exclude": hostile}),
        ("settings_mode", (), {"mode": hostile, "was": hostile}),
        ("settings_alerts", (), {"webhook": "own", "url": hostile, "mail": "own", "addresses": hostile}),
        ("settings_credential", (), {"secret": hostile, "ends": hostile, "certificate_password": hostile}),
    ):
        answer = admin.post(at(tenant, route, *more), {"seen": hostile, "reason": hostile, **fields})
        assert answer.status_code in (409, 422), (route, hostile)
        assert b"<script>alert" not in answer.content
        assert len(answer.content) < 150_000
    before = Tenant.objects.get(pk=tenant.pk)
    assert (before.poll_seconds, before.exclude, before.mode, before.alert_webhook) == (
        60,
        "",
        "observe",
        HOOK,
    )
    assert not Entry.objects.of(tenant.pk).exists()
    assert admin.get(f"{at(tenant, 'settings')}change/{'x' * 50}/").status_code == 404


def test_ten_megabytes_are_refused_and_a_certificate_that_is_none_by_its_size(
    admin: Client, tenant: Tenant
) -> None:
    many = "a" * 10_000_000
    assert admin.post(at(tenant, "settings_change", "exclude"), {"exclude": many}).status_code == 413
    for size, status in ((10_000_000, 413), (200_000, 422)):
        file = SimpleUploadedFile("app.pem", many[:size].encode())
        answer = admin.post(at(tenant, "settings_credential"), {"reason": "new", "certificate": file})
        assert (answer.status_code, "too large" in text(answer).lower()) == (status, True)


def test_the_mode_says_what_each_would_do_next_and_is_switched_by_its_verb(
    admin: Client, tenant: Tenant
) -> None:
    for name, action in (("ann", "assign"), ("ben", "release")):
        make.person(tenant, name)
        row = Person.objects.of(tenant.pk).filter(object_id=make.oid(name))
        row.update(action=action, needs_look=True)
    shown = text(admin.get(at(tenant, "settings_mode")))
    assert shown.count("The next run: 1 person gets a number") == 2
    assert "1 person gets a number, 1 person loses one" in shown
    assert admin.post(at(tenant, "settings_mode"), {"mode": "assign", "was": "observe"}).status_code == 422
    chosen = {"mode": "assign", "was": "observe", "reason": "the plan is right"}
    assert admin.post(at(tenant, "settings_mode"), chosen).status_code == 302
    (entry,) = Entry.objects.of(tenant.pk)
    assert (entry.verb, entry.code, entry.reason) == ("mode", "assign", "the plan is right")


def test_a_mode_that_somebody_switched_meanwhile_is_not_switched_again(admin: Client, tenant: Tenant) -> None:
    set_mode(tenant, "off", make.NOW, make.CAUSE)
    answer = admin.post(at(tenant, "settings_mode"), {"mode": "full", "was": "observe", "reason": "go"})
    assert (answer.status_code, "Somebody switched to mode off meanwhile" in text(answer)) == (409, True)
    assert Tenant.objects.get(pk=tenant.pk).mode == "off"


def test_a_webhook_stays_is_replaced_and_goes_without_ever_being_shown(admin: Client, tenant: Tenant) -> None:
    address = at(tenant, "settings_alerts")
    assert "a-secret-path" not in text(admin.get(address))
    sent(admin, address, webhook="keep", mail="own", addresses="voice@contoso.example\n")
    tenant.refresh_from_db()
    assert (tenant.alert_webhook, tenant.alert_mail) == (HOOK, ["voice@contoso.example"])
    empty = sent(admin, address, webhook="own", url="", mail="installation")
    assert empty.status_code == 422
    sent(admin, address, webhook="none", mail="installation")
    tenant.refresh_from_db()
    assert (tenant.alert_webhook, tenant.alert_mail) == ("none", None)
    assert all("a-secret-path" not in str((e.before, e.after)) for e in Entry.objects.of(tenant.pk))


def test_looks_are_tasks_whose_outcome_the_page_shows(admin: Client, tenant: Tenant) -> None:
    set_mode(tenant, "off", make.NOW, make.CAUSE)
    assert admin.post(at(tenant, "settings_audit"), follow=True).status_code == 200
    admin.post(at(tenant, "settings_audit"))
    assert [task.kind for task in carry_out_waiting(tenant)] == ["verify"], "one that waits serves both"
    assert "The audit trail is whole: 1 entry." in text(admin.get(at(tenant, "settings_audit")))
    assert "The audit trail is whole" in text(admin.get(at(tenant, "settings")))
    admin.post(at(tenant, "settings_alerts_test"))
    assert Task.objects.of(tenant.pk).filter(kind="test_alerts").count() == 1


def test_a_credential_is_tried_before_it_is_kept_and_the_check_says_what_is_missing(database: str) -> None:
    with opened() as office:
        admin = signed_in(somebody_with(ADMINISTRATOR, office.tenant))
        address = at(office.tenant, "settings_credential")
        wrong = admin.post(address, {"reason": "renewed", "secret": "not-the-secret"})
        assert (wrong.status_code, "Nothing was changed." in text(wrong)) == (409, True)
        assert "not-the-secret" not in text(wrong)
        good = {"reason": "renewed", "secret": office.simulator.client_secret, "ends": "2026-12-01"}
        assert admin.post(address, good).status_code == 302
        office.tenant.refresh_from_db()
        assert str(unseal(office.tenant).ends) == "2026-12-01"
        assert "The client secret ends on 2026-12-01" in text(admin.get(at(office.tenant, "settings")))
        office.control.permissions(["User.Read.All"])
        admin.post(at(office.tenant, "tenant_check"))
        assert "hx-trigger" in text(admin.get(at(office.tenant, "tenant_check")))
        carry_out_waiting(office.tenant)
        shown = text(admin.get(at(office.tenant, "tenant_check")))
        assert "missing: TeamsTelephoneNumber.ReadWrite.All, TeamsUserConfiguration.Read.All" in shown
        assert f"{office.tenant.entra_id}/adminconsent?client_id={office.tenant.client_id}" in shown


def test_a_renamed_tenant_goes_on_under_its_new_address_with_everything_that_is_its_own(
    tenant: Tenant, admin: Client
) -> None:
    make.person(tenant, "ann")
    task = Task.objects.of(tenant.pk).create(
        kind="sync",
        actor="cli:anna",
        asked_at=make.NOW,
        ended_at=make.NOW,
        state="done",
        back=reverse("person", args=[tenant.name, make.oid("ann")]),
    )
    old = at(tenant, "settings_rename")
    answer = admin.post(old, {"name": " Fabrikam (UK) ", "reason": "bought"}, follow=True)
    assert answer.redirect_chain == [("/t/Fabrikam%20(UK)/settings/", 302)]
    assert "The tenant is now called Fabrikam (UK)." in text(answer)
    assert admin.get(old)["Location"] == "/t/Fabrikam%20(UK)/settings/name/", "links to the old one lead on"
    tenant.refresh_from_db()
    back = reverse("person", args=["Fabrikam (UK)", make.oid("ann")])
    assert f'href="{back}">Back to Ann' in admin.get(at(tenant, "task", str(task.pk))).content.decode()
    entry = Entry.objects.of(tenant.pk).get(verb="rename")
    assert (entry.before, entry.after) == ({"name": "Contoso & Sons"}, {"name": "Fabrikam (UK)"})
    assert (entry.actor, entry.reason) == ("portal:administrator@example.org", "bought")


def test_a_name_that_is_taken_or_none_is_refused(tenant: Tenant, admin: Client) -> None:
    other = make.tenant("fabrikam", mode="off")
    rename(other, "Fabrikam Foods", make.NOW, make.CAUSE)
    for name in ("FABRIKAM", "", "a/b", "x" * 101, make.oid("ann"), *HOSTILE):
        answer = admin.post(at(tenant, "settings_rename"), {"name": name, "reason": "because"})
        assert answer.status_code == 422, name
    owner = signed_in(somebody_with(OWNER, tenant))
    for name, said in (
        ("fabrikam foods", "There is a tenant Fabrikam Foods already"),
        ("fabrikam", "Fabrikam was another tenant&#x27;s name"),
    ):
        fields = {"name": name, "reason": "because"}
        assert said in text(owner.post(at(tenant, "settings_rename"), fields))
        refused = text(admin.post(at(tenant, "settings_rename"), fields))
        assert "This name can&#x27;t be used in this installation: choose another name." in refused
        assert said not in refused, "of tenants in which they have no role nobody is told anything"
    assert admin.post(at(tenant, "settings_rename"), {"name": "Other"}).status_code == 422, "no reason"
    tenant.refresh_from_db()
    assert tenant.name == "Contoso & Sons"
    assert not Entry.objects.of(tenant.pk).filter(verb="rename").exists()


def test_an_owner_retires_a_tenant_by_its_name_and_an_administrator_is_not_offered_it(
    tenant: Tenant, admin: Client
) -> None:
    address = at(tenant, "settings_retire")
    assert address not in admin.get(at(tenant, "settings")).content.decode()
    assert admin.get(address).status_code == 403
    owner = signed_in(somebody_with(OWNER, tenant))
    assert "switch it to mode off first" in text(owner.get(address))
    Tenant.objects.update(mode="off")
    assert "Write Contoso &amp; Sons to confirm it." in text(owner.get(address))
    wrong = owner.post(address, {"name": "contoso", "reason": "moved away"})
    assert (wrong.status_code, Tenant.objects.count()) == (409, 1)
    assert owner.post(address, {"name": tenant.name}).status_code == 422, "no reason"
    done = owner.post(address, {"name": tenant.name, "reason": "moved away"}, follow=True)
    assert done.redirect_chain == [("/", 302)]
    assert "Contoso &amp; Sons is retired. Its audit trail stays." in text(done)
    assert (Tenant.objects.count(), admin.get(at(tenant, "settings")).status_code) == (0, 404)


def test_what_is_wrong_with_a_setting_names_its_field_and_no_line(tenant: Tenant, admin: Client) -> None:
    answer = sent(admin, at(tenant, "settings_change", "limits"), assign="many")
    assert answer.status_code == 422
    errors = text(answer).split('<ul class="errors"')[1].split("</ul>")[0]
    assert "ine 1" not in errors
    assert re.search(r"<li>[A-Z][^<:]+: ", errors)
