"""Every difference between people, holdings and Teams' listing has a code, and each ends when it is no more."""

import pytest

from numberline.assignments.adopting import adopt_declared
from numberline.assignments.belongings import belongings_of
from numberline.assignments.found import Findings, reconcile_holders
from numberline.assignments.intend import Intent, claim
from numberline.assignments.models import Assignment, Kind
from numberline.audit.models import Entry
from numberline.core.person import PlanTable
from numberline.core.states import State
from numberline.directory.intake import take_people
from numberline.directory.models import Person
from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.models import Range
from numberline.inventory.teams import finish_listing, take_page
from numberline.inventory.unlisted import follow_list
from tests import factories as make
from tests.assignments.office import Office

ANN, BOB = make.oid("ann"), make.oid("bob")
PLAN = {"numberType": "callingPlan", "isoCountryCode": "GB"}


@pytest.fixture
def known(office: Office) -> Office:
    """Ann and Bob are people of the directory; the numbers 1 and 2 are free."""
    office.joiner("ann")
    office.joiner("bob")
    office.stock(make.N1, make.N2)
    return office


def listed(office: Office, *numbers: GraphNumber) -> Findings:
    """Teams lists these numbers and no others, and what that means is concluded."""
    result = take_page(office.tenant, numbers, Homes.load(office.tenant.pk), office.now)
    finish_listing(office.tenant, result, office.now)
    assert result.trusted
    follow_list(office.tenant.pk, office.now, make.CAUSE)
    return reconcile_holders(office.tenant, office.now, make.CAUSE)


def sources(office: Office) -> dict[str, str]:
    rows = Assignment.objects.of(office.tenant.pk).filter(until=None)
    return dict(rows.values_list("number__text", "source"))


def codes(office: Office, number: str) -> list[tuple[str, str]]:
    """What the trail says of a number, in order."""
    return list(Entry.objects.of(office.tenant.pk).filter(number=number).values_list("verb", "code"))


def has_plan_numbers(office: Office) -> None:
    """A range of Calling Plan numbers, of which Teams lists the numbers 1 to 3; Ann has a Calling Plan."""
    make.range_(
        office.tenant, "Plan", type="calling_plan", rule="EVERYONE", numbers=["+442079460001-+442079460009"]
    )
    office.joiner("ann", licences=make.PLAN)
    listed(office, *(make.said(text, **PLAN) for text in (make.N1, make.N2, make.N3)))


# Teams shows another number than ours


def test_another_number_than_ours_is_theirs_and_told_until_somebody_takes_it_over(known: Office) -> None:
    make.holding(known.number())
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert (known.held(), known.items()) == ({make.N2: ANN}, ["other_number"])
    assert (known.number().state, sources(known)) == (State.QUARANTINED, {make.N2: "found"})
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert known.items() == ["other_number"]
    Range.objects.of(known.tenant.pk).update(adopt=True)
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert (known.held(), sources(known), known.items()) == ({make.N2: ANN}, {make.N2: "adopted"}, [])


def test_a_number_that_was_changed_back_in_teams_is_theirs_again(known: Office) -> None:
    make.holding(known.number())
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    known.time.advance(make.HOUR)
    listed(known, make.said(make.N1, "ann"), make.said(make.N2))
    assert known.held() == {make.N1: ANN}
    assert [code for code in known.items() if code != "other_number"] == []
    assert known.number(make.N2).state == State.QUARANTINED


def test_a_number_that_is_just_being_taken_back_is_left_to_that(known: Office) -> None:
    """Killed while Ann's number was being taken back; meanwhile somebody gave her another one in Teams."""
    row = make.holding(known.number())
    listed(known, make.said(make.N1), make.said(make.N2))
    row.refresh_from_db()
    assert row.freed_in_teams_at is not None
    intent = Intent(ANN, "ann", make.N1, "", "unlicensed", "gone", Kind.RELEASE)
    claim(known.tenant.pk, intent, known.now, make.CAUSE)
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert known.number().state == State.RELEASING
    known.resume()
    assert (known.held(), known.number().state) == ({make.N1: ANN, make.N2: ANN}, State.ASSIGNED)
    listed(known, make.said(make.N1), make.said(make.N2, "ann"))
    assert (known.held(), known.number().state) == ({make.N2: ANN}, State.QUARANTINED)


# No longer listed, ported out


def test_an_assigned_number_that_is_no_longer_listed_stays_theirs_and_is_told(office: Office) -> None:
    has_plan_numbers(office)
    make.holding(office.number())
    listed(office, *(make.said(text, **PLAN) for text in (make.N2, make.N3)))
    assert (office.held(), office.number().state) == ({make.N1: ANN}, State.ASSIGNED)
    assert office.items() == ["freed_in_teams", "no_longer_listed"]
    listed(office, make.said(make.N1, "ann", **PLAN), make.said(make.N2, **PLAN), make.said(make.N3, **PLAN))
    assert (office.held(), office.items()) == ({make.N1: ANN}, [])


def test_a_reserved_number_that_is_no_longer_listed_stays_reserved_and_is_told(office: Office) -> None:
    has_plan_numbers(office)
    row = office.number()
    row.state, row.reserved_for = State.RESERVED, BOB
    row.save()
    listed(office, *(make.said(text, **PLAN) for text in (make.N2, make.N3)))
    assert (office.number().state, office.items()) == (State.RESERVED, ["no_longer_listed"])


def test_a_free_number_that_is_no_longer_listed_was_ported_out_and_is_retired(office: Office) -> None:
    has_plan_numbers(office)
    listed(office, *(make.said(text, **PLAN) for text in (make.N2, make.N3)))
    assert (office.number().state, office.items()) == (State.RETIRED, [])
    assert codes(office, make.N1) == [("retire", "ported_out")]
    listed(office, *(make.said(text, **PLAN) for text in (make.N1, make.N2, make.N3)))
    assert (office.number().state, office.number().teams_free) == (State.AVAILABLE, True)
    assert codes(office, make.N1)[1:] == [("declare", "listed_again")]


def test_what_is_blocked_or_rests_is_not_retired_and_what_comes_back_on_somebody_is_theirs(
    office: Office,
) -> None:
    has_plan_numbers(office)
    blocked, rests, direct = "+442079460004", "+442079460005", "+442079460050"
    make.number(office.tenant, blocked, type="calling_plan", state=State.BLOCKED)
    make.number(office.tenant, rests, type="calling_plan", state=State.QUARANTINED)
    make.number(office.tenant, direct, office.range)
    listed(office, make.said(make.N2, **PLAN), make.said(make.N3, **PLAN))
    states = [office.number(text).state for text in (make.N1, blocked, rests, direct)]
    assert states == [State.RETIRED, State.BLOCKED, State.QUARANTINED, State.AVAILABLE], (
        "Direct Routing numbers are not expected in the list"
    )
    listed(office, make.said(make.N1, "ann", **PLAN), make.said(make.N2, **PLAN), make.said(make.N3, **PLAN))
    assert office.held() == {make.N1: ANN}


# Freed and given to somebody else


def test_whose_number_was_given_away_after_they_left_is_served_like_anybody_when_they_come_back(
    known: Office,
) -> None:
    make.holding(known.number())
    take_people(known.tenant, [], [make.gone("ann")], PlanTable(), known.now, 1)
    listed(known, make.said(make.N1, "bob"))
    assert (known.held(), known.items()) == ({make.N1: BOB}, [])
    assert codes(known, make.N1) == [("found", "found_other_holder")]
    assert Person.objects.of(known.tenant.pk).get(object_id=ANN).taken_number == ""


# Adopting


def test_a_range_that_adopts_takes_over_what_is_found_then_and_what_was_found_before(known: Office) -> None:
    listed(known, make.said(make.N1, "ann"), make.said(make.N2))
    assert sources(known) == {make.N1: "found"}
    Range.objects.of(known.tenant.pk).update(adopt=True)
    listed(known, make.said(make.N1, "ann"), make.said(make.N2, "bob"))
    assert sources(known) == {make.N1: "adopted", make.N2: "adopted"}
    entry = Entry.objects.of(known.tenant.pk).get(verb="adopt", number=make.N1)
    assert (entry.person, entry.before["source"], entry.after["source"]) == (ANN, "found", "adopted")
    assert entry.reason == "the range London adopts what is found"
    assert adopt_declared(known.tenant, known.now, make.CAUSE) == 0
    Range.objects.of(known.tenant.pk).update(adopt=False)
    assert belongings_of(known.tenant.pk, [ANN], known.now).holdings[ANN].adopted, "taken over for good"


def test_what_is_not_a_persons_own_is_never_taken_over(known: Office) -> None:
    Range.objects.of(known.tenant.pk).update(adopt=True)
    texts = [f"+4420794601{index:02}" for index in range(5)]
    known.stock(*texts)
    make.person(known.tenant, "queue", department="Microsoft Communication Application Instance")
    make.person(known.tenant, "guest", userType="Guest")
    listed(
        known,
        make.said(texts[0], "stranger"),
        make.said(texts[1], "ann", numberSource="onPremises"),
        make.said(texts[2], "queue"),
        make.said(texts[3], "guest"),
        make.said(texts[4], "bob", assignmentCategory="private"),
    )
    assert set(sources(known).values()) == {"found"}
    assert known.items() == ["owner_unknown"]
