"""Listing numbers, operations, updates: what Graph documents and no more."""

from collections.abc import Iterator

import pytest

from numberline.simulator.client import Control
from numberline.simulator.process import SimulatorProcess
from tests.simulator.graph import NUMBERS, Caller
from tests.support import programs


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    """A tenant with 1,200 numbers of an operator."""
    with programs.simulator() as process:
        numbers = [f"+441614{n}" for n in range(960000, 961200)]
        process.control.add_numbers(
            numbers, "operator_connect", country="GB", city="Manchester", operator="gamma"
        )
        yield process


def listed(caller: Caller, query: str = "") -> list[str]:
    """The numbers of one page."""
    return [number["telephoneNumber"] for number in caller.read(f"{NUMBERS}?{query}")["value"]]


def test_a_page_has_five_hundred_unless_told_and_at_most_a_thousand(control: Control, caller: Caller) -> None:
    assert len(listed(caller)) == 500
    assert len(listed(caller, "$top=1000")) == 1000
    assert caller.get(f"{NUMBERS}?$top=1001").status_code == 400


def test_next_links_lead_to_the_end_in_order_of_the_number(control: Control, caller: Caller) -> None:
    pages = [page["value"] for page in caller.pages(NUMBERS)]
    numbers = [number["telephoneNumber"] for page in pages for number in page]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == control.state()["listed_numbers"]


def test_without_next_links_skip_leads_to_a_short_page(control: Control, caller: Caller) -> None:
    control.open_question(next_link=False)
    page = caller.read(f"{NUMBERS}?$top=1000&$skip=1000")
    assert "@odata.nextLink" not in caller.read(NUMBERS)
    assert len(page["value"]) == control.state()["listed_numbers"] - 1000


def test_filters_find_what_they_say(control: Control, caller: Caller, ann: str) -> None:
    control.assign_out_of_band("+441614960007", ann)
    one = "telephoneNumber eq '%2B441614960007'"
    assert listed(caller, f"$filter={one}") == ["+441614960007"]
    assert listed(caller, f"$filter=assignmentTargetId eq '{ann}'") == ["+441614960007"]
    free = "assignmentStatus eq 'unassigned' and capabilities/any(c:c eq 'userAssignment')"
    assert "+441614960007" not in listed(caller, f"$filter={free}&$top=1000")
    assert "+441614960008" in listed(caller, f"$filter={free}&$top=1000")
    assert listed(caller, f"$filter=not ({one}) and numberType eq 'DirectRouting'") == []


def test_a_plus_that_is_not_encoded_finds_nothing(control: Control, caller: Caller) -> None:
    assert listed(caller, "$filter=telephoneNumber eq '+441614960001'") == []


@pytest.mark.parametrize(
    "query", ["$select=id", "$orderby=city", "$filter=city eq 'Leeds'", "$filter=a b", "$skip=x"]
)
def test_options_that_are_not_documented_are_refused(control: Control, caller: Caller, query: str) -> None:
    assert caller.get(f"{NUMBERS}?{query}").status_code == 400


def test_a_number_can_be_read_by_its_id(control: Control, caller: Caller) -> None:
    found = caller.number("+441614960003")
    assert found is not None
    assert caller.read(f"{NUMBERS}/{found['id']}")["telephoneNumber"] == "+441614960003"
    assert caller.get(f"{NUMBERS}/bm90aGluZw").status_code == 404


def test_updating_sets_a_location_and_an_empty_text_clears_it(control: Control, caller: Caller) -> None:
    control.add_location("loc-1", "GB")
    update = {"telephoneNumber": "441614960004", "locationId": "loc-1"}
    assert caller.post(f"{NUMBERS}/updateNumber", update).status_code == 200
    assert caller.number("+441614960004")["locationId"] == "loc-1"  # type: ignore[index]
    caller.post(f"{NUMBERS}/microsoft.graph.teamsAdministration.updateNumber", {**update, "locationId": None})
    assert caller.number("+441614960004")["locationId"] == "loc-1"  # type: ignore[index]
    caller.post(f"{NUMBERS}/updateNumber", {**update, "locationId": ""})
    assert caller.number("+441614960004")["locationId"] is None  # type: ignore[index]
    assert caller.post(f"{NUMBERS}/updateNumber", {**update, "locationId": "nowhere"}).status_code == 400


def test_listings_can_be_short_repeat_a_page_or_be_empty(control: Control, caller: Caller) -> None:
    whole = control.state()["listed_numbers"]
    control.faults(short_listing=1)
    assert sum(len(page["value"]) for page in caller.pages(NUMBERS)) == 250
    control.faults(empty_pages={"on": "numbers", "count": 1}, duplicate_pages={"on": "numbers", "count": 1})
    numbers = [number["id"] for page in caller.pages(NUMBERS) for number in page["value"]]
    assert len(numbers) > 0
    assert len(set(numbers)) <= whole


def test_entities_can_come_wrapped_as_in_microsofts_samples(control: Control, caller: Caller) -> None:
    control.faults(malformed={"on": "numbers"})
    assert isinstance(caller.read(f"{NUMBERS}?$filter=telephoneNumber eq '%2B441614960001'")["value"], dict)
    control.faults(malformed={"on": "number"})
    id = control.number("+441614960001")["id"]  # type: ignore[index]
    assert caller.read(f"{NUMBERS}/{id}")["value"]["telephoneNumber"] == "+441614960001"
