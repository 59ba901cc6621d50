"""What was asked for by hand and came to nothing after the command was over: the worklist says so."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from numberline.assignments.claims import BY_HAND
from numberline.assignments.flight import Ending
from numberline.assignments.intend import Intent, claim, mark_accepted, mark_sending
from numberline.assignments.models import Kind
from numberline.overrides.lock import lock
from numberline.overrides.people import lock as lock_person
from numberline.planning.alerts import close_settled
from numberline.worklist.models import Item
from tests import factories as make
from tests.assignments.office import Office

ANN = make.oid("ann")


@pytest.fixture
def office(office: Office) -> Office:
    """Ann has the number 1, and 2 is free."""
    office.holder("ann", make.N1)
    office.stock(make.N2)
    return office


def wanted(office: Office, kind: Kind = Kind.RELEASE, code: str = BY_HAND) -> Any:
    """Write what an administrator asks for, as a process does that is killed right after it."""
    new, old = (make.N1, "") if kind == Kind.RELEASE else (make.N2, make.N1)
    intent = Intent(ANN, "ann@contoso.example", new, "", code, "They asked.", kind, old)
    return claim(office.tenant.pk, intent, office.now, make.CAUSE)


def refused_later(office: Office, **options: Any) -> list[Ending | None]:
    """Microsoft accepted it, the process ended, and the next one finds it refused."""
    change = wanted(office, **options)
    mark_sending(change, office.now)
    mark_accepted(change, "operations('1')")
    office.teams.script("operation", office.teams.operation_is("failed", "Tenant policy 7-B forbids this"))
    return office.resume()


def item(office: Office) -> Item:
    """The one open item."""
    return Item.objects.of(office.tenant.pk).get(closed_at=None)


def test_a_release_by_hand_that_is_refused_in_a_later_run_stands_on_the_worklist(office: Office) -> None:
    assert refused_later(office) == [Ending.REFUSED]
    told = item(office)
    assert (told.code, told.person, told.number) == ("by_hand_failed", ANN, make.N1)
    assert told.detail.startswith(f"number release of {make.N1}, asked for by ")
    assert "Tenant policy 7-B forbids this" in told.detail
    close_settled(office.tenant, office.now)
    assert office.items() == ["by_hand_failed"], "the number is still hers"


def test_a_lock_that_was_there_before_does_not_silence_it(office: Office) -> None:
    lock_number(office)
    office.time.advance(timedelta(minutes=1))
    refused_later(office)
    close_settled(office.tenant, office.now)
    assert office.items() == ["by_hand_failed"]


def test_a_release_by_automation_has_its_own_item(office: Office) -> None:
    refused_later(office, code="unlicensed")
    assert office.items() == ["release_refused"]


@pytest.mark.parametrize("kind", [Kind.RELEASE, Kind.CHANGE])
def test_what_was_never_sent_because_the_process_ended_stands_there_too(office: Office, kind: Kind) -> None:
    wanted(office, kind)
    assert office.resume() == []
    assert (office.held(), office.items()) == ({make.N1: ANN}, ["by_hand_failed"])


def test_a_release_that_nobody_saw_carried_out_in_the_settle_time_stands_there(office: Office) -> None:
    mark_sending(wanted(office), office.now)
    office.time.advance(settings.SETTLE)
    assert office.resume() == [Ending.CANCELLED]
    assert office.items() == ["by_hand_failed"]


def test_a_change_that_a_later_run_put_back_stands_there(office: Office) -> None:
    change = wanted(office, Kind.CHANGE)
    mark_sending(change, office.now)
    mark_accepted(change, "operations('1')")
    office.teams.script("operation", office.teams.operation_is("failed", "Tenant policy 7-B forbids this"))
    assert office.resume() == [Ending.PUT_BACK]
    told = item(office)
    assert (told.code, told.person, told.number) == ("by_hand_failed", ANN, make.N1)
    assert told.detail.startswith(f"number change of {make.N1} to {make.N2}, asked for by ")


def release_it(office: Office) -> None:
    office.carry(Intent(ANN, "ann", make.N1, "", BY_HAND, "Again.", Kind.RELEASE))


def lock_number(office: Office) -> None:
    lock(office.tenant, make.N1, office.now, make.CAUSE)


def lock_ann(office: Office) -> None:
    lock_person(make.person_row(office.tenant), office.now, make.CAUSE)


@pytest.mark.parametrize("mend", [release_it, lock_number, lock_ann])
def test_it_ends_with_the_number_gone_or_with_a_lock(office: Office, mend: Callable[[Office], None]) -> None:
    refused_later(office)
    office.time.advance(timedelta(minutes=1))
    mend(office)
    close_settled(office.tenant, office.now)
    assert office.items() == []
