"""What people write as their reason stands in the trail for ever: nothing in it moves, hides or breaks what is around."""

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import ADMINISTRATOR
from numberline.audit.models import Entry
from numberline.jobs.models import Task
from numberline.tenants.models import Tenant
from numberline.worklist.models import Item
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.portal.samples import arguments, prepare

HIDDEN = ("all\0well", "all \x1b[8mwell", "all \u202ewell")


@pytest.fixture
def tenant(database: str) -> Tenant:
    made = make.tenant()
    prepare(made)
    return made


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(ADMINISTRATOR, tenant))


@pytest.mark.parametrize("route", ["plan_refuse", "plan_apply", "import_confirm"])
@pytest.mark.parametrize("hidden", HIDDEN, ids=("nothing", "escape", "turned"))
def test_a_reason_with_signs_that_nobody_sees_is_refused(
    client: Client, tenant: Tenant, route: str, hidden: str
) -> None:
    entries = Entry.objects.of(tenant.pk).count()
    tasks = Task.objects.of(tenant.pk).count()
    address = reverse(route, kwargs=arguments(route, tenant))
    for fields in ({"reason": hidden}, {"reason": "so it is", "ticket": hidden}):
        assert client.post(address, fields).status_code == 422
    assert Entry.objects.of(tenant.pk).count() == entries
    assert Task.objects.of(tenant.pk).count() == tasks


@pytest.mark.parametrize("hidden", HIDDEN, ids=("nothing", "escape", "turned"))
def test_the_ticket_of_an_item_is_kept_without_them(client: Client, tenant: Tenant, hidden: str) -> None:
    key = arguments("worklist_snooze", tenant)["item"]
    Item.objects.of(tenant.pk).filter(pk=key).update(closed_at=None)
    address = reverse("worklist_snooze", kwargs=arguments("worklist_snooze", tenant))
    assert client.post(address, {"for": "1d", "ticket": hidden}).status_code == 302
    entry = Entry.objects.of(tenant.pk).filter(verb="item_snoozed").latest("seq")
    assert entry.ticket.isprintable()
    assert entry.ticket.startswith("all")


def test_no_such_sign_breaks_the_rule_editor(client: Client, tenant: Tenant) -> None:
    address = reverse("rule_answer", args=[tenant.name])
    assert client.post(address, {"rule": "EVERYONE", "range": "a\0b"}).status_code == 404
    assert client.post(address, {"rule": "EVERYONE", "who": "a\0b"}).status_code == 200
    assert client.post(address, {"rule": 'City = "a\0b"'}).status_code in (200, 422)
    told = client.post(
        reverse("rule_convert", args=[tenant.name]),
        {"text": 'City = "a\0b"'},
        content_type="application/json",
    )
    assert told.status_code == 200
