"""Addresses under a name that a tenant had before: they lead on whoever has a role in it, and are nothing to others."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from numberline.access.roles import OWNER, RANGE_MANAGER, VIEWER
from numberline.audit.record import Cause
from numberline.inventory.models import Range
from numberline.jobs.retiring import retire
from numberline.tenants.models import Tenant
from numberline.tenants.naming import rename
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with

CAUSE = Cause("cli:anna", "bought")
POLL = {"HX-Request": "true", "X-Poll": "1"}
TYPED = {"HX-Request": "true"}


@pytest.fixture
def renamed(database: str) -> Tenant:
    """It was called contoso; a range has a name that addresses write otherwise."""
    tenant = make.tenant("contoso", mode="off")
    make.range_(tenant, "A/B ~ Ü")
    rename(tenant, "Contoso & Sons", make.NOW, CAUSE)
    return tenant


@pytest.fixture
def viewer(renamed: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, renamed))


def old(route: str, *more: str) -> str:
    return reverse(route, args=["contoso", *more])


def test_a_page_under_a_former_name_leads_to_the_same_page_under_the_new_one(
    renamed: Tenant, viewer: Client
) -> None:
    for route, more in (("people", ()), ("range", ("A/B ~ Ü",)), ("settings_mode", ())):
        answer = viewer.get(f"{old(route, *more)}?q=a%26b&page=x")
        new = reverse(route, args=[renamed.name, *more])
        assert (answer.status_code, answer["Location"]) == (302, f"{new}?q=a%26b&page=x")
    assert viewer.get(old("settings_mode"), follow=True).status_code == 403, "the role decides there as ever"
    owner = signed_in(somebody_with(OWNER, renamed))
    assert owner.get("/t/CONTOSO/people/")["Location"] == reverse("people", args=[renamed.name])


def test_what_is_sent_under_a_former_name_is_not_done_and_says_so(renamed: Tenant) -> None:
    manager = signed_in(somebody_with(RANGE_MANAGER, renamed))
    answer = manager.post(old("range_remove", "A/B ~ Ü"), {"reason": "x", "seen": "y"})
    new = reverse("range_remove", args=[renamed.name, "A/B ~ Ü"])
    assert answer.status_code == 409
    assert "contoso is called Contoso &amp; Sons now. Nothing was done" in text(answer)
    assert f'href="{escape(new)}"' in text(answer)
    only_sent = manager.post(old("plan_make"), {})
    assert f'href="{escape(reverse("overview", args=[renamed.name]))}"' in text(only_sent)
    typed = manager.post(old("rule_answer"), {"rule": "a"}, headers={**TYPED, "HX-Current-URL": "x"})
    told = json.loads(typed["HX-Trigger"])["said"]
    assert (typed.status_code, told["address"]) == (409, reverse("overview", args=[renamed.name]))
    assert "contoso is called Contoso & Sons now" in told["sentence"]
    assert Range.objects.of(renamed.pk).count() == 1


def test_a_page_that_asks_on_under_a_former_name_goes_to_the_new_one(renamed: Tenant, viewer: Client) -> None:
    there = f"http://testserver{old('range', 'A/B ~ Ü')}?from=1"
    answer = viewer.get(old("overview"), headers={**POLL, "HX-Current-URL": there})
    new = reverse("range", args=[renamed.name, "A/B ~ Ü"])
    assert answer["HX-Redirect"] == f"{new}?from=1"
    for hostile in ("", "http://[", "//elsewhere.example/t/contoso/people/x/y/z", "\x00", "/t/fabrikam/"):
        answer = viewer.get(old("overview"), headers={**POLL, "HX-Current-URL": hostile})
        assert answer["HX-Redirect"] == reverse("overview", args=[renamed.name]), hostile


def test_to_others_a_former_name_is_a_tenant_that_is_not_there_in_words_and_in_work(renamed: Tenant) -> None:
    elsewhere = make.tenant("fabrikam")
    stranger = signed_in(somebody_with(VIEWER, elsewhere))
    for headers in ({}, TYPED, POLL):
        for send in (stranger.get, stranger.post):
            seen = set()
            for name in ("contoso", "Contoso & Sons", "nobody's"):
                with CaptureQueriesContext(connection) as queries:
                    answer = send(reverse("settings_rename", args=[name]), headers=headers)
                kept = sorted((k, v) for k, v in answer.headers.items() if k != "Content-Security-Policy")
                seen.add((answer.status_code, answer.content, str(kept), len(queries)))
            assert len(seen) == 1
            assert next(iter(seen))[0] == 404


def test_a_page_of_a_tenant_that_is_gone_says_so_when_it_asks_on(renamed: Tenant, viewer: Client) -> None:
    owner = signed_in(somebody_with(OWNER, renamed))
    retire(renamed, renamed.name, make.NOW, CAUSE)
    address = reverse("overview", args=["Contoso & Sons"])
    for client in (viewer, owner):
        poll = client.get(address, headers=POLL)
        assert (poll.status_code, poll["HX-Refresh"]) == (404, "true")
        typed = client.get(address, headers=TYPED)
        assert "This tenant is not there any more" in json.loads(typed["HX-Trigger"])["said"]["sentence"]
    assert "it may have been retired, or your role there has ended" in text(viewer.get(address))
    for name in ("contoso", "Contoso & Sons"):
        page = owner.get(reverse("overview", args=[name]))
        assert page.status_code == 404
        assert "was retired on 23 November 2026" in text(page)
        assert "was retired on" not in text(viewer.get(reverse("overview", args=[name])))
