"""Giving somebody a number by hand."""

import json
from datetime import timedelta
from typing import Any

import pytest

from numberline import clock
from numberline.assignments.models import Assignment, Change
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.core.words import moment
from numberline.inventory.models import Number
from numberline.overrides.block import block
from numberline.overrides.lock import lock
from numberline.overrides.outcome import OverrideRefused
from numberline.overrides.people import exclude
from numberline.overrides.people import lock as lock_person
from numberline.overrides.reserve import Reservation, reserve
from numberline.tenants.find import touch_config
from numberline.tenants.models import Mode
from tests import factories as make
from tests.runs.hands import N0, N1, N2, N3, TICKET, WHO, WHY, Hands, refused, told
from tests.runs.office import Office

CAUSE = Cause("cli:anna", "a reason")


def test_a_number_given_by_hand_passes_rules_locks_exclusions_and_the_mode_and_stays(
    office: Office, hands: Hands
) -> None:
    ann = office.joiner(city="Leeds", userPrincipalName="ann@contoso.example")
    office.tenant.mode = Mode.OFF
    office.tenant.save()
    office.sync()
    lock(office.tenant, N3, clock.now(), CAUSE)
    lock_person(office.person(ann), clock.now(), CAUSE)
    exclude(office.person(ann), clock.now(), CAUSE)
    preview = hands.assign("Ann@Contoso.Example", N3, preview=True)
    assert told(preview) == [(None, f'ann@contoso.example would get {N3} of range "London".')]
    assert (office.held(), office.writes(), office.open_changes()) == ({}, 0, 0)

    result = hands.assign("Ann@Contoso.Example", N3)
    assert told(result) == [("done", f'ann@contoso.example has {N3} of range "London".')]
    assert (result.exit_code, office.control.numbers_of(ann), office.held()) == (0, [N3], {ann: N3})
    assert hands.verbs(N3) == [("intend", WHO, WHY, TICKET), ("assign", WHO, WHY, TICKET)]
    assert office.number(N3).locked, "the lock is against automation and stays"
    assert json.loads(json.dumps(result.to_json())) == {
        "tenant": "contoso",
        "run": result.run,
        "preview": False,
        "changes": [
            {
                "action": "assign",
                "person": ann,
                "upn": "ann@contoso.example",
                "number": N3,
                "from_number": None,
                "range": "London",
                "type": "direct_routing",
                "code": "by_hand",
                "reason": WHY,
                "outcome": "done",
                "detail": f'ann@contoso.example has {N3} of range "London".',
            }
        ],
        "failed": 0,
    }
    assert told(hands.assign(ann, N3)) == [
        ("unchanged", f"ann@contoso.example has {N3} already: nothing was changed.")
    ]
    office.tenant.mode = Mode.FULL
    office.tenant.save()
    hands.left_alone()


def test_the_next_of_a_range_is_drawn_as_it_says_and_what_microsoft_refuses_is_passed_over(
    office: Office, hands: Hands
) -> None:
    ann = office.joiner(city="Leeds")
    lock(office.tenant, N0, clock.now(), CAUSE)
    refusal = {"text": "The telephone number is blocked from assignment until 2026-12-01", "count": 1}
    office.control.faults(fail_operation=refusal)
    assert hands.assign_next(ann, "london", preview=True).rows[0].number == N1
    result = hands.assign_next(ann, "london")
    assert (result.exit_code, office.held(), result.rows[0].number) == (0, {ann: N2}, N2)
    assert (office.number(N1).state, office.items()) == (State.BLOCKED, ["refused_by_microsoft"])
    hands.left_alone()


def test_nobody_is_given_a_number_who_could_not_have_one(office: Office, hands: Hands) -> None:
    who: dict[str, dict[str, Any]] = {
        "none": {"licences": []},
        "guest": {"userType": "Guest"},
        "bot": {"department": "Microsoft Communication Application Instance"},
        "lapsed": {},
        "gone": {},
        "has": {},
    }
    people = {
        name: office.joiner(city="Leeds", userPrincipalName=f"{name}@contoso.example", **more)
        for name, more in who.items()
    }
    office.control.assign_out_of_band(N3, people["has"], type="directRouting")
    office.sync()
    office.control.licence_status(people["lapsed"], "Suspended")
    office.control.delete(people["gone"])
    for name, why in {
        "none": "none@contoso.example has no Phone System licence: assign the licence first",
        "guest": "guest@contoso.example is a guest: give the number to a member of the organisation",
        "bot": "bot@contoso.example is a resource account, which is never touched here: use the Teams admin center",
        "lapsed": "a telephony licence of lapsed@contoso.example is suspended: mend that in the "
        "Microsoft 365 admin center first",
        "gone": "gone@contoso.example is deleted: restore the account before you give it a number",
        "has": f"has@contoso.example has {N3} already: change it instead",
    }.items():
        assert refused(hands, hands.assign, people[name], N1) == why
        assert refused(hands, hands.assign_next, people[name]) == why


def test_who_is_not_ready_in_teams_is_given_nothing_yet(office: Office, hands: Hands) -> None:
    office.control.faults(licence_lag=3600)
    ann = office.joiner(userPrincipalName="ann@contoso.example")
    assert refused(hands, hands.assign, ann, N1) == (
        "Teams does not show Phone System for ann@contoso.example yet: try again when it does, "
        "up to 24 hours after the licence was assigned"
    )


def test_a_number_that_is_not_to_be_had_is_refused_with_what_would_work(office: Office, hands: Hands) -> None:
    ann = office.joiner(city="Leeds", userPrincipalName="ann@contoso.example")
    (bob,) = office.served(userPrincipalName="bob@contoso.example")
    now, tenant = clock.now(), office.tenant
    reserve(tenant, N1, Reservation(office.person(bob)), now, CAUSE)
    block(tenant, N2, now, CAUSE)
    retired = make.number(tenant, "+442079460500", None, state=State.RETIRED)
    Number.objects.of(tenant.pk).filter(text=N3).update(
        state=State.RESERVED, reserved_purpose="declared in its range"
    )
    office.control.add_number("+441235550100", "callingPlan", country="GB")
    office.control.add_number("+3531555010", "operatorConnect", country="IE", operator="AnOperator")
    nothing = "nothing else that would suit is free, so name a number of another range, or add numbers to one"
    instead = 'take +442079460004 of range "London", which is free'
    for number, why in {
        N0: f"{N0} is held by bob@contoso.example: release it first, or {instead}",
        N1: f"{N1} is reserved for bob@contoso.example: unreserve it first, or {instead}",
        N2: f"{N2} is blocked: unblock it first, or {instead}",
        N3: f"{N3} is reserved by the settings of its range: reserve it for ann@contoso.example first, or take it "
        f'out of the reserved numbers of range "London", or {instead}',
        retired.text: f"{retired.text} is retired: declare it in a range first",
        "+441235550100": "+441235550100 is a Calling Plan number, and ann@contoso.example has Phone System without "
        f"a Calling Plan: {nothing}",
        "+3531555010": "+3531555010 is an Operator Connect number of IE, and the country of ann@contoso.example is "
        f"GB: {nothing}",
    }.items():
        assert refused(hands, hands.assign, ann, number) == why
    office.control.remove_number("+3531555010")
    make.range_(tenant, "Plans", type="calling_plan")
    touch_config(tenant)
    assert refused(hands, hands.assign_next, ann, "Plans") == (
        'range "Plans" has Calling Plan numbers, and ann@contoso.example has Phone System without a Calling Plan: '
        'name another range that has one for them ("London")'
    )
    reserve(tenant, "+442079460004", Reservation(office.person(ann)), now, CAUSE)
    assert told(hands.assign(ann, "+442079460004"))[0][0] == "done", "what is reserved for them is theirs"


def test_a_hand_takes_a_number_out_of_quarantine_but_not_while_microsoft_may_still_act(
    office: Office, hands: Hands
) -> None:
    ann = office.joiner(city="Leeds", userPrincipalName="ann@contoso.example")
    (bob,) = office.served()
    office.rests(30)
    hands.release(N0)
    change = Change.objects.of(office.tenant.pk).latest("pk")
    Change.objects.of(office.tenant.pk).filter(pk=change.pk).update(doubtful=True)
    assert refused(hands, hands.assign, ann, N0).startswith(
        f"Microsoft left a request for {N0} without an answer and may carry it out until "
    )
    Change.objects.of(office.tenant.pk).filter(pk=change.pk).update(ended_at=clock.now() - make.DAY)
    assert told(hands.assign(ann, N0))[0][0] == "done"
    assert (office.held(), office.person(bob).code) == ({ann: N0}, "released_by_hand")
    hands.left_alone()


@pytest.mark.parametrize("number", [N0, N1])
def test_whose_number_was_freed_in_teams_is_given_it_again_or_another(
    office: Office, hands: Hands, number: str
) -> None:
    (ann,) = office.served()
    office.control.unassign_out_of_band(N0)
    office.sync(full=True)
    assert (office.person(ann).code, office.items()) == ("freed_in_teams", ["freed_in_teams"])
    assert told(hands.assign(ann, number))[0][0] == "done"
    assert (office.held(), office.control.numbers_of(ann), office.items()) == ({ann: number}, [number], [])
    hands.left_alone()


def test_a_number_given_a_moment_ago_that_teams_shows_free_is_not_called_theirs(
    office: Office, hands: Hands
) -> None:
    ann = office.joiner(userPrincipalName="ann@contoso.example")
    office.sync()
    office.control.unassign_out_of_band(N0)
    since = Assignment.objects.of(office.tenant.pk).get(until=None).since
    later = moment(since + timedelta(minutes=20))
    why = f"Teams shows {N0} of ann@contoso.example free; it was given 0 minutes ago, and Teams may lag: try again after {later}"
    assert refused(hands, hands.assign, ann, N0) == why
    assert refused(hands, hands.change, ann, N0) == why
    assert refused(hands, hands.change, ann) == why
    office.a_day_passes()
    assert told(hands.assign(ann, N0))[0][0] == "done", "by then it is surely free"
    assert office.control.holder(N0) == ann


def test_what_another_administrator_did_in_teams_meanwhile_is_seen_first(
    office: Office, hands: Hands
) -> None:
    ann, bob = office.joiner(city="Leeds"), office.joiner(city="Leeds")
    office.sync()
    office.control.assign_out_of_band(N1, bob, type="directRouting")
    with pytest.raises(OverrideRefused, match="is held by"):
        hands.assign(ann, N1)
    assert Assignment.objects.of(office.tenant.pk).get(person=bob, until=None).source == "found"
    office.control.assign_out_of_band(N2, ann, type="directRouting")
    with pytest.raises(OverrideRefused, match="change it instead"):
        hands.assign(ann, N3)
    assert (office.held(), office.writes()) == ({bob: N1, ann: N2}, 0)
