"""Whoever a limit or the mode holds is told so wherever they are met in the portal, with the next step."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER, SERVICE_DESK
from numberline.directory.models import Person
from numberline.inventory.models import Number, Range
from numberline.planning.decide import decide
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Ann and Bob are to have numbers, and the limit of assignments holds both."""
    tenant = make.tenant(limits={**Tenant().limits, "assign": 0})
    home = make.range_(tenant)
    for index in range(4):
        make.number(tenant, f"+44207946000{index}", home)
    make.person(tenant)
    make.person(tenant, "bob")
    decide(tenant, make.NOW)
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def ann(tenant: Tenant) -> str:
    return reverse("person", args=[tenant.name, make.oid("ann")])


def mode(tenant: Tenant, name: str) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(mode=name)


def test_the_page_of_a_person_says_by_which_limit_since_when_and_who_lets_it_go(
    tenant: Tenant, client: Client
) -> None:
    shown = text(client.get(ann(tenant)))
    assert "Held by the limit assign</b> since" in shown
    assert "more assignments than the limit allows within 24 hours" in shown
    assert "The plan is approved by range manager, administrator or owner of the installation" in shown
    assert f'href="{reverse("plan", args=[tenant.name])}">look at the plan' in shown
    assert "assign, held</span>" in shown
    assert shown.count('class="step-held"') == 1
    assert 'class="step-due"' not in shown
    manager = signed_in(somebody_with(RANGE_MANAGER, tenant))
    assert "You may approve it" in text(manager.get(ann(tenant)))
    mode(tenant, "observe")
    shown = text(client.get(ann(tenant)))
    assert "Held by the mode observe</b>: the tenant&#x27;s mode does not let automation do it" in shown
    mode(tenant, "full")
    Person.objects.of(tenant.pk).update(limited_by=None, limited_since=None)
    shown = text(client.get(ann(tenant)))
    assert "Held by" not in shown
    assert 'class="step-due"' in shown


def test_the_list_of_people_and_its_file_say_it_and_find_them(tenant: Tenant, client: Client) -> None:
    make.person(tenant, "cat", city="Leeds")
    Person.objects.of(tenant.pk).filter(object_id=make.oid("bob")).update(deleted="soft")
    address = reverse("people", args=[tenant.name])
    shown = text(client.get(address))
    assert shown.count("held by the limit assign</span>") == 1
    found = text(client.get(address, {"held": "assign"}))
    assert ("Ann" in found, "Bob" in found, "Cat" in found) == (True, True, False)
    assert "Bob" not in text(client.get(address, {"held": "release"})).partition('id="list"')[2]
    mode(tenant, "observe")
    assert "held by the mode observe</span>" in text(client.get(address))
    answer: Any = client.get(reverse("people_export", args=[tenant.name]), {"held": "assign"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert {row["held_by"] for row in rows} == {"mode"}


def test_the_overview_counts_them_among_those_who_wait(tenant: Tenant, client: Client) -> None:
    address = reverse("overview", args=[tenant.name])
    shown = text(client.get(address))
    assert "<b>2</b> <span>held by the limit assign</span>" in shown
    assert f'href="{reverse("people", args=[tenant.name])}?held=assign"' in shown
    assert '<b class="tabular">2</b> to assign, by the limit assign' in shown
    assert "Nobody waits for a number." not in shown
    newest = shown.partition("Newest people")[2]
    assert newest.count("held by the limit assign</span>") == 2
    assert "is the next available number" not in newest
    mode(tenant, "observe")
    shown = text(client.get(address))
    assert "<b>2</b> <span>held by the mode observe</span>" in shown
    assert "by the limit assign" not in shown


def test_what_a_preview_promises_says_what_keeps_it_from_happening(tenant: Tenant, client: Client) -> None:
    Person.objects.of(tenant.pk).filter(object_id=make.oid("ann")).update(locked=True)
    Number.objects.of(tenant.pk).filter(text="+442079460000").update(state="blocked", block_code="by_hand")
    unlock = reverse("person_unlock", args=[tenant.name, make.oid("ann")])
    unblock = reverse("number_unblock", args=[tenant.name, "+442079460000"])
    reserve = reverse("number_reserve", args=[tenant.name, "+442079460001"])
    promised = "A person who waits gets it at the next sync."
    assert "holds what is decided" not in text(client.get(unlock))
    assert "The range gives it again." in text(client.get(unblock))
    assert promised in text(client.get(reserve))
    mode(tenant, "observe")
    shown = text(client.get(reserve))
    assert "Automation gives it to nobody but whom it is for." in shown
    assert "The mode observe holds what is decided" in shown
    assert promised not in shown
    assert "The mode observe holds what is decided" in text(client.get(unlock))
    mode(tenant, "off")
    assert "Automation is off here" in text(client.get(unlock))
    Range.objects.of(tenant.pk).update(enabled=False)
    shown = text(client.get(unblock))
    assert "is disabled, so that automation gives it to nobody." in shown
    assert "The range gives it again." not in shown
