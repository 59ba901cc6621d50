"""Taking a number back by hand, and taking over one that was set in Teams directly."""

import pytest

from numberline import clock
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.models import Range
from numberline.overrides.lock import lock
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.people import include
from numberline.tenants.models import Mode
from tests.runs.hands import N0, N1, N2, TICKET, WHO, WHY, Hands, refused, told
from tests.runs.office import LICENCE, Office

CAUSE = Cause("cli:anna", "a reason")


def test_a_number_is_taken_back_at_once_and_automation_gives_no_other_until_a_human_says_so(
    office: Office, hands: Hands
) -> None:
    (ann,) = office.served(userPrincipalName="ann@contoso.example")
    office.rests(30)
    office.tenant.mode = Mode.OBSERVE
    office.tenant.save()
    lock(office.tenant, N0, clock.now(), CAUSE)
    assert told(hands.release(N0, preview=True)) == [
        (None, f"{N0} would be taken back from ann@contoso.example.")
    ]
    assert (office.held(), office.unassigned()) == ({ann: N0}, 0)
    ((outcome, sentence),) = told(hands.release(N0))
    assert outcome == "done"
    assert sentence.startswith(f"{N0} was taken back from ann@contoso.example; it is in quarantine until ")
    assert (office.control.holder(N0), office.unassigned(), office.held()) == (None, 1, {})
    assert office.number(N0).state == State.QUARANTINED
    assert hands.verbs(N0) == [
        ("intend", WHO, WHY, TICKET),
        ("release", WHO, WHY, TICKET),
    ]
    assert told(hands.release(N0)) == [
        ("unchanged", f"{N0} is quarantined, and nobody holds it: nothing was changed.")
    ]
    office.tenant.mode = Mode.FULL
    office.tenant.save()
    hands.left_alone()
    assert (office.person(ann).action, office.person(ann).code) == ("skip", "released_by_hand")
    assert told(hands.assign(ann, N1))[0][0] == "done"
    assert office.person(ann).released_by_hand is False, "an assignment by hand ends it"
    hands.release(N1)
    include(office.person(ann), clock.now(), CAUSE)
    office.sync()
    assert list(office.held()) == [ann], "as does including them"


def test_a_number_that_teams_shows_free_is_recorded_and_nothing_is_sent(office: Office, hands: Hands) -> None:
    (ann,) = office.served(userPrincipalName="ann@contoso.example")
    office.control.unassign_out_of_band(N0)
    ((outcome, sentence),) = told(hands.release(N0))
    assert (outcome, sentence) == (
        "done",
        f"{N0} was free in Teams already, and is no longer kept for ann@contoso.example; it is available again.",
    )
    assert (office.unassigned(), office.held(), office.number(N0).state) == (0, {}, State.AVAILABLE)
    hands.left_alone()
    assert office.person(ann).code == "released_by_hand"


def test_a_release_that_microsoft_refuses_is_told_by_the_command_and_leaves_nothing_on_the_worklist(
    office: Office, hands: Hands
) -> None:
    (ann,) = office.served(userPrincipalName="ann@contoso.example")
    office.control.faults(fail_operation={"on": "unassign", "count": 1, "text": "Not today"})
    result = hands.release(N0)
    ((outcome, sentence),) = told(result)
    assert (outcome, result.exit_code) == ("failed", 3)
    assert sentence.endswith('(Microsoft\'s text: "Not today"); the number stays: release it again'), sentence
    assert (office.held(), office.control.holder(N0), office.items()) == ({ann: N0}, ann, [])
    assert told(hands.release(N0))[0][0] == "done", "the remedy is to run it again"


def test_a_leavers_number_is_taken_back_before_the_grace_is_over(office: Office, hands: Hands) -> None:
    office.control.open_question(direct_routing_after_licence="stuck")
    (ann,) = office.served()
    office.control.unlicense(ann, LICENCE)
    office.sync()
    assert office.person(ann).code == "grace"
    assert told(hands.release(N0))[0][0] == "done"
    assert (office.control.holder(N0), office.held()) == (None, {})
    hands.left_alone()


def test_what_is_not_ours_is_never_taken_back_and_says_why(office: Office, hands: Hands) -> None:
    names = ("found", "line", "twice", "bot", "synced")
    people = {
        name: office.joiner(city="Leeds", userPrincipalName=f"{name}@contoso.example") for name in names
    }
    numbers = {name: f"+4420794600{index + 10}" for index, name in enumerate(names)}
    direct = {"type": "directRouting"}
    office.control.assign_out_of_band(N2, people["twice"], **direct)
    office.sync()
    for name in ("found", "line", "bot", "synced", "twice"):
        category = {"line": "private"}.get(name, "primary")
        office.control.assign_out_of_band(numbers[name], people[name], category=category, **direct)
    office.control.set_number(numbers["synced"], source="onPremises")
    office.control.change(people["bot"], department="Microsoft Communication Application Instance")
    office.sync(full=True)
    office.control.assign_out_of_band(N1, "00000000-0000-0000-0000-00000000dead", **direct)
    office.sync(full=True)
    for text, why in {
        numbers[
            "found"
        ]: f"{numbers['found']} of found@contoso.example was set in Teams directly: adopt it first",
        numbers[
            "line"
        ]: f"{numbers['line']} is a private line of line@contoso.example, which is never touched here: "
        "change it in the Teams admin center",
        numbers[
            "twice"
        ]: f"{numbers['twice']} is the second number that Teams shows on twice@contoso.example: "
        "remove it in the Teams admin center",
        numbers[
            "bot"
        ]: f"{numbers['bot']} belongs to a resource account, which is never touched here: use the "
        "Teams admin center",
        numbers[
            "synced"
        ]: f"{numbers['synced']} of synced@contoso.example is set in the on-premises directory: "
        "change it there, where alone that works",
        N1: f"{N1} is on an object that the directory does not know (00000000-0000-0000-0000-00000000dead): "
        "find it in the Teams admin center and remove the number there",
    }.items():
        assert refused(hands, hands.release, text) == why
        if text != numbers["found"]:
            assert refused(hands, hands.adopt, text) == why


def test_an_adopted_number_is_ours_to_take_back(office: Office, hands: Hands) -> None:
    ann = office.joiner(userPrincipalName="ann@contoso.example")
    office.control.assign_out_of_band(N0, ann, type="directRouting")
    office.sync()
    office.control.open_question(direct_routing_after_licence="stuck")
    office.control.unlicense(ann, LICENCE)
    office.sync()
    office.grace_passes()
    office.sync()
    assert (office.person(ann).action, office.items()) == ("keep", ["not_adopted"])
    assert told(hands.adopt(N0, preview=True)) == [(None, f"{N0} of ann@contoso.example would be adopted.")]
    assert told(hands.adopt(N0)) == [
        ("done", f"{N0} of ann@contoso.example is adopted: it is taken back when they leave.")
    ]
    assert (office.items(), hands.verbs(N0)) == ([], [("adopt", WHO, WHY, TICKET)])
    assert Assignment.objects.of(office.tenant.pk).get(until=None).source == "adopted"
    assert told(hands.adopt(N0)) == [
        (
            "unchanged",
            f"{N0} of ann@contoso.example was not set in Teams directly, or is adopted already: nothing was changed.",
        )
    ]
    assert office.sync().released == 1, "now that it is ours automation takes it back"
    assert (office.control.holder(N0), office.held()) == (None, {})
    assert (
        refused(hands, hands.adopt, N0) == f"nobody holds {N0}, which is available: there is nothing to adopt"
    )


def test_a_number_of_a_range_that_adopts_is_ours_without_more(office: Office, hands: Hands) -> None:
    ann = office.joiner()
    office.control.assign_out_of_band(N0, ann, type="directRouting")
    office.sync()
    Range.objects.of(office.tenant.pk).update(adopt=True)
    assert told(hands.release(N0))[0][0] == "done"
    assert office.held() == {}


@pytest.mark.parametrize("verb", ["release", "adopt"])
def test_what_teams_shows_on_somebody_else_by_now_stays_with_them(
    office: Office, hands: Hands, verb: str
) -> None:
    (ann,) = office.served()
    bob = office.joiner(city="Leeds", userPrincipalName="bob@contoso.example")
    office.sync()
    office.control.unassign_out_of_band(N0)
    office.control.assign_out_of_band(N0, bob, type="directRouting")
    if verb == "release":
        with pytest.raises(OverrideRefused, match="was set in Teams directly"):
            hands.release(N0)
    else:
        assert told(hands.adopt(N0))[0][0] == "done"
    assert (office.held(), office.control.holder(N0), office.unassigned()) == ({bob: N0}, bob, 0)
    assert ann not in office.held()
