"""Giving people other numbers by hand: a certain one, the one that matches them now, several at once."""

import pytest

from numberline import clock
from numberline.audit.record import Cause
from numberline.core.states import State
from numberline.inventory.find import RangeUnknown
from numberline.inventory.models import Number, Range
from numberline.overrides.lock import lock
from numberline.overrides.people import exclude
from numberline.overrides.reserve import Reservation, reserve
from numberline.planning.movers import worklist
from numberline.runs.hand_change import change
from numberline.runs.hand_people import PeopleRefused, Wanted
from numberline.tenants.find import touch_config
from tests import factories as make
from tests.runs.hands import N0, N1, N2, N3, TICKET, WHO, WHY, Hands, hand, refused, told
from tests.runs.office import LICENCE, Office

CAUSE = Cause("cli:anna", "a reason")
LEEDS, NEXT = "+441134960000", "+441134960001"
ANN, BOB, CID = (f"{name}@contoso.example" for name in ("ann", "bob", "cid"))


def second_office(office: Office, count: int = 3) -> Range:
    """A range for Leeds, asked before London, with some numbers."""
    leeds = make.range_(office.tenant, "Leeds", rule='City = "Leeds"', priority=10)
    for index in range(count):
        make.number(office.tenant, f"+44113496{index:04}", leeds)
    touch_config(office.tenant)
    return leeds


def test_who_has_moved_gets_the_number_that_matches_now_and_the_old_one_rests(
    office: Office, hands: Hands
) -> None:
    second_office(office)
    office.rests(30)
    (ann,) = office.served(userPrincipalName=ANN)
    assert told(hands.change(ANN)) == [
        ("unchanged", f"{N0} of {ANN} matches them as they are: nothing was changed.")
    ]
    office.control.change(ann, city="Leeds")
    office.sync()
    assert (office.person(ann).code, office.held()) == ("moved", {ann: N0})
    (item,) = worklist(office.tenant, clock.now())
    assert (item.item.code, item.upn, item.detail) == (
        "moved",
        ANN,
        f'They would get {LEEDS} of range "Leeds".',
    )
    assert item.remedy.endswith(f"numberline number change contoso {ANN} --to-match --reason TEXT")
    exclude(office.person(ann), clock.now(), CAUSE)
    lock(office.tenant, N0, clock.now(), CAUSE)
    expected = f'{LEEDS} of range "Leeds" in place of {N0}.'
    assert told(hands.change(ANN, preview=True)) == [(None, f"{ANN} would get {expected}")]
    assert (office.held(), office.unassigned()) == ({ann: N0}, 0)

    result = hands.change(ANN)
    assert told(result) == [("done", f"{ANN} has {expected}")]
    row = result.to_json()["changes"][0]
    assert (row["action"], row["number"], row["from_number"]) == ("change", LEEDS, N0)
    assert (office.control.numbers_of(ann), office.held(), office.items()) == ([LEEDS], {ann: LEEDS}, [])
    assert (office.number(N0).state, office.number(N0).locked) == (State.QUARANTINED, True)
    assert {entry[1:] for entry in hands.verbs(LEEDS)} == {(WHO, WHY, TICKET)}
    hands.left_alone()


def test_a_number_is_changed_to_another_kind_once_the_licence_is_of_another_kind(
    office: Office, hands: Hands
) -> None:
    (ann,) = office.served(userPrincipalName=ANN)
    office.control.add_number("+441235550100", "callingPlan", country="GB")
    assert refused(hands, hands.change, ann, "+441235550100") == (
        f"+441235550100 is a Calling Plan number, and {ANN} has Phone System without a Calling Plan: "
        f'take {N1} of range "London", which is free'
    )
    office.control.license(ann, "MCOPSTN1")
    assert told(hands.change(ann, "+441235550100"))[0][0] == "done"
    assert (office.control.numbers_of(ann), office.number(N0).state) == (["+441235550100"], State.AVAILABLE)
    hands.left_alone()


def test_a_change_that_can_not_be_is_refused_and_says_why(office: Office, hands: Hands) -> None:
    ann, bob = office.served(2, jobTitle="clerk")
    none = office.joiner(city="York", userPrincipalName="none@contoso.example")
    found = office.joiner(city="York", userPrincipalName="found@contoso.example")
    freed = office.joiner(city="York", userPrincipalName="freed@contoso.example")
    for number, person in ((N2, found), (N3, freed)):
        office.control.assign_out_of_band(number, person, type="directRouting")
    office.sync(full=True)
    office.a_day_passes()
    office.control.unassign_out_of_band(N3)
    office.sync(full=True)
    office.control.change(ann, city="York")
    assert refused(hands, hands.change, ann).startswith(
        f"no range has a number for {office.person(ann)} (No enabled"
    )
    assert f"{N1} is held by {office.person(bob)}" in refused(hands, hands.change, ann, N1)
    for person, why in {
        none: "none@contoso.example has no number: assign one instead",
        found: f"{N2} of found@contoso.example was set in Teams directly: adopt it first",
        freed: f"Teams shows {N3} of freed@contoso.example free: assign it to them again, or another",
    }.items():
        assert refused(hands, hands.change, person, "+442079460009") == why
    assert told(hands.change(ann, N0)) == [
        ("unchanged", f"{N0} of {office.person(ann)} is theirs already: nothing was changed.")
    ]
    office.control.unlicense(bob, LICENCE)
    assert refused(hands, hands.change, bob, "+442079460009").endswith("has no Phone System licence: assign the licence first")  # fmt: skip


def test_a_number_that_is_reserved_for_somebody_matches_them_first(office: Office, hands: Hands) -> None:
    second_office(office)
    (ann,) = office.served()
    reserve(office.tenant, NEXT, Reservation(office.person(ann)), clock.now(), CAUSE)
    office.control.change(ann, city="Leeds")
    assert hands.change(ann).rows[0].number == NEXT
    assert office.held() == {ann: NEXT}


def test_several_people_are_changed_at_once_each_to_a_number_of_their_own(
    office: Office, hands: Hands
) -> None:
    second_office(office, 4)
    people = [office.joiner(userPrincipalName=name) for name in (ANN, BOB, CID)]
    office.sync()
    for person in people:
        office.control.change(person, city="Leeds")
    rows = f"Person;Number\n{ANN};\n{BOB.upper()};{LEEDS}\n{people[2]};\n"
    preview = hands.change_many(rows, preview=True)
    assert [(row.upn, row.number) for row in preview.rows] == [
        (ANN, NEXT),
        (BOB, LEEDS),
        (CID, "+441134960002"),
    ]
    assert office.unassigned() == 0
    result = hands.change_many(rows)
    assert [row.outcome for row in result.rows] == ["done"] * 3
    assert office.held() == {row.person: row.number for row in preview.rows}
    assert [row.outcome for row in hands.change_many(f"person\n{ANN}\n{BOB}\n").rows] == ["unchanged"] * 2
    hands.left_alone()


def test_every_wrong_row_is_listed_and_nobody_is_changed(office: Office, hands: Hands) -> None:
    second_office(office)
    (ann,) = office.served(userPrincipalName=ANN)
    office.served(userPrincipalName=BOB)
    office.control.change(ann, city="Leeds")
    before = hands.state()
    with pytest.raises(PeopleRefused) as wrong:
        hands.change_many(
            f"person,number\n{ANN},\nnobody@contoso.example,{N2}\n{BOB},{N0}\n{ann},{LEEDS}\n{BOB},{NEXT}\n"
        )
    texts = [str(problem) for problem in wrong.value.problems]
    assert [text.split(":")[0] for text in texts] == [f"row {row}" for row in (3, 4, 5, 6)]
    assert "nobody in the directory as last read is called 'nobody@contoso.example'" in texts[0]
    assert f"{N0} is held by {ANN}" in texts[1]
    assert texts[2] == f"row 5: {ANN} stands in row 2 already: remove one of the two."
    assert texts[3] == f"row 6: {BOB} stands in row 4 already: remove one of the two."
    assert hands.state() == before
    assert Number.objects.of(office.tenant.pk).filter(state=State.ASSIGNED).count() == 2


@pytest.mark.parametrize(
    ("text", "to_match", "problems"),
    [
        ("person\nann\n", False, ["row 2: it has no number: write one, or use --to-match."]),
        (",\n", True, ["row 1: the column \"person\" is missing: the header must be person,number."]),
        ("person,number\n,+442079460001\n", True, ["row 2: it names no person: write an object id or user principal name."]),
        ("person,number\n", True, ["the file has a header but no rows: nobody is to have another number."]),
    ],
)  # fmt: skip
def test_a_wrong_file_of_people_is_refused(text: str, to_match: bool, problems: list[str]) -> None:
    from numberline.runs.hand_people import read_people_file

    with pytest.raises(PeopleRefused) as wrong:
        read_people_file(text.encode(), to_match=to_match)
    assert [str(problem) for problem in wrong.value.problems] == problems


def test_the_next_number_of_a_range_takes_the_place_of_theirs_whatever_its_rule(
    office: Office, hands: Hands
) -> None:
    second_office(office)
    (ann,) = office.served(userPrincipalName=ANN)
    done = change(hands.tenant, Wanted(ann, range="Leeds"), hand())
    assert told(done) == [("done", f'{ANN} has {LEEDS} of range "Leeds" in place of {N0}.')]
    assert office.held() == {ann: LEEDS}
    with pytest.raises(RangeUnknown):
        change(hands.tenant, Wanted(ann, range="Paris"), hand())
