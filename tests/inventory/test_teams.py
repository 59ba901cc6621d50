"""What Teams says of each number, and what may be concluded from its list."""

from typing import Any

import pytest

from numberline.graph.types import GraphNumber
from numberline.inventory.membership import Homes
from numberline.inventory.models import Listing, Number
from numberline.inventory.placement import DECLARED_BLOCK, DECLARED_PURPOSE
from numberline.inventory.teams import ListingResult, finish_listing, last_listing, take_page
from numberline.tenants.models import Tenant
from tests import factories as make

NOW, LATER = make.NOW, make.NOW + make.HOUR
PLAN: dict[str, Any] = {"numberType": "callingPlan", "isoCountryCode": "GB", "city": "London"}
OPERATOR: dict[str, Any] = {"numberType": "operatorConnect", "isoCountryCode": "GB", "operatorId": "BT"}


@pytest.fixture
def owner(database: str) -> Tenant:
    return make.tenant()


def take(owner: Tenant, *page: GraphNumber, at: Any = NOW) -> ListingResult:
    return take_page(owner, page, Homes.load(owner.pk), at)


def listed(owner: Tenant, *page: GraphNumber, at: Any = NOW) -> ListingResult:
    """A whole listing of one page."""
    result = take(owner, *page, at=at)
    finish_listing(owner, result, at)
    return result


def test_new_numbers_join_the_range_that_lists_or_selects_them(owner: Tenant) -> None:
    plan = make.range_(owner, "Plan", type="calling_plan", numbers=["+442079460000-+442079460009"])
    operator = make.range_(owner, "Operator", type="operator_connect", select={"country": "GB"})
    take(
        owner,
        make.said(make.N1, **PLAN, operatorId="0019adbc-b82a-47b4-a799-4e993a9982f1"),
        make.said(make.N2, **OPERATOR),
        make.said("+442079460900", **PLAN),
    )
    first, second, third = Number.objects.of(owner.pk).order_by("text")
    assert (first.range, first.type, first.provider, first.city) == (
        plan,
        "calling_plan",
        "Microsoft",
        "London",
    )
    assert (second.range, second.type, second.provider) == (operator, "operator_connect", "BT")
    assert third.range is None
    for number in (first, second, third):
        assert (number.state, number.teams_free, number.teams_at, number.country) == (
            "available",
            True,
            NOW,
            "GB",
        )
    assert (first.value, first.area_code, first.since, first.free_since) == (442079460001, "20", NOW, NOW)


def test_a_new_number_rests_as_its_range_declares(owner: Tenant) -> None:
    make.range_(
        owner,
        "Plan",
        type="calling_plan",
        numbers=["+442079460000-+442079460009"],
        declared={"reserve": [make.N1], "block": [make.N2]},
    )
    take(owner, *(make.said(text, **PLAN) for text in (make.N1, make.N2, make.N3)))
    rows = {n.text: (n.state, n.reserved_purpose, n.block_code) for n in Number.objects.of(owner.pk)}
    assert rows == {
        make.N1: ("reserved", DECLARED_PURPOSE, ""),
        make.N2: ("blocked", "", DECLARED_BLOCK),
        make.N3: ("available", "", ""),
    }


def test_a_direct_routing_number_that_no_range_declares_is_found(owner: Tenant) -> None:
    take(owner, make.said("+12065550101", "ann", operatorId="7a205197-8e59-487d-b9fa-3fc1b108f1e5"))
    number = make.number_row(owner, "+12065550101")
    assert (number.type, number.range, number.country, number.provider) == ("direct_routing", None, "US", "")
    assert (number.teams_target, number.teams_status) == (make.oid("ann"), "userAssigned")
    assert number.teams_free is False


def test_a_declared_number_keeps_its_range_its_country_and_its_provider(owner: Tenant) -> None:
    home = make.range_(owner)
    make.number(owner, make.N1, home, provider="BT")
    take(owner, make.said(make.N1, "ann", operatorId="x"))
    number = make.number_row(owner, make.N1)
    assert (number.range, number.country, number.provider) == (home, "GB", "BT")
    assert (number.state, number.teams_target, number.teams_at) == ("available", make.oid("ann"), NOW)


def test_numbers_with_and_without_extension_are_different_numbers(owner: Tenant) -> None:
    make.number(owner, make.N1)
    take(owner, make.said(f"{make.N1};ext=12", "ann"))
    assert make.number_row(owner, make.N1).teams_at is None
    assert make.number_row(owner, f"{make.N1};ext=12").extension == "12"


def test_a_row_is_written_only_when_teams_says_something_new(owner: Tenant) -> None:
    take(owner, make.said(make.N1, **PLAN), make.said(make.N2, **PLAN))
    take(owner, make.said(make.N1, **PLAN), make.said(make.N2, "ann", **PLAN), at=LATER)
    assert [n.teams_at for n in Number.objects.of(owner.pk).order_by("text")] == [NOW, LATER]


def test_what_teams_says_never_moves_a_number_or_undoes_what_people_did(owner: Tenant) -> None:
    kept: dict[str, Any] = {"locked": True, "reserved_for": make.oid("bob"), "state": "reserved"}
    make.number(owner, make.N1, **kept)
    take(owner, make.said(make.N1, "ann"))
    assert Number.objects.of(owner.pk).values(*kept).get() == kept


DRAWABLE: list[tuple[str, dict[str, Any], bool]] = [
    ("free", {}, True),
    ("held", {"assignmentStatus": "userAssigned", "assignmentTargetId": make.oid("ann")}, False),
    ("held by a service", {"assignmentStatus": "voiceApplicationAssigned"}, False),
    ("an internal error", {"assignmentStatus": "internalError"}, False),
    ("shown free with an owner", {"assignmentTargetId": make.oid("ann")}, False),
    ("being assigned", {"activationState": "assignmentPending"}, False),
    ("failed", {"activationState": "assignmentFailed"}, False),
    ("for conferences", {"capabilities": ["conferenceAssignment", "voiceApplicationAssignment"]}, False),
    ("for users and applications", {"capabilities": ["voiceApplicationAssignment", "userAssignment"]}, True),
    ("mobile", {"capabilities": ["userAssignment", "teamsPhoneMobile"]}, False),
    ("porting", {"portInStatus": "firmOrderCommitmentAccepted"}, False),
    ("ported", {"portInStatus": "completed"}, True),
    ("on-premises", {"numberSource": "onPremises"}, False),
    ("of a new status", {"assignmentStatus": "unknownFutureValue"}, False),
]


def test_a_number_is_drawable_only_when_teams_would_give_it_to_a_person(owner: Tenant) -> None:
    for index, (_, fields, _) in enumerate(DRAWABLE):
        take(owner, make.said(f"+4420794600{index:02}", **{**PLAN, **fields}))
    found = [n.teams_free for n in Number.objects.of(owner.pk).order_by("text")]
    assert dict(zip((name for name, _, _ in DRAWABLE), found, strict=True)) == {
        name: free for name, _, free in DRAWABLE
    }


def test_a_number_of_a_range_that_changed_its_type_in_teams_is_not_drawable(owner: Tenant) -> None:
    home = make.range_(owner, "Plan", type="calling_plan", numbers=["+442079460000-+442079460009"])
    take(owner, make.said(make.N1, **PLAN))
    take(owner, make.said(make.N1, **OPERATOR))
    number = make.number_row(owner, make.N1)
    assert (number.type, number.teams_type, number.range) == ("calling_plan", "operator_connect", home)
    assert number.teams_free is False
    take(owner, make.said(make.N1, **PLAN))
    assert make.number_row(owner, make.N1).teams_free is True


def test_a_number_without_a_range_follows_the_type_that_teams_shows(owner: Tenant) -> None:
    take(owner, make.said(make.N1, **PLAN))
    take(owner, make.said(make.N1, **OPERATOR))
    number = make.number_row(owner, make.N1)
    assert (number.type, number.teams_free, number.provider) == ("operator_connect", True, "BT")


def test_numbers_that_can_not_be_read_are_told_and_the_others_taken(owner: Tenant) -> None:
    result = take(owner, make.said("+999", **PLAN), make.said(make.N1, **PLAN))
    assert (result.unreadable, result.seen, result.count) == (["+999"], {make.N1}, 1)
    take(owner, make.said(make.N2, numberType="unknownFutureValue"))
    assert [n.text for n in Number.objects.of(owner.pk)] == [make.N1]


def test_texts_of_any_length_can_be_taken(owner: Tenant) -> None:
    long = "x" * 2000
    fields = ("city", "operatorId", "locationId", "assignmentTargetId", "assignmentStatus", "activationState")
    take(owner, make.said(make.N1, **{**PLAN, **dict.fromkeys(fields, long), "assignmentCategory": long}))
    assert make.number_row(owner, make.N1).city == long[:200]


def test_a_number_that_is_no_longer_listed_is_not_drawn_but_direct_routing_may_be(owner: Tenant) -> None:
    home = make.range_(owner)
    make.number(owner, "+442079460099", home)
    first = [make.said(f"+4420794600{index:02}", **PLAN) for index in range(20)]
    listed(owner, *first, make.said("+442079460099", "ann", numberSource="onPremises"))
    listed(owner, *first[1:], at=LATER)
    gone, direct = make.number_row(owner, "+442079460000"), make.number_row(owner, "+442079460099")
    for number, free in ((gone, False), (direct, True)):
        assert (number.teams_at, number.teams_free, number.on_premises) == (None, free, False)
        assert (number.teams_status, number.teams_target, number.teams_category) == ("", "", "")
    assert make.number_row(owner, "+442079460001").teams_at == NOW
    listed(owner, *first, at=LATER)
    assert (make.number_row(owner, "+442079460000").teams_free, gone.state) == (True, "available")


def count_of(owner: Tenant, count: int, at: Any = NOW) -> ListingResult:
    """A whole listing that showed so many numbers, without writing them."""
    result = ListingResult(count=count)
    finish_listing(owner, result, at)
    return result


SHORT_OR_NOT: list[tuple[dict[str, int], int, int, bool]] = [
    ({}, 100, 90, True),
    ({}, 100, 89, False),
    ({}, 5000, 4950, True),
    ({}, 5000, 4949, False),
    ({}, 100_000, 99_900, True),
    ({}, 100_000, 99_899, False),
    ({"release": 0, "percent": 0}, 100, 99, False),
    ({}, 100, 5000, True),
    ({}, 3, 0, False),
]


def test_a_listing_is_trusted_while_it_lacks_no_more_than_may_be_released(database: str) -> None:
    for index, (limits, before, now, trusted) in enumerate(SHORT_OR_NOT):
        owner = make.tenant(f"tenant {index}")
        owner.limits |= limits
        assert count_of(owner, before).trusted
        assert count_of(owner, now, LATER).trusted is trusted, (limits, before, now)
        latest = Listing.objects.of(owner.pk).latest("pk")
        assert (latest.count, latest.trusted, latest.at) == (now, trusted, LATER)
        assert bool(latest.detail) is not trusted


def test_nothing_is_concluded_from_a_short_listing(owner: Tenant) -> None:
    first = [make.said(f"+4420794600{index:02}", **PLAN) for index in range(20)]
    listed(owner, *first)
    before = list(Number.objects.of(owner.pk).order_by("pk").values())
    result = listed(owner, *first[:5], at=LATER)
    assert (result.trusted, result.detail) == (False, "Teams listed 5 numbers after 20 on 2026-11-23 09:00")
    assert list(Number.objects.of(owner.pk).order_by("pk").values()) == before
    last = last_listing(owner.pk)
    assert last is not None
    assert last.count == 20


def test_short_listings_are_compared_with_the_last_that_was_trusted(owner: Tenant) -> None:
    for count, trusted in ((100, True), (50, False), (49, False), (95, True), (90, True)):
        assert count_of(owner, count).trusted is trusted


def test_the_first_listing_is_trusted_whatever_it_shows(owner: Tenant) -> None:
    assert last_listing(owner.pk) is None
    assert count_of(owner, 0).trusted


def test_a_short_listing_is_trusted_when_an_administrator_asks_again_and_it_shows_as_much(
    owner: Tenant,
) -> None:
    def asked(count: int) -> bool:
        result = ListingResult(count=count)
        finish_listing(owner, result, LATER, asked=True)
        return result.trusted

    count_of(owner, 100)
    assert asked(50) is False
    assert asked(30) is False
    assert count_of(owner, 29).trusted is False
    assert asked(28) is True
    assert count_of(owner, 27).trusted is True
