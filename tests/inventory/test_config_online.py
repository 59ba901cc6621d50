"""Holding a file against what Teams lists."""

from collections.abc import Iterator

import pytest

from numberline.graph.answers import refusal, stop
from numberline.graph.errors import GraphError
from numberline.graph.types import GraphNumber
from numberline.inventory.config_check import OnlineReport, check, check_online

FILE = """
tenant: contoso
ranges:
  - name: Plan
    type: calling_plan
    select: {country: US}
    location: LOC-1
    policies: {TeamsCallingPolicy: Executives, TenantDialPlan: null}
  - name: Operator
    type: operator_connect
    numbers: ["+441632960000-+441632960009"]
    location: loc-2
  - name: London
    type: direct_routing
    numbers: ["+442079460000-+442079460009"]
"""


class Teams:
    """A listing of two pages, and some policies."""

    def __init__(self, *policies: str, error: GraphError | None = None) -> None:
        self.policies, self.error, self.asked = policies, error, 0

    def policy_id(self, policy_type: str, name: str) -> str | None:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return "an id" if f"{policy_type} {name}" in self.policies else None

    def number_pages(self) -> Iterator[tuple[GraphNumber, ...]]:
        plan = GraphNumber(telephone_number="+12065550100", number_type="callingPlan", location_id="loc-1")
        yield (plan, plan)
        yield (GraphNumber(telephone_number="+442079460003", number_type="operatorConnect"),)


def test_an_online_check_says_what_fits_what_does_not_and_what_nobody_could_check() -> None:
    report = check_online(check(FILE), Teams("TeamsCallingPolicy Executives"))
    assert report.confirmed == (
        'line 7: numbers in Teams have the location of range "Plan".',
        'line 6: Teams lists 2 numbers of range "Plan".',
        'line 8: the tenant has the policies of range "Plan".',
    )
    location, listing, type_ = report.doubts
    assert location.startswith(
        'line 12: no number in Teams has the location loc-2 of range "Operator": compare it'
    )
    assert listing == 'line 11: Teams lists no number of range "Operator": correct its numbers or select.'
    assert type_ == 'line 15: +442079460003 of range "London" is operator_connect in Teams: move it there.'
    assert (report.errors, report.unchecked) == ((), ())


NAMED = """
tenant: contoso
ranges:
  - {name: London, type: direct_routing, policies: {TenantDialPlan: UK-Londn, TeamsCallingPolicy: Global}}
  - {name: Leeds, type: direct_routing, policies: {TenantDialPlan: UK-Londn}}
"""


def test_a_policy_that_the_tenant_does_not_have_is_an_error_of_each_range_that_names_it() -> None:
    teams = Teams()
    report = check_online(check(NAMED), teams)
    assert report.errors == (
        'line 4: the tenant has no TenantDialPlan "UK-Londn" (range "London").',
        'line 5: the tenant has no TenantDialPlan "UK-Londn" (range "Leeds").',
    )
    assert teams.asked == 1, "each name once, and Global is always there"


def test_a_type_that_microsoft_does_not_know_is_an_error_in_plain_words() -> None:
    report = check_online(
        check(NAMED), Teams(error=refusal("Policy type 'TenantDialPlan' is not supported."))
    )
    assert report.errors[0].startswith(
        'line 4: TenantDialPlan "UK-Londn": Microsoft knows no policies of this type'
    )


def test_without_the_permission_policies_are_not_checked() -> None:
    report = check_online(check(NAMED), Teams(error=stop("permission_missing")))
    assert report.errors == ()
    assert report.unchecked[0] == (
        'line 4: policies of range "London" were not checked (UK-Londn, Global): '
        "grant the application TeamsPolicyUserAssign.ReadWrite.All."
    )


def test_what_keeps_policies_from_being_asked_for_ends_the_check() -> None:
    with pytest.raises(GraphError, match="throttled"):
        check_online(check(NAMED), Teams(error=stop("throttled_too_long")))


def test_a_file_without_ranges_has_nothing_to_check_online() -> None:
    report = check_online(check("tenant: contoso"), Teams())
    assert report == OnlineReport((), (), (), ())


def test_an_online_check_refuses_numbers_of_impossible_length_that_teams_does_not_list() -> None:
    text = """
tenant: contoso
ranges:
  - {name: London, type: operator_connect, numbers: ["+4420794600031", "+4420794600032"]}
  - {name: Leeds, type: direct_routing, numbers: ["+4420794600033"]}
"""

    class Odd(Teams):
        def number_pages(self) -> Iterator[tuple[GraphNumber, ...]]:
            yield (GraphNumber(telephone_number="+4420794600031", number_type="operatorConnect"),)

    assert [error.partition(":")[0] for error in check_online(check(text), Odd()).errors] == [
        "line 4",
        "line 5",
    ]
    assert check_online(check(text), Odd()).errors[0] == (
        "line 4: +4420794600032 is too long for GB (+44), and Teams does not list it: check the digits."
    )
    kept = check_online(check(text), Odd(), known=lambda block: str(block) == "+4420794600033")
    assert [error.partition(":")[0] for error in kept.errors] == ["line 4"], "the inventory knows the other"
