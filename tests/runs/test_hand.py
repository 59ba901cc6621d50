"""What every command of hands has around it: the lock, what an earlier process left open, what fails."""

import re

import pytest

from numberline import clock
from numberline.assignments.intend import Intent, claim, mark_sending
from numberline.assignments.models import Change, Kind
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.directory.find import PersonUnknown
from numberline.graph.errors import Stop, Wait
from numberline.inventory.find import NumberUnknown, RangeUnknown
from numberline.runs.hand import by_hand
from numberline.runs.lock import TenantBusy, tenant_lock
from numberline.runs.models import Run
from tests.runs.hands import N0, N1, N2, Hands, hand, refused, told
from tests.runs.office import Office

ANN, BOB = "ann@contoso.example", "bob@contoso.example"


def open_change(office: Office, person: str, number: str, *, sent: bool) -> Change:
    """What a process leaves behind that is killed before, or after, it has sent a request."""
    intent = Intent(person, ANN, number, "", "by_hand", "asked for it", Kind.ASSIGN)
    change = claim(office.tenant.pk, intent, clock.now(), Cause("cli:bert", "asked for it"))
    if sent:
        mark_sending(change, clock.now())
    return change


def test_a_hand_waits_for_nobody_unless_told_to(office: Office, hands: Hands) -> None:
    ann = office.joiner(city="Leeds")
    with tenant_lock(office.tenant), pytest.raises(TenantBusy, match="use --wait"):
        hands.assign(ann, N0)
    assert Run.objects.of(office.tenant.pk).count() == 0


@pytest.mark.parametrize("sent", [False, True])
def test_what_an_earlier_process_left_open_is_finished_first(
    office: Office, hands: Hands, sent: bool
) -> None:
    ann, bob = office.joiner(city="Leeds", userPrincipalName=ANN), office.joiner(city="Leeds")
    office.sync()
    open_change(office, ann, N0, sent=sent)
    if sent:  # and Microsoft carried it out
        office.control.assign_out_of_band(N0, ann, type="directRouting")
    assert told(hands.assign(bob, N1))[0][0] == "done"
    assert office.open_changes() == 0
    assert office.held() == ({ann: N0, bob: N1} if sent else {bob: N1})
    assert office.number(N0).state == (State.ASSIGNED if sent else State.AVAILABLE)
    assert office.control.judgement() == []


@pytest.mark.parametrize("sent", [False, True])
def test_what_fails_before_anything_is_sent_says_to_run_it_again(office: Office, sent: bool) -> None:
    """Nothing tries again by itself for a hand of which nothing was written down."""
    trouble = Wait(
        "server_error", "Microsoft Graph is having trouble.", "Wait, Numberline tries again.", status=503
    )
    says = (
        "trouble: wait, Numberline tries again" if sent else "trouble: nothing was sent, run it again later"
    )

    def asked() -> None:
        with by_hand(office.tenant, hand()) as work:
            if sent:
                intent = Intent("a", ANN, N0, "", "by_hand", "asked for it", Kind.ASSIGN)
                claim(office.tenant.pk, intent, clock.now(), work.cause)
            raise trouble

    with pytest.raises(Wait, match=says) as error:
        asked()
    assert (error.value.status, office.run().error) == (503, str(error.value))


def test_a_refusal_that_says_to_wait_tells_a_hand_to_run_it_again(office: Office, hands: Hands) -> None:
    (_ann,) = office.served(userPrincipalName=ANN)
    office.control.faults(fail_operation={"on": "unassign", "count": 1})
    ((outcome, sentence),) = told(hands.release(N0))
    assert outcome == "failed"
    assert "wait, then run it again; if it stays, open a ticket" in sentence
    assert "tries again" not in sentence


def test_nothing_else_is_begun_for_whom_something_is_under_way(office: Office, hands: Hands) -> None:
    ann, bob = (office.joiner(city="Leeds", userPrincipalName=name) for name in (ANN, BOB))
    office.sync()
    office.control.faults(visible_after=3600)  # Microsoft says that it succeeded, and Teams does not show it
    change = open_change(office, ann, N0, sent=True)
    since = f"{change.created_at:%Y-%m-%d %H:%M} UTC"
    words = f"{N0} is being assigned to {ANN} since {since}: wait until Teams shows it, the next sync takes it to its end"
    assert refused(hands, hands.assign, ann, N1, preview=True) == words
    assert refused(hands, hands.assign, bob, N0, preview=True).startswith(
        f"{N0} is being assigned to {ANN}: take "
    )
    assert refused(hands, hands.release, N0, preview=True).startswith(f"{N0} is being assigned to {ANN}")


def test_what_microsoft_refuses_is_named_and_ends_with_3(office: Office, hands: Hands) -> None:
    (ann,) = office.served(userPrincipalName=ANN)
    office.control.faults(fail_operation={"text": "Tenant policy 7-B forbids this", "count": 1})
    result = hands.release(N0)
    assert (result.exit_code, result.to_json()["failed"]) == (3, 1)
    ((outcome, sentence),) = told(result)
    assert outcome == "failed"
    assert sentence.startswith(f"{N0} for {ANN}: ")
    assert (office.held(), office.number(N0).state) == ({ann: N0}, State.ASSIGNED)
    assert office.person(ann).released_by_hand is False
    assert office.run().outcome == "done"


def test_what_nobody_knows_is_told_before_anything_is_done(office: Office, hands: Hands) -> None:
    office.served()
    for error, verb, arguments in (
        (PersonUnknown, hands.assign, ("nobody@contoso.example", N1)),
        (NumberUnknown, hands.release, ("+442079469999",)),
        (NumberUnknown, hands.adopt, ("what",)),
        (RangeUnknown, hands.assign_next, (ANN, "Paris")),
    ):
        with pytest.raises(error):
            verb(*arguments)
        assert office.run().outcome == "refused"
    with pytest.raises(NumberUnknown, match=re.escape(f'; {N1} of range "London" is free')):
        hands.assign(office.joiner(), "+442079469999")


def test_a_permission_that_is_missing_ends_it_and_nothing_is_left_open(office: Office, hands: Hands) -> None:
    ann = office.joiner(city="Leeds")
    office.sync()
    office.control.permissions(["User.Read.All", "Organization.Read.All", "TeamsTelephoneNumber.Read.All"])
    office.control.revoke_tokens()
    with pytest.raises(Stop):
        hands.assign(ann, N2)
    assert (office.open_changes(), office.number(N2).state) == (0, State.AVAILABLE)
    assert office.run().outcome == "failed"
