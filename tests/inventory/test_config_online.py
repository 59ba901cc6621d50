"""Holding a file against what Teams lists."""

from collections.abc import Iterator

from numberline.graph.types import GraphNumber
from numberline.inventory.config_check import check, check_online

FILE = """
tenant: contoso
ranges:
  - name: Plan
    type: calling_plan
    select: {country: US}
    location: LOC-1
    policies: {CallingPolicy: Executives, TenantDialPlan: null}
  - name: Operator
    type: operator_connect
    numbers: ["+441632960000-+441632960009"]
    location: loc-2
  - name: London
    type: direct_routing
    numbers: ["+442079460000-+442079460009"]
"""


class Teams:
    """A listing of two pages."""

    def number_pages(self) -> Iterator[tuple[GraphNumber, ...]]:
        plan = GraphNumber(telephone_number="+12065550100", number_type="callingPlan", location_id="loc-1")
        yield (plan, plan)
        yield (GraphNumber(telephone_number="+442079460003", number_type="operatorConnect"),)


def test_an_online_check_says_what_fits_what_does_not_and_what_nobody_could_check() -> None:
    report = check_online(check(FILE), Teams())
    assert report.confirmed == (
        'line 7: numbers in Teams have the location of range "Plan".',
        'line 6: Teams lists 2 numbers of range "Plan".',
    )
    location, listing, type_ = report.doubts
    assert location.startswith(
        'line 12: no number in Teams has the location loc-2 of range "Operator": compare it'
    )
    assert listing == 'line 11: Teams lists no number of range "Operator": correct its numbers or select.'
    assert type_ == 'line 15: +442079460003 of range "London" is operator_connect in Teams: move it there.'
    assert report.unchecked == ('line 8: policies of range "Plan" were not checked (Executives).',)


def test_a_file_without_ranges_has_nothing_to_check_online() -> None:
    report = check_online(check("tenant: contoso"), Teams())
    assert (report.confirmed, report.doubts, report.unchecked) == ((), (), ())
