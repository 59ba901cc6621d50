"""People whose policies are not those of their range: reported, and made so only where the switch says it."""

from datetime import timedelta

import pytest

from numberline.assignments.models import Assignment
from numberline.directory.models import Person
from numberline.policies.listing import policies_of
from tests.policies.profile import DIAL, LONDON, ROUTING, ProfiledOffice

DAY = timedelta(hours=25)


def drifted(office: ProfiledOffice) -> str:
    """A holder whose dial plan somebody changed in Teams."""
    ann = office.served()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-Leeds")
    return ann


def upn(office: ProfiledOffice, person: str) -> str:
    """By which name they are told."""
    return Person.objects.of(office.tenant.pk).get(object_id=person).upn


def test_many_differences_are_one_item_a_range_that_follows_the_facts(office: ProfiledOffice) -> None:
    people = [office.served() for _ in range(5)]
    for person in people:
        office.control.set_policy_out_of_band(person, DIAL, "UK-Leeds")
    office.control.set_policy_out_of_band(people[4], ROUTING, None)
    office.apply(full=True)
    first, since = office.item("policy_drift"), office.item("policy_drift").since
    named = ", ".join(upn(office, person) for person in people[:3])
    assert first.cause == (
        f"5 people who hold numbers of London have other policies than it names: {named} and 2 more."
    )
    assert first.detail == (
        "TenantDialPlan UK-London wanted, Teams shows UK-Leeds (5 people); "
        "OnlineVoiceRoutingPolicy UK-International wanted, Teams shows Global (1 person)"
    )
    office.control.set_policy_out_of_band(people[0], DIAL, "UK-London")
    office.gives_up(people[4])
    office.apply(only={people[0]})
    then = office.item("policy_drift")
    assert (then.pk, then.since) == (first.pk, since)
    assert then.detail == "TenantDialPlan UK-London wanted, Teams shows UK-Leeds (3 people)"


def test_a_difference_is_reported_once_a_day_and_nothing_is_written(office: ProfiledOffice) -> None:
    ann = drifted(office)
    office.apply()
    assert office.items() == [], "compared a moment ago"
    office.passes(DAY)
    office.apply()
    item = office.item("policy_drift")
    assert (item.person, item.range_name) == ("", "London")
    assert item.detail == "TenantDialPlan UK-London wanted, Teams shows UK-Leeds (1 person)"
    assert item.cause == (
        f"1 person who holds a number of London has other policies than it names: {upn(office, ann)}."
    )
    theirs = [("Differs", "TenantDialPlan UK-London wanted, Teams shows UK-Leeds")]
    assert policies_of(office.tenant.pk, ann)[-1:] == theirs, "person show says it of each"
    assert office.has(ann)[DIAL] == "UK-Leeds"


def test_what_is_missing_is_the_tenants_global_policy(office: ProfiledOffice) -> None:
    ann = office.served()
    office.control.set_policy_out_of_band(ann, ROUTING, None)
    office.apply(full=True)
    assert (
        office.item("policy_drift").detail
        == f"{ROUTING} UK-International wanted, Teams shows Global (1 person)"
    )


def test_a_difference_that_was_put_right_is_closed(office: ProfiledOffice) -> None:
    ann = drifted(office)
    office.apply(full=True)
    office.control.set_policy_out_of_band(ann, DIAL, "UK-London")
    office.apply(only={ann})
    assert office.items() == []


def test_a_changed_profile_shows_at_once_as_difference_of_those_who_hold_numbers(
    office: ProfiledOffice,
) -> None:
    ann = office.served()
    office.profile(**{DIAL: "UK-Leeds", ROUTING: None})
    office.apply()
    assert office.has(ann) == LONDON
    assert office.item("policy_drift").detail == (
        "TenantDialPlan UK-Leeds wanted, Teams shows UK-London (1 person); "
        "no OnlineVoiceRoutingPolicy wanted, Teams shows UK-International (1 person)"
    )
    assert office.has(office.served()) == {DIAL: "UK-Leeds"}, "who comes now gets the new ones"


def test_a_difference_is_made_good_where_the_switch_says_so(office: ProfiledOffice) -> None:
    office.configure(enforce_policies=True)
    ann = drifted(office)
    office.apply(full=True)
    assert (office.has(ann), office.items()) == (LONDON, [])
    assert ({"policy": DIAL, "name": "UK-Leeds"}, {"policy": DIAL, "name": "UK-London"}) in office.told()


def test_in_observe_the_switch_only_reports(office: ProfiledOffice) -> None:
    office.configure(enforce_policies=True)
    ann = drifted(office)
    office.apply(full=True, sending=False)
    assert (office.has(ann)[DIAL], office.items()) == ("UK-Leeds", ["policy_drift"])


def test_a_full_sync_compares(office: ProfiledOffice) -> None:
    drifted(office)
    office.sync(full=True)
    assert office.items() == ["policy_drift"]


@pytest.mark.parametrize("fields", [{"locked": True}, {"excluded": True}, {"code": "excluded_by_rule"}])
def test_whom_automation_leaves_alone_is_not_compared(
    office: ProfiledOffice, fields: dict[str, object]
) -> None:
    ann = drifted(office)
    Person.objects.of(office.tenant.pk).filter(object_id=ann).update(**fields)
    office.apply(full=True)
    assert office.items() == []


def test_only_numbers_of_ours_are_compared_and_adopted_ones_are(office: ProfiledOffice) -> None:
    drifted(office)
    rows = Assignment.objects.of(office.tenant.pk)
    rows.update(source="found")
    office.apply(full=True)
    assert office.items() == []
    rows.update(source="adopted")
    office.apply(full=True)
    assert office.items() == ["policy_drift"]


def test_a_name_that_the_tenant_does_not_have_is_nobodys_difference(office: ProfiledOffice) -> None:
    office.served()
    office.profile(**{DIAL: "UK-Londn"})
    office.apply()
    assert office.items() == ["policy_unknown"]


def test_without_profiles_the_differences_are_over(office: ProfiledOffice) -> None:
    drifted(office)
    office.apply(full=True)
    office.profile()
    office.apply()
    assert office.items() == []
    office.control.clear_requests()
    office.apply()
    assert office.control.requests() == []
