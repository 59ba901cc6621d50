"""When Microsoft refuses a policy, does not answer, or the tenant does not have it: the number stays."""

from datetime import timedelta

import pytest

from numberline.policies.models import PersonPolicy
from tests import factories as make
from tests.policies.profile import CALLING, DIAL, LONDON, ROUTING, ProfiledOffice

pytestmark = (
    pytest.mark.sqlite
)  # what Microsoft refuses; what is written is tested on both in test_applied.py

HOUR = timedelta(hours=1)
WITHOUT = ["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All", "TeamsUserConfiguration.Read.All"]


def refuses(office: ProfiledOffice) -> None:
    """The dial plan is gone from Teams, and we have not noticed yet."""
    office.apply()
    office.control.remove_policy(DIAL, "UK-London")


def test_a_refused_policy_leaves_the_number_and_lands_on_the_worklist_with_microsofts_words(
    office: ProfiledOffice,
) -> None:
    refuses(office)
    ann = office.joiner()
    result = office.sync()
    assert (result.assigned, result.exit_code, result.to_json()["failed"]) == (1, 3, 1)
    ((upn, what, why),) = result.failures
    assert (upn, what) == (office.person(ann).upn, "TenantDialPlan UK-London")
    assert "is not found." in why
    assert office.has(ann) == {ROUTING: "UK-International"}
    item = office.item("policy_failed")
    assert (item.person, item.number) == (ann, office.held()[ann])
    assert item.detail.startswith("TenantDialPlan UK-London: The tenant has no policy of this name")


def test_one_bad_item_of_a_group_hurts_no_other(office: ProfiledOffice) -> None:
    people = [office.holder() for _ in range(9)]
    office.apply()
    office.profile(**{CALLING: "AllowCalling", ROUTING: "UK-International"})
    office.control.add_policy(CALLING, "AllowCalling")
    office.apply()
    office.control.remove_policy(CALLING, "AllowCalling")
    late = [office.holder() for _ in range(3)]
    outcome = office.apply()
    assert [office.has(person)[ROUTING] for person in people + late] == ["UK-International"] * 12
    assert sorted(what for _, what, _ in outcome.failures) == [f"{CALLING} AllowCalling"] * 3


def test_what_was_refused_is_tried_again_ever_more_rarely_and_goes_alone(office: ProfiledOffice) -> None:
    refuses(office)
    office.holder()
    office.apply()
    row = PersonPolicy.objects.of(office.tenant.pk).get(open=True)
    assert row.look_at - row.sent_at < timedelta(minutes=6)
    office.passes(timedelta(minutes=6))
    office.control.clear_requests()
    office.control.add_policy(DIAL, "UK-London")
    office.apply()
    assert len(office.policy_writes()) == 1
    assert (office.open_policies(), office.items()) == ([], [])


@pytest.mark.parametrize("failures", ["all", "partial"])
def test_a_smaller_group_than_we_send_is_found_by_dividing(office: ProfiledOffice, failures: str) -> None:
    office.control.open_question(policy_items=3, policy_failures=failures)
    people = [office.holder() for _ in range(5)]
    outcome = office.apply()
    assert (outcome.done, outcome.failures) == (10, [])
    assert all(office.has(person) == LONDON for person in people)


def test_what_microsoft_leaves_out_in_silence_is_asked_for_alone(office: ProfiledOffice) -> None:
    refuses(office)
    office.control.open_question(policy_failures="partial")
    ann = office.holder()
    assert office.apply().failures == []
    assert office.has(ann) == {ROUTING: "UK-International"}
    office.passes(timedelta(minutes=6))
    assert [what for _, what, _ in office.apply().failures] == ["TenantDialPlan UK-London"]
    assert "is not found." in office.item("policy_failed").detail


def test_a_policy_made_anew_under_another_id_is_asked_for_again(office: ProfiledOffice) -> None:
    refuses(office)
    ann = office.holder()
    office.apply()
    office.control.clear_requests()
    office.apply(only={ann})
    assert office.item("policy_unknown").range_name == "London"
    assert len(office.control.requests(kind="policy")) == 1


def test_an_unknown_name_is_told_once_for_its_range_before_anybody_joins(office: ProfiledOffice) -> None:
    office.profile(**{DIAL: "UK-Londn", ROUTING: "UK-International"})
    office.sync()
    item = office.item("policy_unknown")
    assert (item.range_name, item.person) == ("London", "")
    assert item.detail == "TenantDialPlan UK-Londn: the tenant has no TenantDialPlan UK-Londn"
    people = [office.holder() for _ in range(3)]
    outcome = office.apply()
    assert outcome.failures == []
    assert office.items() == ["policy_unknown"]
    assert [office.has(person) for person in people] == [{ROUTING: "UK-International"}] * 3
    office.passes(25 * HOUR)
    office.apply()
    assert office.items() == ["policy_unknown"], "nobody's own item, however long it lasts"


def test_an_unknown_name_is_asked_for_again_now_and_then_and_at_once_after_it_was_corrected(
    office: ProfiledOffice,
) -> None:
    office.profile(**{DIAL: "UK-Londn"})
    ann = office.holder()
    office.apply()
    office.apply()
    assert len(office.control.requests(kind="policy")) == 1, "not at every poll"
    office.profile(**{DIAL: "UK-London"})
    office.apply()
    assert (office.has(ann), office.items()) == ({DIAL: "UK-London"}, [])


def test_a_policy_that_is_made_later_is_found(office: ProfiledOffice) -> None:
    office.profile(**{CALLING: "Quiet"})
    ann = office.holder()
    office.apply()
    office.control.add_policy(CALLING, "Quiet")
    office.passes(timedelta(minutes=16))
    office.apply()
    assert (office.has(ann), office.items()) == ({CALLING: "Quiet"}, [])
    office.control.remove_policy(CALLING, "Quiet")


def test_a_type_that_microsoft_does_not_have_is_told_in_words(office: ProfiledOffice) -> None:
    office.profile(DialPlan="UK-London")
    office.holder()
    assert office.apply().stopped is None
    assert "Microsoft knows no policies of this type" in office.item("policy_unknown").detail


def test_without_the_permission_numbers_are_given_and_the_worklist_says_what_is_missing(
    office: ProfiledOffice,
) -> None:
    granted = office.control.state()["permissions"]
    office.control.permissions(WITHOUT)
    ann = office.joiner()
    assert (office.sync().exit_code, office.items()) == (0, ["policy_permission"])
    assert office.policy_writes() == []
    assert list(office.held()) == [ann]
    office.control.permissions(granted)
    office.passes(timedelta(minutes=16))
    office.sync()
    assert (office.has(ann), office.items()) == (LONDON, [])


def test_a_permission_that_is_refused_although_the_token_has_it_stops_no_run(office: ProfiledOffice) -> None:
    office.apply()
    office.control.faults(unavailable={"on": "policy_assign", "status": 403, "text": "Access Denied."})
    office.holder()
    outcome = office.apply()
    assert (outcome.stopped, office.items()) == (None, ["policy_permission"])


def test_no_answer_leaves_policies_to_the_next_run_and_the_run_goes_well(office: ProfiledOffice) -> None:
    office.control.faults(unavailable={"on": "policy_assign", "count": 3})
    ann = office.holder()
    assert office.sync().exit_code == 0
    assert [phase for _, phase in office.open_policies()] == ["sent", "sent"]
    office.passes(timedelta(minutes=6))
    office.control.clear_faults()
    office.sync()
    assert office.has(ann) == LONDON


def test_an_answer_that_was_lost_is_made_good_by_looking(office: ProfiledOffice) -> None:
    office.control.faults(unavailable={"on": "policy_assign", "carried_out": True})
    ann = office.holder()
    office.apply()
    office.passes(timedelta(minutes=2))
    office.control.clear_requests()
    office.apply()
    assert (office.has(ann), office.open_policies(), office.policy_writes()) == (LONDON, [], [])
    assert len(office.told()) == 2


def test_what_can_not_be_read_is_left_to_the_next_run(office: ProfiledOffice) -> None:
    office.control.faults(unavailable={"on": "configuration"})
    ann = office.holder()
    assert office.apply().stopped is None
    office.control.clear_faults()
    office.apply()
    assert office.has(ann) == LONDON


def test_the_item_of_a_failure_is_closed_when_the_range_no_longer_wants_it(office: ProfiledOffice) -> None:
    refuses(office)
    office.holder()
    office.apply()
    assert office.items() == ["policy_failed"]
    office.profile(**{ROUTING: "UK-International"})
    office.apply()
    assert office.items() == []


def test_a_range_of_another_tenant_wants_nothing_here(office: ProfiledOffice) -> None:
    other = make.tenant("fabrikam")
    make.range_(other, policies=LONDON)
    office.profile()
    assert office.apply().done == 0
    assert office.control.requests() == []
