"""A change of number and a swap at a strict Microsoft, and what a sync makes of one that is half done."""

import pytest

from numberline.assignments.engine import Engine
from numberline.assignments.flight import Ending
from numberline.assignments.intend import Intent
from numberline.assignments.models import Kind
from numberline.audit.record import Cause
from numberline.graph.answers import stop
from numberline.graph.client import GraphClient
from numberline.tenants.credentials import client
from numberline.tenants.models import Tenant
from tests.runs.office import Office

N19 = "+442079460019"


def carry(office: Office, kind: Kind, person: str, number: str, partner: str = "") -> Ending | None:
    """What a command does that changes a number or swaps two; gives how it ended."""
    old = office.held()[person]
    intent = Intent(person, person, number, "", "by_hand", "They asked.", kind, old, partner, partner)
    with client(office.tenant) as graph:
        carried = Engine(office.tenant, graph, Cause("cli:anna", run_id=office.run().pk)).run([intent])
    (flight,) = carried.flights
    return flight.ending


@pytest.mark.parametrize("second", ["refused", "replaces"])
def test_whatever_microsoft_does_with_second_numbers_they_are_changed_and_swapped(
    office: Office, second: str
) -> None:
    office.control.open_question(second_primary=second)
    ann, bob = office.joiner(), office.joiner()
    office.sync()
    first, other = office.held()[ann], office.held()[bob]
    assert carry(office, Kind.CHANGE, ann, N19) is Ending.CHANGED
    assert carry(office, Kind.SWAP, ann, other, bob) is Ending.SWAPPED
    after = {ann: [other], bob: [N19]}
    assert {person: office.control.numbers_of(person) for person in after} == after
    assert office.control.holder(first) is None
    result = office.sync(full=True)
    assert (result.assigned, result.released, result.held, result.failures) == (0, 0, 0, [])
    assert office.held() == {person: numbers[0] for person, numbers in after.items()}
    assert (office.control.judgement(), office.items()) == ([], [])


def test_what_is_half_done_is_brought_to_its_end_by_a_sync_in_mode_observe_and_rests_in_mode_off(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = office.joiner()
    office.sync()
    old = office.held()[ann]

    def no_longer_allowed(*arguments: object, **more: object) -> str:
        raise stop("permission_missing", permission="TeamsTelephoneNumber.ReadWrite.All", status=403)

    with monkeypatch.context() as patch:
        patch.setattr(GraphClient, "assign_number", no_longer_allowed)
        assert carry(office, Kind.CHANGE, ann, N19) is Ending.IN_DOUBT
    assert (office.control.numbers_of(ann), office.held()) == ([], {ann: old})
    for mode, number in (("off", []), ("observe", [N19])):
        Tenant.objects.filter(pk=office.tenant.pk).update(mode=mode)
        assert office.sync().changed == len(number)
        assert office.control.numbers_of(ann) == number
    assert (office.held(), office.open_changes()) == ({ann: N19}, 0)
    assert office.control.judgement() == []
