"""Delta rounds on users behave as Microsoft documents them."""

import pytest

from numberline.simulator.client import Control
from tests.simulator.graph import Caller

DELTA = "/users/delta?$select=id,displayName,city,department,assignedPlans"


def test_a_round_gives_every_person_and_ends_in_a_link_that_gives_nothing_new(
    control: Control, caller: Caller, ann: str
) -> None:
    people, link = caller.round(DELTA)
    assert ann in {person["id"] for person in people}
    assert caller.round(link)[0] == []


def test_pages_hold_two_hundred_and_never_both_links(control: Control, caller: Caller) -> None:
    control.add_people([{"city": "Leeds"}] * 401)
    pages = list(caller.pages(DELTA))
    assert [len(page["value"]) for page in pages[:2]] == [200, 200]
    assert [("@odata.nextLink" in page) + ("@odata.deltaLink" in page) for page in pages] == [1] * len(pages)


def test_the_select_is_in_the_token_and_only_its_properties_are_tracked(
    control: Control, caller: Caller, ann: str
) -> None:
    _, link = caller.round("/users/delta?$select=city")
    control.change(ann, department="Sales")
    assert caller.round(link)[0] == []
    control.change(ann, city="Leeds")
    items, _ = caller.round(link)
    assert items == [{"id": ann, "city": "Leeds"}]


def test_a_token_with_a_select_beside_it_is_refused(control: Control, caller: Caller) -> None:
    _, link = caller.round(DELTA)
    assert caller.get(link + "&$select=city").status_code == 400


def test_an_attribute_that_was_cleared_is_null_and_one_never_set_is_absent(
    control: Control, caller: Caller, ann: str
) -> None:
    _, link = caller.round(DELTA)
    control.change(ann, city=None)
    (item,), _ = caller.round(link)
    assert item["city"] is None
    assert "department" not in item


def test_minimal_gives_only_what_changed(control: Control, caller: Caller, ann: str) -> None:
    first = caller.read(DELTA, headers={"Prefer": "return=minimal"})
    while "@odata.nextLink" in first:
        first = caller.read(first["@odata.nextLink"])
    control.change(ann, city="York")
    items, _ = caller.round(first["@odata.deltaLink"])
    assert items == [{"id": ann, "city": "York"}]


def test_somebody_deleted_restored_and_purged_is_told_of_each_time(
    control: Control, caller: Caller, ann: str
) -> None:
    _, link = caller.round(DELTA)
    control.delete(ann)
    items, link = caller.round(link)
    assert items == [{"id": ann, "@removed": {"reason": "changed"}}]
    control.restore(ann)
    (item,), link = caller.round(link)
    assert (item["id"], item["city"]) == (ann, "LONDON")
    control.purge(ann)
    items, link = caller.round(link)
    assert items == [{"id": ann, "@removed": {"reason": "deleted"}}]


def test_a_link_can_be_used_again_and_tells_the_same(control: Control, caller: Caller, ann: str) -> None:
    _, link = caller.round(DELTA)
    control.change(ann, city="Leeds")
    assert caller.round(link)[0] == caller.round(link)[0] != []


def test_a_licence_change_appears(control: Control, caller: Caller, ann: str) -> None:
    _, link = caller.round(DELTA)
    control.license(ann, "MCOPSTN1")
    (item,), _ = caller.round(link)
    assert "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8" in {plan["servicePlanId"] for plan in item["assignedPlans"]}


def test_a_group_licence_may_not_appear(control: Control, caller: Caller, ann: str) -> None:
    control.open_question(group_licences_in_delta=False)
    _, link = caller.round(DELTA)
    control.license(ann, "MCOPSTN1", group=True)
    assert caller.round(link)[0] == []


def test_latest_gives_a_link_and_no_people(control: Control, caller: Caller, ann: str) -> None:
    items, link = caller.round("/users/delta?$deltatoken=latest&$select=city")
    assert items == []
    control.change(ann, city="Bath")
    assert caller.round(link)[0] == [{"id": ann, "city": "Bath"}]


@pytest.mark.parametrize(("answer", "status"), [("400", 400), ("404", 404), ("410", 410)])
def test_an_expired_token_is_answered_with_a_sync_state_error(
    control: Control, caller: Caller, answer: str, status: int
) -> None:
    _, link = caller.round(DELTA)
    control.open_question(expired_token=answer)
    control.expire_delta_tokens()
    response = caller.get(link)
    assert (response.status_code, response.json()["error"]["code"]) == (status, "syncStateNotFound")


def test_a_reset_is_a_410_whose_location_begins_anew(control: Control, caller: Caller, ann: str) -> None:
    _, link = caller.round(DELTA)
    control.open_question(expired_token="gone")
    control.expire_delta_tokens()
    response = caller.get(link)
    assert response.status_code == 410
    people, _ = caller.round(response.headers["location"])
    assert ann in {person["id"] for person in people}


def test_a_broken_token_and_unknown_options_are_400(control: Control, caller: Caller) -> None:
    for query in (
        "$deltatoken=nonsense",
        "$top=5",
        "$expand=manager",
        "$select=colour",
        "$filter=city eq 'Leeds'",
    ):
        assert caller.get(f"/users/delta?{query}").status_code == 400, query


def test_both_spellings_and_the_filter_by_id_work(control: Control, caller: Caller, ann: str) -> None:
    people, _ = caller.round(f"/users/delta()?$select=city&$filter=id eq '{ann}'")
    assert [person["id"] for person in people] == [ann]


def test_empty_and_duplicate_pages_lose_nobody(control: Control, caller: Caller, ann: str) -> None:
    control.add_people([{"city": "Leeds"}] * 201)
    control.faults(empty_pages=2, duplicate_pages=1)
    people, _ = caller.round(DELTA)
    ids = [person["id"] for person in people]
    assert len(set(ids)) == control.state()["people"] < len(ids)


def test_a_short_listing_ends_without_a_word(control: Control, caller: Caller) -> None:
    control.add_people([{"city": "Leeds"}] * 201)
    control.faults(short_listing=1)
    people, _ = caller.round(DELTA)
    assert len(people) == 200 < control.state()["people"]


def test_changes_may_be_late(control: Control, caller: Caller, ann: str) -> None:
    _, link = caller.round(DELTA)
    control.faults(delta_delay=60)
    control.change(ann, city="Leeds")
    items, link = caller.round(link)
    assert items == []
    control.faults(delta_delay=0)
    assert [person["id"] for person in caller.round(link)[0]] == [ann]


def test_a_full_round_may_list_people_deleted_before_it(control: Control, caller: Caller, ann: str) -> None:
    control.delete(ann)
    assert ann not in {item["id"] for item in caller.round(DELTA)[0]}
    control.open_question(removed_in_full_round=True)
    assert {"id": ann, "@removed": {"reason": "changed"}} in caller.round(DELTA)[0]
