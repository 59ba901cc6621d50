"""Every code of the decision that one person's facts give, in the order of the steps."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from numberline.core.classify import classify
from numberline.core.decision import Decision
from numberline.core.person import Entitlement, FreedCause
from numberline.core.ranges import Settings
from tests.core.people import (
    DAY,
    DIRECT,
    HELD,
    LAST,
    NOW,
    OPERATOR,
    PLAN,
    decide,
    holding,
    numbers,
    outcome,
    own,
    person,
    range_,
    stock,
    tenant,
)

CARRIER, BOTH = Entitlement.CARRIER, Entitlement.CALLING_PLAN
NONE, SUSPENDED = Entitlement.NONE, Entitlement.SUSPENDED


@pytest.mark.parametrize("fact", ["resource_account", "guest", "locked", "excluded"])
def test_whom_automation_does_not_serve_is_skipped_or_keeps_what_they_hold(fact: str) -> None:
    known: dict[str, Any] = {fact: True}
    assert outcome(decide(person(**known))) == ("skip", fact)
    kept = decide(person(**known, holding=holding()))
    assert outcome(kept) == ("keep", fact)
    assert kept.number == HELD
    assert HELD in kept.reason


def test_a_locked_number_is_kept_by_a_person_who_would_lose_it() -> None:
    leaver = person(entitlement=NONE, lost_at=NOW - 9 * DAY, holding=holding(locked=True))
    assert outcome(decide(leaver)) == ("keep", "locked")


def test_the_exclude_rule_of_the_tenant_is_obeyed() -> None:
    settings = tenant(exclude=lambda attributes: attributes.get("department") == "Meeting Rooms")
    room = {"city": "London", "department": "Meeting Rooms"}
    assert outcome(decide(person(attributes=room), settings)) == ("skip", "excluded_by_rule")
    assert outcome(decide(person(attributes=room, holding=holding()), settings)) == (
        "keep",
        "excluded_by_rule",
    )
    assert outcome(decide(person(), settings)) == ("assign", "next_available")


def test_a_number_from_on_premises_is_kept_and_another_one_waited_for() -> None:
    assert outcome(decide(person(holding=holding(on_premises=True)))) == ("keep", "on_premises")
    waits = decide(person(on_premises_number="+442079460555"))
    assert outcome(waits) == ("wait", "on_premises")
    assert "+442079460555" in waits.reason


def test_a_deleted_person_keeps_the_number_until_the_grace_is_over() -> None:
    leaver = person(deleted=True, lost_at=NOW, holding=holding())
    waits = decide(leaver, now=NOW + timedelta(hours=23))
    assert outcome(waits) == ("wait", "grace")
    assert "2026-11-24 09:00 UTC" in waits.reason
    released = decide(leaver, now=NOW + DAY)
    assert outcome(released) == ("release", "deleted")
    assert (released.number, released.range, released.type) == (HELD, "London", DIRECT)
    assert "grace of 1d" in released.reason


def test_a_deleted_person_without_a_number_is_skipped() -> None:
    assert outcome(decide(person(deleted=True))) == ("skip", "deleted")


def test_an_unlicensed_person_keeps_the_number_until_the_grace_is_over() -> None:
    leaver = person(entitlement=NONE, lost_at=NOW, holding=holding())
    assert outcome(decide(leaver, now=NOW + timedelta(hours=23))) == ("wait", "grace")
    assert outcome(decide(leaver, now=NOW + DAY)) == ("release", "unlicensed")


def test_an_unlicensed_person_without_a_number_is_skipped() -> None:
    assert outcome(decide(person(entitlement=NONE))) == ("skip", "unlicensed")


@pytest.mark.parametrize("freed", [None, NOW - DAY])
def test_the_grace_promises_no_release_of_a_number_that_is_never_taken_back(freed: datetime | None) -> None:
    found = holding(adopted=False, freed_in_teams_at=freed)
    waits = decide(person(entitlement=NONE, lost_at=NOW, holding=found))
    assert outcome(waits) == ("wait", "grace")
    kept = f"{found.number} is kept until 2026-11-24 09:00 UTC"
    ours = f"{found.number} was set in Teams directly, so it stays after 2026-11-24 09:00 UTC too, unless it is adopted"
    loss = "Phone System is no longer licensed"
    assert waits.reason == f"{loss}; {kept if freed else ours}."


def test_a_loss_that_nobody_saw_before_begins_its_grace_now() -> None:
    assert outcome(decide(person(entitlement=NONE, holding=holding()))) == ("wait", "grace")


def test_the_grace_is_that_of_the_numbers_range_or_else_the_tenants() -> None:
    settings = tenant(range_(grace=timedelta(days=7)), default_grace=timedelta(0))
    in_range = person(entitlement=NONE, lost_at=NOW - 6 * DAY, holding=holding())
    of_none = person(entitlement=NONE, lost_at=NOW, holding=holding(range=None))
    assert outcome(decide(in_range, settings)) == ("wait", "grace")
    assert outcome(decide(of_none, settings)) == ("release", "unlicensed")


def test_a_number_that_teams_already_freed_is_still_released_only_after_the_grace() -> None:
    freed = holding(freed_in_teams_at=NOW - DAY, freed_cause=FreedCause.ENTITLEMENT_CHANGED)
    assert outcome(decide(person(entitlement=NONE, lost_at=NOW, holding=freed))) == ("wait", "grace")
    assert outcome(decide(person(entitlement=NONE, lost_at=NOW - DAY, holding=freed))) == (
        "release",
        "unlicensed",
    )


def test_a_suspended_licence_keeps_the_number() -> None:
    assert outcome(decide(person(entitlement=SUSPENDED, holding=holding()))) == ("keep", "suspended")


def test_a_suspended_licence_gives_no_number() -> None:
    assert outcome(decide(person(entitlement=SUSPENDED))) == ("wait", "suspended")
    freed = holding(freed_in_teams_at=NOW)
    assert outcome(decide(person(entitlement=SUSPENDED, holding=freed))) == ("wait", "suspended")


def test_whoever_holds_a_number_keeps_it() -> None:
    kept = decide(person(holding=holding()))
    assert outcome(kept) == ("keep", "holds")
    assert kept.reason == f'Holds {HELD} of range "London".'


def test_a_holder_whose_range_has_no_rule_or_is_unknown_simply_holds() -> None:
    assert outcome(decide(person(holding=holding()), tenant(range_(rule=None)))) == ("keep", "holds")
    nowhere = decide(person(holding=holding(range=None)))
    assert outcome(nowhere) == ("keep", "holds")
    assert "of no range" in nowhere.reason


def test_a_mover_keeps_the_number_and_the_mismatch_is_shown() -> None:
    kept = decide(person(attributes={"city": "Leeds"}, holding=holding()))
    assert outcome(kept) == ("keep", "moved")
    assert "the rule of that range no longer matches" in kept.reason


@pytest.mark.parametrize(
    ("entitlement", "number_type", "code"),
    [
        (BOTH, DIRECT, "wrong_type"),
        (BOTH, OPERATOR, "wrong_type"),
        (CARRIER, PLAN, "wrong_type"),
        (CARRIER, OPERATOR, "holds"),
        (CARRIER, DIRECT, "holds"),
        (BOTH, PLAN, "holds"),
    ],
)
def test_a_number_whose_type_no_longer_fits_the_licences_is_kept_and_shown(
    entitlement: Entitlement, number_type: str, code: str
) -> None:
    held = holding(type=number_type, range=None)
    assert outcome(decide(person(entitlement=entitlement, holding=held))) == ("keep", code)


@pytest.mark.parametrize(
    ("number_type", "number_country", "usage_location", "code"),
    [
        (OPERATOR, "GB", "US", "country_mismatch"),
        (OPERATOR, "GB", None, "country_mismatch"),  # then the organisation's country, DE, counts
        (OPERATOR, "DE", None, "holds"),
        (OPERATOR, None, "US", "holds"),
        (DIRECT, "GB", "US", "holds"),
    ],
)
def test_a_number_of_another_country_is_kept_and_shown(
    number_type: str, number_country: str | None, usage_location: str | None, code: str
) -> None:
    held = holding(type=number_type, range=None, country=number_country)
    decision = decide(person(usage_location=usage_location, holding=held), tenant(country="de"))
    assert outcome(decision) == ("keep", code)


def test_a_holder_of_whom_no_country_is_known_simply_holds() -> None:
    held = holding(type=OPERATOR, range=None)
    assert outcome(decide(person(usage_location=None, holding=held))) == ("keep", "holds")


def test_of_several_mismatches_the_first_gives_the_code_and_the_sentence_names_all() -> None:
    held = holding(type=PLAN)
    kept = decide(person(attributes={}, usage_location="US", holding=held))
    assert outcome(kept) == ("keep", "moved")
    for part in ("no longer matches", "it is a Calling Plan number", "it is a number of GB"):
        assert part in kept.reason


def test_a_number_released_by_hand_does_not_come_back_by_itself() -> None:
    assert outcome(decide(person(released_by_hand=True, last_number=own(LAST)))) == (
        "skip",
        "released_by_hand",
    )


@pytest.mark.parametrize("cause", [FreedCause.FREED_IN_TEAMS, None])
def test_a_number_freed_in_teams_is_left_to_an_administrator_however_long(cause: FreedCause | None) -> None:
    freed = holding(freed_in_teams_at=NOW - 90 * DAY, freed_cause=cause)
    waits = decide(person(holding=freed))
    assert outcome(waits) == ("wait", "freed_in_teams")
    assert waits.number == HELD


def test_a_number_freed_by_a_change_of_licences_is_kept_for_the_grace() -> None:
    freed = holding(
        freed_in_teams_at=NOW - DAY + timedelta(minutes=1), freed_cause=FreedCause.ENTITLEMENT_CHANGED
    )
    waits = decide(person(entitlement=BOTH, holding=freed))
    assert outcome(waits) == ("wait", "entitlement_changed")
    assert "until 2026-11-23 09:01 UTC" in waits.reason


def test_after_the_grace_of_a_change_of_licences_the_person_is_a_joiner_or_a_returner() -> None:
    freed = holding(freed_in_teams_at=NOW - DAY, freed_cause=FreedCause.ENTITLEMENT_CHANGED)
    settings = tenant(range_(), range_("Plan", type=PLAN))
    supply = stock(Plan=numbers("+442079460100"))
    joiner = decide(person(entitlement=BOTH, holding=freed), settings, supply)
    assert (outcome(joiner), joiner.number) == (("assign", "next_available"), "+442079460100")
    returner = decide(person(entitlement=CARRIER, holding=freed), settings, supply)
    assert (outcome(returner), returner.number) == (("assign", "returner"), HELD)


def test_a_disabled_person_waits() -> None:
    assert outcome(decide(person(enabled=False))) == ("wait", "disabled")


def test_disabling_never_frees_the_number() -> None:
    assert outcome(decide(person(enabled=False, holding=holding()), now=NOW + 999 * DAY)) == ("keep", "holds")


@pytest.mark.parametrize(
    "settings",
    [
        tenant(range_(rule=lambda _: False)),
        tenant(range_(rule=None)),
        tenant(range_(enabled=False)),
        tenant(range_(type=PLAN)),
    ],
)
def test_nobody_is_served_by_a_range_that_does_not_match(settings: Settings) -> None:
    waits = classify(person(), settings, NOW)
    assert isinstance(waits, Decision)
    assert outcome(waits) == ("wait", "no_matching_rule")
    assert "Direct Routing or Operator Connect" in waits.reason


def test_every_decision_names_the_person_and_says_a_sentence() -> None:
    for facts in (person(), person(guest=True), person(holding=holding()), person(enabled=False)):
        decision = decide(facts)
        assert (decision.person, decision.upn) == ("ann", "ann@contoso.example")
        assert decision.reason.endswith(".")
