"""Policies of a range come with its numbers: who gets them, how they are sent, and when they count as had."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from numberline.audit.models import Entry
from numberline.directory.models import Person
from numberline.inventory.models import Number
from numberline.runs.hand import Hand
from numberline.runs.hand_give import assign
from tests import factories as make
from tests.policies.profile import CALLING, DIAL, LONDON, ROUTING, ProfiledOffice

HOUR = timedelta(hours=1)


def test_a_joiner_gets_the_policies_of_the_range_once_the_number_is_confirmed(office: ProfiledOffice) -> None:
    ann = office.joiner()
    result = office.sync()
    assert (result.assigned, result.exit_code) == (1, 0)
    assert office.has(ann) == LONDON
    assert (office.open_policies(), office.items()) == ([], [])
    kinds = [one["kind"] for one in office.control.requests() if one["kind"] in ("assign", "policy_assign")]
    assert kinds == ["assign", "policy_assign"]


def test_many_get_theirs_in_groups_of_as_many_as_microsoft_takes(office: ProfiledOffice) -> None:
    people = [office.holder() for _ in range(12)]
    assert office.apply().done == 24
    assert [office.has(person) for person in people] == [LONDON] * 12
    assert len(office.policy_writes()) == 2, "20 in a request"


def test_the_policies_of_very_many_are_read_from_the_list(office: ProfiledOffice) -> None:
    people = [office.holder() for _ in range(51)]
    office.apply()
    assert {tuple(office.has(person)) for person in people} == {tuple(LONDON)}
    assert office.control.requests(kind="configuration") == []
    assert len(office.control.requests(kind="configurations")) == 3, "before, after, to compare"


def test_what_was_given_is_in_the_audit_trail_with_what_was_there_before(office: ProfiledOffice) -> None:
    ann = office.holder()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-Leeds")
    office.apply()
    assert sorted(office.told(), key=lambda told: str(told[1]["policy"])) == [
        ({"policy": ROUTING, "name": None}, {"policy": ROUTING, "name": "UK-International"}),
        ({"policy": DIAL, "name": "UK-Leeds"}, {"policy": DIAL, "name": "UK-London"}),
    ]


def test_what_is_so_already_is_neither_sent_nor_recorded(office: ProfiledOffice) -> None:
    ann = office.holder()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-London")
    office.control.set_policy_out_of_band(ann, ROUTING, "UK-International", group="a group")
    office.apply()
    assert (office.policy_writes(), office.told(), office.open_policies()) == ([], [], [])


def test_null_and_global_take_the_policy_of_that_type_away(office: ProfiledOffice) -> None:
    office.profile(**{DIAL: None, ROUTING: "Global"})
    ann = office.holder()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-Leeds")
    office.control.set_policy_out_of_band(ann, ROUTING, "UK-International")
    office.apply()
    assert (office.has(ann), office.open_policies()) == ({}, [])
    assert ({"policy": DIAL, "name": "UK-Leeds"}, {"policy": DIAL, "name": None}) in office.told()


def test_what_a_group_gives_is_nobodys_to_take_away(office: ProfiledOffice) -> None:
    office.profile(**{DIAL: None})
    ann = office.holder()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-Leeds", group="a group")
    office.apply()
    assert (office.policy_writes(), office.open_policies()) == ([], [])


def test_a_policy_counts_as_had_when_teams_shows_it(office: ProfiledOffice) -> None:
    office.control.faults(policy_lag=3600)
    ann = office.holder()
    office.apply()
    assert office.has(ann) == LONDON
    assert [phase for _, phase in office.open_policies()] == ["sent", "sent"]
    office.control.set_policy_out_of_band(ann, DIAL, "UK-London")
    office.passes(timedelta(minutes=2))
    office.apply()
    assert (office.open_policies(), len(office.policy_writes())) == ([], 1)


def test_what_teams_does_not_show_is_sent_again_and_after_a_day_told(office: ProfiledOffice) -> None:
    office.control.faults(policy_lag=10 * 3600)
    office.holder()
    office.apply()
    office.passes(timedelta(minutes=6))
    office.apply()
    assert len(office.policy_writes()) == 3, "what was sent before goes alone"
    assert office.items() == []
    office.passes(25 * HOUR)
    office.apply()
    assert "Teams does not show it" in office.item("policy_failed").detail


def test_people_of_ranges_without_a_profile_keep_their_policies_and_nothing_is_asked(
    office: ProfiledOffice,
) -> None:
    office.profile()
    ann = office.holder()
    office.control.set_policy_out_of_band(ann, DIAL, "UK-Leeds")
    office.apply()
    assert office.has(ann) == {DIAL: "UK-Leeds"}
    assert office.control.requests() == []


def test_a_number_found_in_teams_brings_no_policies(office: ProfiledOffice) -> None:
    ann = office.joiner()
    office.control.assign_out_of_band("+442079460005", ann)
    office.sync()
    assert (office.held(), office.has(ann), office.items()) == ({ann: "+442079460005"}, {}, [])


@pytest.mark.parametrize("mode", ["observe", "off"])
def test_nothing_is_given_while_the_mode_holds_it(office: ProfiledOffice, mode: str) -> None:
    office.configure(mode=mode)
    ann = office.holder()
    office.sync()
    assert (office.has(ann), len(office.open_policies())) == ({}, 2)
    office.configure(mode="assign")
    office.sync()
    assert office.has(ann) == LONDON


@pytest.mark.parametrize("fields", [{"locked": True}, {"excluded": True}, {"deleted": "changed"}])
def test_whom_automation_leaves_alone_gets_theirs_when_that_ends(
    office: ProfiledOffice, fields: dict[str, Any]
) -> None:
    ann = office.holder()
    rows = Person.objects.of(office.tenant.pk).filter(object_id=ann)
    rows.update(**fields)
    office.apply()
    assert office.has(ann) == {}
    rows.update(**{name: type(value)() for name, value in fields.items()})
    office.apply()
    assert office.has(ann) == LONDON


def test_the_policies_of_a_locked_number_wait_unless_an_administrator_gives_them(
    office: ProfiledOffice,
) -> None:
    ann = office.holder()
    Number.objects.of(office.tenant.pk).filter(state="assigned").update(locked=True)
    office.apply()
    assert office.has(ann) == {}
    office.apply(only={ann}, by_hand=True)
    assert office.has(ann) == LONDON


def test_a_number_given_by_hand_brings_its_policies_whatever_keeps_automation_off(
    office: ProfiledOffice,
) -> None:
    office.configure(mode="off")
    ann = office.joiner()
    office.sync()
    Person.objects.of(office.tenant.pk).filter(object_id=ann).update(locked=True, excluded=True)
    office.tenant.refresh_from_db()
    assign(office.tenant, ann, "+442079460003", Hand("cli:anna", "new desk", "T-1"))
    assert (office.held(), office.has(ann)) == ({ann: "+442079460003"}, LONDON)
    rows = Entry.objects.of(office.tenant.pk).filter(verb="policy")
    assert set(rows.values_list("actor", "ticket", "person")) == {("cli:anna", "T-1", ann)}


def test_what_was_sent_for_somebody_who_is_locked_now_is_still_looked_for(office: ProfiledOffice) -> None:
    office.control.faults(policy_lag=3600)
    ann = office.served()
    Person.objects.of(office.tenant.pk).filter(object_id=ann).update(locked=True)
    office.control.set_policy_out_of_band(ann, DIAL, "UK-London")
    office.passes(timedelta(minutes=2))
    office.apply()
    assert (office.open_policies(), len(office.policy_writes())) == ([], 1)


def test_nothing_more_is_given_to_whose_number_was_given_up(office: ProfiledOffice) -> None:
    office.control.faults(unavailable={"on": "policy_assign"})
    ann = office.served()
    assert len(office.open_policies()) == 2
    office.control.clear_faults()
    office.gives_up(ann)
    office.passes(HOUR)
    office.apply()
    assert (office.open_policies(), office.has(ann)) == ([], {})


def test_who_leaves_direct_routing_loses_its_voice_routing_policy(office: ProfiledOffice) -> None:
    ann = office.served()
    office.gives(ann, "+441632961001", make.range_(office.tenant, "Carrier", type="operator_connect"))
    office.apply()
    assert office.has(ann) == {DIAL: "UK-London"}, "only what needs Direct Routing goes"
    assert (
        {"policy": ROUTING, "name": "UK-International"},
        {"policy": ROUTING, "name": None},
    ) in office.told()


def test_the_profile_of_the_new_range_goes_before_what_is_left_over(office: ProfiledOffice) -> None:
    ann = office.served()
    other = make.range_(office.tenant, "Carrier", type="operator_connect")
    office.profile(other, **{ROUTING: "UK-International", DIAL: "UK-Leeds"})
    office.gives(ann, "+441632961002", other)
    office.apply()
    assert office.has(ann) == {ROUTING: "UK-International", DIAL: "UK-Leeds"}


def test_without_anything_left_over_nothing_is_written(office: ProfiledOffice) -> None:
    office.profile()
    ann = office.served()
    office.gives(ann, "+441632961003", make.range_(office.tenant, "Carrier", type="operator_connect"))
    office.apply()
    assert (office.open_policies(), office.items(), office.policy_writes()) == ([], [], [])


def test_sync_of_one_person_sets_this_persons_policies_at_once(office: ProfiledOffice) -> None:
    office.control.faults(unavailable={"on": "policy_assign"})
    ann, ben = office.holder(), office.holder()
    office.apply()
    office.control.clear_faults()
    office.sync(person=ann)
    assert (office.has(ann), office.has(ben)) == (LONDON, {})


def test_a_range_may_name_types_and_policies_in_any_case_and_with_a_tag(office: ProfiledOffice) -> None:
    office.control.add_policy(CALLING, "AllowCalling")
    office.profile(**{CALLING.lower(): "Tag:allowcalling"})
    assert office.has(office.served()) == {CALLING: "AllowCalling"}


def test_a_poll_without_new_numbers_asks_as_little_for_many_holders_as_for_none(
    office: ProfiledOffice,
) -> None:
    office.apply()
    with CaptureQueriesContext(connection) as nobody:
        office.apply()
    for _ in range(3):
        office.served()
    office.control.clear_requests()
    with CaptureQueriesContext(connection) as several:
        office.apply()
    assert len(several) == len(nobody) <= 10
    assert office.control.requests() == []
    office.profile()
    office.apply()
    with CaptureQueriesContext(connection) as without:
        office.apply()
    assert len(without) <= 6
