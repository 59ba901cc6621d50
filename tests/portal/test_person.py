"""The page of a person."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK, VIEWER
from numberline.assignments.claims import Intent, claim_number
from numberline.audit.record import Cause, Fact, record
from numberline.directory.models import Person
from numberline.inventory.models import Range
from numberline.jobs.models import State
from numberline.jobs.tasks import ask, conclude, next_task
from numberline.jobs.verbs import Ended
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with

MOST_QUERIES = 20


@pytest.fixture
def tenant(database: str) -> Tenant:
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant, priority=10))
    make.range_(tenant, "Leeds", rule='City = "Leeds"')
    make.person(tenant)
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, tenant))


def address(tenant: Tenant) -> str:
    return reverse("person", args=[tenant.name, make.oid("ann")])


def page(client: Client, tenant: Tenant) -> str:
    answer = client.get(address(tenant))
    assert answer.status_code == 200
    return text(answer)


def test_the_number_is_shown_and_leads_to_its_page(client: Client, tenant: Tenant) -> None:
    make.holding(make.number_row(tenant, make.N1))
    shown = page(client, tenant)
    assert "+44 20 7946 0001" in shown
    assert reverse("number", args=[tenant.name, make.N1]) in shown


def test_the_decision_is_told_step_by_step_with_every_range(client: Client, tenant: Tenant) -> None:
    shown = page(client, tenant)
    assert "is the next available number of range &quot;London&quot;" in shown
    assert shown.count('class="step-passed"') == 13
    assert shown.count('class="step-due"') == 1
    assert "City is &quot;London&quot;, the rule wants &quot;Leeds&quot;." in shown


def test_a_change_under_way_stands_in_place_of_the_decision(client: Client, tenant: Tenant) -> None:
    intent = Intent(make.oid("ann"), "ann", make.N1, "", "next_available", "asked for")
    claim_number(tenant.pk, intent, make.NOW, make.CAUSE)
    shown = page(client, tenant)
    assert "+44 20 7946 0001 is being assigned since" in shown
    assert "nothing else is decided about them" in shown
    assert "step-passed" not in shown


def test_locks_and_exclusions_are_shown_with_their_ends(client: Client, tenant: Tenant) -> None:
    ends = make.NOW.replace(year=2099)
    Person.objects.of(tenant.pk).update(locked=True, locked_until=ends, excluded=True)
    shown = page(client, tenant)
    assert "2099-11-23 09:00:00 UTC" in shown
    assert ">2099-11-23 09:00 UTC</time>" in shown, "the day stands there, not only how long it is till then"
    assert "until somebody includes them" in shown


def test_what_the_worklist_says_of_them_stands_on_the_page_with_its_remedy(
    client: Client, tenant: Tenant
) -> None:
    open_item(tenant.pk, "not_ready", make.NOW, person=make.oid("ann"))
    open_item(tenant.pk, "refused", make.NOW, person=make.oid("ben"))
    shown = page(client, tenant)
    assert "Teams has not shown this person&#x27;s Phone System for a day" in shown
    assert "then sync this person" in shown
    assert "Microsoft refused" not in shown


def test_the_history_has_the_newest_first(client: Client, tenant: Tenant) -> None:
    record(tenant.pk, make.NOW, Cause("cli:anna", "first"), Fact("exclude", make.oid("ann")))
    record(tenant.pk, make.NOW, Cause("cli:anna", "second"), Fact("include", make.oid("ann")))
    shown = page(client, tenant)
    assert shown.index("</span>: second") < shown.index("anna (command line)</span>: first")
    assert '<span title="exclude">excluded from automation</span>' in shown


def test_whoever_may_only_look_is_offered_nothing_to_do(client: Client, tenant: Tenant) -> None:
    lock = reverse("person_lock", args=[tenant.name, make.oid("ann")])
    assert lock not in page(client, tenant)
    assert lock in page(signed_in(somebody_with(SERVICE_DESK, tenant)), tenant)


def test_attributes_have_the_names_that_rules_use_and_show_markup_as_text(
    client: Client, tenant: Tenant
) -> None:
    make.person(tenant, officeLocation="<script>alert(1)</script>")
    shown = page(client, tenant)
    assert "<dt>Office</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>" in shown


def test_the_page_takes_few_queries_however_many_ranges_and_entries_there_are(
    client: Client, tenant: Tenant
) -> None:
    for index in range(30):
        home = make.range_(tenant, f"R{index}", rule="EVERYONE")
        make.number(tenant, f"+4420794601{index:02}", home)
    held = [make.number(tenant, f"+4420794602{index:02}") for index in range(12)]
    for row in held:
        record(tenant.pk, make.NOW, make.CAUSE, Fact("assign", make.oid("ann"), row.text))
    make.holding(held[0])
    with CaptureQueriesContext(connection) as queries:
        page(client, tenant)
    assert len(queries) <= MOST_QUERIES


@pytest.mark.parametrize("wrong", ["nobody", "%00", "%ff", "' OR 1=1 --", "x" * 5000])
def test_an_id_that_is_nobodys_is_not_found(client: Client, tenant: Tenant, wrong: str) -> None:
    assert client.get(f"/t/{tenant.name}/people/{wrong}/").status_code == 404


def test_a_person_of_another_tenant_is_not_found(client: Client, tenant: Tenant) -> None:
    other = make.tenant("fabrikam")
    make.person(other, "ben")
    assert client.get(reverse("person", args=[tenant.name, make.oid("ben")])).status_code == 404


def test_a_number_that_was_set_in_teams_tells_whoever_may_act_how_it_becomes_theirs_to_change(
    client: Client, tenant: Tenant
) -> None:
    make.holding(make.number_row(tenant, make.N1), source="found")
    adopt = reverse("number_adopt", args=[tenant.name, make.N1])
    assert adopt not in page(client, tenant), "a viewer can't"
    assert adopt in page(signed_in(somebody_with(SERVICE_DESK, tenant)), tenant)


def test_what_was_asked_for_stands_on_the_page_until_it_has_ended(client: Client, tenant: Tenant) -> None:
    ask(tenant, "sync_person", {"person": make.oid("ann")}, actor="cli:anna", back=address(tenant))
    ask(tenant, "sync", actor="cli:anna", back=reverse("overview", args=[tenant.name]))
    asked = next_task(tenant.pk, "a worker")
    assert asked is not None
    shown = page(client, tenant)
    assert shown.count("and has not ended") == 1
    assert reverse("task", args=[tenant.name, asked.pk]) in shown
    conclude(asked, Ended(State.DONE, "Done."))
    assert "and has not ended" not in page(client, tenant)


def test_of_many_ranges_those_that_match_come_first_and_the_others_are_folded_with_their_count(
    client: Client, tenant: Tenant
) -> None:
    for index in range(28):
        make.range_(tenant, f"Elsewhere {index}", rule=f'City = "Town {index}"')
    shown = page(client, tenant)
    first, _, folded = shown.partition('<details class="others">')
    assert "<summary>29 ranges that do not match, and why</summary>" in folded
    assert ">London</a>" in first.partition('id="asked"')[2]
    assert ">Leeds</a>" not in first
    assert folded.count("Elsewhere ") >= 28, "every range stands on the page"


def test_where_no_range_matches_all_are_shown_with_why(client: Client, tenant: Tenant) -> None:
    for index in range(8):
        make.range_(tenant, f"Elsewhere {index}", rule=f'City = "Town {index}"')
    Range.objects.of(tenant.pk).filter(name="London").update(rule='City = "Rome"')
    shown = page(client, tenant)
    assert "No range matches them by type and rule." in shown
    assert '<details class="others" open><summary>10 ranges that do not match' in shown
