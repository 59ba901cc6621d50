"""What was asked for is done to those numbers and people alone that the page showed, however late or often it comes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import RANGE_MANAGER
from numberline.inventory.models import Number
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask
from tests.portal.pages import seen, text
from tests.portal.people import signed_in, somebody_with
from tests.runs.office import Office, opened
from tests.support.tasks import carry_out_waiting

N5 = "+442079460005"


@pytest.fixture
def office(database: str) -> Iterator[Office]:
    """Three people of London have numbers, of which none rests after a release."""
    with opened() as made:
        made.range.quarantine = 0
        made.range.save()
        yield made


@pytest.fixture
def client(office: Office) -> Client:
    return signed_in(somebody_with(RANGE_MANAGER, office.tenant))


def twice(client: Client, address: str) -> None:
    """Somebody clicks twice: both are of the page as it was shown."""
    fields = {"seen": seen(client.get(address)), "reason": "asked for"}
    assert [client.post(address, fields).status_code for _ in range(2)] == [302, 302]


def refused(task: Task) -> str:
    assert task.state == State.REFUSED
    return task.sentence


def test_a_swap_that_was_sent_twice_is_not_turned_back(office: Office, client: Client) -> None:
    ann, ben = office.served(2)
    before = office.held()
    twice(client, reverse("person_swap", args=[office.tenant.name, ann], query={"person": ben}))
    first, second = carry_out_waiting(office.tenant)
    assert (first.state, office.held()) == (State.DONE, {ann: before[ben], ben: before[ann]})
    assert "which was not so when this was asked for" in refused(second)


def test_a_release_that_was_sent_twice_takes_nothing_from_who_has_the_number_next(
    office: Office, client: Client
) -> None:
    ann, ben = office.served(2)
    number = office.held()[ann]
    twice(client, reverse("number_release", args=[office.tenant.name, number]))
    given: dict[str, Any] = {"person": ben, "number": number}
    _first, second = Task.objects.of(office.tenant.pk).order_by("pk")
    Task.objects.of(office.tenant.pk).filter(pk=second.pk).update(state=State.DONE)
    assert carry_out_waiting(office.tenant)[0].sentence.endswith("it is available again.")
    ask(office.tenant, "change", given, actor="cli:bert")
    assert carry_out_waiting(office.tenant)[0].state == State.DONE
    Task.objects.of(office.tenant.pk).filter(pk=second.pk).update(state=State.WAITING)
    (late,) = carry_out_waiting(office.tenant)
    assert f"has {number} now, which was not so when this was asked for" in refused(late)
    assert office.held() == {ben: number}


def test_a_change_that_somebody_else_came_before_is_refused(office: Office, client: Client) -> None:
    ann, *_ = office.served(1)
    address = reverse("person_change", args=[office.tenant.name, ann], query={"number": N5})
    fields = {"seen": seen(client.get(address)), "reason": "asked for"}
    ask(office.tenant, "change", {"person": ann, "number": "+442079460007"}, actor="cli:bert")
    assert client.post(address, fields).status_code == 302
    first, second = carry_out_waiting(office.tenant)
    assert first.state == State.DONE
    assert "which was not so when this was asked for" in refused(second)
    assert office.held() == {ann: "+442079460007"}


def test_releases_of_many_take_from_those_alone_who_were_shown(office: Office, client: Client) -> None:
    ann, ben = office.served(2)
    numbers = list(office.held().values())
    address = reverse("numbers_bulk", args=[office.tenant.name])
    page = text(client.post(address, {"act": "release", "number": numbers}))
    marks = page.partition('name="seen" value="')[2].partition('"')[0]
    ask(office.tenant, "swap", {"person": ann, "other": ben}, actor="cli:bert")
    assert client.post(address, {"act": "release", "seen": marks, "reason": "asked for"}).status_code == 302
    swapped, release = carry_out_waiting(office.tenant)
    assert (swapped.state, len(office.held())) == (State.DONE, 2)
    assert release.state == State.REFUSED
    assert "which was not so when this was asked for" in release.outcome["problems"][0]


@pytest.fixture
def cleo(office: Office) -> str:
    """Somebody who waits, while automation gives nothing."""
    office.tenant.mode = "observe"
    office.tenant.save()
    cleo = office.joiner()
    office.sync()
    return cleo


def rests(office: Office, number: str) -> None:
    """Whoever had the number loses it now, and callers of theirs may still ring at it."""
    rows = Number.objects.of(office.tenant.pk).filter(text=number)
    rows.update(state="assigning")
    rows.update(state="quarantined", until=clock.now() + timedelta(days=30))


@pytest.mark.parametrize("on", ["person", "number"])
def test_a_number_that_went_into_quarantine_after_it_was_shown_is_not_assigned(
    office: Office, client: Client, cleo: str, on: str
) -> None:
    """Where its page says that it is in quarantine, it may be given: whoever asks knows it."""
    name = office.tenant.name
    address = {
        "person": reverse("person_assign", args=[name, cleo], query={"number": N5}),
        "number": reverse("number_assign", args=[name, N5], query={"person": cleo}),
    }[on]
    fields = {"seen": seen(client.get(address)), "reason": "asked for"}
    assert client.post(address, fields).status_code == 302
    rests(office, N5)
    (late,) = carry_out_waiting(office.tenant)
    assert f"{N5} is in quarantine until" in refused(late)
    assert "now, which was not so when this was asked for: look at it and ask again" in refused(late)
    assert office.held() == {}
    fields["seen"] = seen(client.get(address))
    assert client.post(address, fields).status_code == 302
    assert carry_out_waiting(office.tenant)[0].state == State.DONE
    assert office.held() == {cleo: N5}


def test_a_change_to_a_number_that_went_into_quarantine_meanwhile_is_refused(
    office: Office, client: Client
) -> None:
    (ann,) = office.served(1)
    before = office.held()
    address = reverse("person_change", args=[office.tenant.name, ann], query={"number": N5})
    fields = {"seen": seen(client.get(address)), "reason": "asked for"}
    assert client.post(address, fields).status_code == 302
    rests(office, N5)
    (late,) = carry_out_waiting(office.tenant)
    assert f"{N5} is in quarantine until" in refused(late)
    assert office.held() == before


@pytest.mark.parametrize("chosen", [{"number": N5}, {"range": "London"}])
def test_an_assignment_that_was_sent_twice_gives_nothing_back_that_was_released_in_between(
    office: Office, client: Client, cleo: str, chosen: dict[str, str]
) -> None:
    address = reverse("person_assign", args=[office.tenant.name, cleo], query=chosen)
    fields = {"seen": seen(client.get(address)), "reason": "asked for"}
    twice(client, address)
    _first, second = Task.objects.of(office.tenant.pk).order_by("pk")
    Task.objects.of(office.tenant.pk).filter(pk=second.pk).update(state=State.DONE)
    assert carry_out_waiting(office.tenant)[0].state == State.DONE
    ask(office.tenant, "release", {"number": office.held()[cleo]}, actor="cli:bert")
    assert carry_out_waiting(office.tenant)[0].state == State.DONE
    Task.objects.of(office.tenant.pk).filter(pk=second.pk).update(state=State.WAITING)
    (late,) = carry_out_waiting(office.tenant)
    assert "meanwhile, which was not so when this was asked for" in refused(late)
    assert client.post(address, fields).status_code == 409, "the page is from before they had it"
    assert office.held() == {}
