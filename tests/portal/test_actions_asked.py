"""What talks to Microsoft is chosen and shown in the portal, and carried out as a task."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK, VIEWER
from numberline.audit.models import Entry
from numberline.jobs.models import Task
from numberline.jobs.tasks import ask
from numberline.jobs.verbs import refusal
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.ways import Way, Why
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import sent, text
from tests.portal.people import signed_in, somebody_with
from tests.runs.office import Office, opened
from tests.support.tasks import carry_out_waiting

N0, N1, N2, N3, N9 = (f"+44207946000{n}" for n in (0, 1, 2, 3, 9))


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    with opened() as made:
        yield made


@pytest.fixture
def tenant(database: str) -> Tenant:
    """Ann has the first number of London; Ben waits for one."""
    tenant = make.tenant()
    home = make.range_(tenant)
    make.holding(make.number(tenant, make.N1, home))
    for row in (make.N2, make.N3):
        make.number(tenant, row, home)
    make.person(tenant)
    make.person(tenant, "ben")
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def on_person(tenant: Tenant, act: str, who: str, **chosen: str) -> str:
    return reverse(f"person_{act}", args=[tenant.name, who], query=chosen or None)


def on_number(tenant: Tenant, act: str, text: str, **chosen: str) -> str:
    return reverse(f"number_{act}", args=[tenant.name, text], query=chosen or None)


def asked(tenant: Tenant) -> list[tuple[str, dict[str, Any]]]:
    return [(task.kind, task.arguments) for task in Task.objects.of(tenant.pk).order_by("pk")]


def test_a_day_at_the_service_desk(office: Office) -> None:
    """Assign, assign the next, swap, change, release and adopt: each is what Teams shows in the end."""
    tenant = office.tenant
    tenant.mode = "observe"
    tenant.save()
    client = signed_in(somebody_with(SERVICE_DESK, tenant))
    ann, ben = office.joiner(), office.joiner()
    office.sync()

    def done(address: str, **fields: str) -> dict[str, str]:
        answer = sent(client, address, ticket="INC-7", **fields)
        assert answer.status_code == 302, text(answer).partition("refusal")[2][:300]
        (task,) = carry_out_waiting(tenant)
        assert task.state == "done", task.sentence
        assert answer["Location"] == reverse("task", args=[tenant.name, task.pk])
        return office.held()

    assert done(on_person(tenant, "assign", ann, number=N3)) == {ann: N3}
    assert done(on_person(tenant, "assign", ben, range="London")) == {ann: N3, ben: N0}
    assert done(on_person(tenant, "swap", ann, person=ben)) == {ann: N0, ben: N3}
    assert done(on_person(tenant, "change", ben, number="+44 20 7946 0001")) == {ann: N0, ben: N1}
    assert done(on_number(tenant, "release", N1)) == {ann: N0}
    assert done(on_number(tenant, "assign", N2, person=ben)) == {ann: N0, ben: N2}
    assert done(on_person(tenant, "release", ann)) == {ben: N2}
    cleo = office.joiner()
    office.control.assign_out_of_band(N9, cleo)
    office.sync(full=True)
    assert done(on_number(tenant, "adopt", N9)) == {ben: N2, cleo: N9}
    trail = Entry.objects.of(tenant.pk).filter(verb__in=("assign", "swap", "change", "release", "adopt"))
    by_hand = trail.filter(ticket="INC-7")
    assert set(by_hand.values_list("actor", "reason")) == {("portal:service_desk@example.org", "asked for")}


def test_a_person_is_synced_at_once_by_one_button(client: Client, tenant: Tenant) -> None:
    address = on_person(tenant, "sync", make.oid("ben"))
    person = reverse("person", args=[tenant.name, make.oid("ben")])
    assert f'action="{address}"' in text(client.get(person))
    assert client.get(address)["Location"] == person
    answer = client.post(address)
    assert asked(tenant) == [("sync_person", {"person": make.oid("ben")})]
    assert answer["Location"] == reverse("task", args=[tenant.name, Task.objects.of(tenant.pk).get().pk])


def test_who_has_no_number_is_proposed_the_next_of_each_range_that_serves_them(
    client: Client, tenant: Tenant
) -> None:
    make.number(tenant, "+442079460500", make.range_(tenant, "Spare", rule="EVERYONE"))
    make.number(tenant, "+442079460600", make.range_(tenant, "Leeds", rule='City = "Leeds"'))
    page = text(client.get(on_person(tenant, "assign", make.oid("ben"))))
    proposed = page.partition("Numbers that fit")[2].partition("</ul>")[0]
    assert "+44 20 7946 0002" in proposed
    assert "+44 20 7946 0500" in proposed
    assert "0600" not in proposed
    assert '<option value="Leeds">Leeds: 1 free, its rule does not match</option>' in page


def test_the_button_names_the_number_and_the_person(client: Client, tenant: Tenant) -> None:
    page = text(client.get(on_person(tenant, "assign", make.oid("ben"), number=make.N2)))
    assert ">Assign +44 20 7946 0002 to ben@contoso.example now</button>" in page
    page = text(client.get(on_number(tenant, "release", make.N1)))
    assert ">Release +44 20 7946 0001 now</button>" in page
    assert "ann@contoso.example loses +44 20 7946 0001 in Teams, at once" in page


@pytest.mark.parametrize(
    ("act", "who", "chosen", "refusal"),
    [
        ("assign", "ben", {"number": make.N1}, f"release it first, or take {make.N2} of range"),
        ("assign", "ben", {"number": "+442079469999"}, f"{make.N2} of range &quot;London&quot; is free"),
        ("assign", "ben", {"range": "Paris"}, "has no range &#x27;Paris&#x27;: it has London"),
        ("assign", "ann", {}, f"has {make.N1} already: change gives them another"),
        ("change", "ann", {"number": make.N1}, "is theirs already: choose another"),
        ("change", "ben", {}, "has no number: assign one instead"),
        ("swap", "ann", {"person": "ben@contoso.example"}, "has no number"),
        ("swap", "ann", {"person": "ann@contoso.example"}, "name two people"),
        ("swap", "ann", {"person": "nobody"}, "Nobody in the directory as last read is called"),
        ("release", "ben", {}, "has no number"),
    ],
)
def test_what_can_not_be_is_refused_with_what_would_work_and_nothing_is_asked(
    client: Client, tenant: Tenant, act: str, who: str, chosen: dict[str, str], refusal: str
) -> None:
    address = on_person(tenant, act, make.oid(who), **chosen)
    page = client.get(address)
    assert page.status_code == 200
    assert refusal in text(page)
    answer = client.post(address, {"seen": "0" * 24, "reason": "asked for"})
    assert answer.status_code == 409
    assert refusal in text(answer)
    assert asked(tenant) == []


def test_a_number_that_was_set_in_teams_is_offered_to_be_adopted_and_not_to_be_released(
    client: Client, tenant: Tenant
) -> None:
    row = make.number_row(tenant, make.N2)
    make.holding(row, "ben", source="found")
    page = text(client.get(reverse("number", args=[tenant.name, make.N2])))
    assert on_number(tenant, "adopt", make.N2) in page
    assert on_number(tenant, "release", make.N2) not in page
    assert "adopt it first" in text(client.get(on_number(tenant, "release", make.N2)))


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "' OR 1=1 --", "+" + "4" * 5000, "\x1b[31m", "１２"]
)
def test_hostile_choices_are_refused_or_shown_as_they_are(client: Client, tenant: Tenant, bad: str) -> None:
    ben = make.oid("ben")
    for address in (
        on_person(tenant, "assign", ben, number=bad),
        on_person(tenant, "assign", ben, range=bad),
        on_person(tenant, "swap", make.oid("ann"), person=bad),
        on_number(tenant, "assign", make.N2, person=bad),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in text(answer)
    assert asked(tenant) == []


def test_somebody_of_another_tenant_can_not_be_given_a_number_here(client: Client, tenant: Tenant) -> None:
    other = make.tenant("fabrikam")
    make.person(other, "cleo")
    make.number(other, "+442079460777")
    page = text(client.get(on_number(tenant, "assign", make.N2, person=make.oid("cleo"))))
    assert "Nobody in the directory as last read is called" in page
    assert "cleo@" not in page
    page = text(client.get(on_person(tenant, "assign", make.oid("ben"), number="+442079460777")))
    assert "is not among this tenant&#x27;s numbers" in page


def offered(client: Client, tenant: Tenant) -> list[str]:
    page = text(client.get(reverse("number", args=[tenant.name, make.N2])))
    return [act for act in ("adopt", "release") if on_number(tenant, act, make.N2) in page]


def test_a_number_set_in_teams_that_teams_shows_free_again_is_offered_to_be_released(
    client: Client, tenant: Tenant
) -> None:
    make.holding(make.number_row(tenant, make.N2), "ben", source="found", freed_in_teams_at=make.NOW)
    assert offered(client, tenant) == ["release"]
    page = text(client.get(on_number(tenant, "release", make.N2)))
    assert "in Teams, at once" not in page
    assert "Teams shows +44 20 7946 0002 free already: it is no longer kept for ben@contoso.example" in page


@pytest.mark.parametrize("category", ["private", "second", "service"])
def test_what_is_never_touched_is_not_offered_to_be_adopted(
    client: Client, tenant: Tenant, category: str
) -> None:
    make.holding(make.number_row(tenant, make.N2), "ben", source="found", category=category)
    assert offered(client, tenant) == []


def test_a_refusal_leads_to_the_page_of_what_would_mend_it(client: Client, tenant: Tenant) -> None:
    make.person(tenant, "cleo")
    make.holding(make.number_row(tenant, N3), "cleo", source="found")
    adopt = f'<a class="button" href="{on_number(tenant, "adopt", N3)}">Adopt +44 20 7946 0003</a>'
    ann, ben, cleo = (make.oid(name) for name in ("ann", "ben", "cleo"))
    assert adopt in text(client.get(on_person(tenant, "swap", ann, person="cleo@contoso.example")))
    assert adopt in text(client.get(on_person(tenant, "change", cleo)))
    assert adopt in text(client.get(on_person(tenant, "release", cleo)))
    for act, who, chosen, link in (
        ("assign", ann, {}, f'{on_person(tenant, "change", ann)}">Change the number</a>'),
        ("change", ben, {}, f'{on_person(tenant, "assign", ben)}">Assign a number</a>'),
        ("assign", ben, {"number": N1}, f'{on_number(tenant, "release", N1)}">Release +44 20 7946 0001</a>'),
    ):
        page = text(client.get(on_person(tenant, act, who, **chosen)))
        assert f'href="{link}' in page
        assert not re.search(r"[A-Z]\w+@", page), "an address is not written with a capital"


def test_what_a_task_was_refused_for_leads_on_too(client: Client, tenant: Tenant) -> None:
    refused = refusal(OverrideRefused(Why("adopt it first", Way("adopt", N3))))
    task = ask(tenant, "adopt", {"number": N3}, actor="portal:service_desk@example.org", reason="asked for")
    Task.objects.of(tenant.pk).filter(pk=task.pk).update(
        state=refused.state, sentence=refused.sentence, outcome=refused.outcome, ended_at=make.NOW
    )
    page = reverse("task", args=[tenant.name, task.pk])
    link = f'href="{on_number(tenant, "adopt", N3)}">Adopt +44 20 7946 0003</a>'
    assert link in text(client.get(page))
    assert link not in text(signed_in(somebody_with(VIEWER, tenant)).get(page))
