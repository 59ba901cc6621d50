"""A thousand leavers whose numbers a limit holds until somebody approves the plan, at a rate that the client and the
tenant agree on.

Four calls a number are the least that is safe: look whose it is, ask, look at the operation, look at the number.
"""

from __future__ import annotations

from bench.joiners import AGREED, CALLS, OPERATION_SECONDS, RATE, calls_of, hire, park_lane
from bench.rows import Row
from bench.tenant import Office

SIZES = {"full": {"count": 1000}, "small": {"count": 100}}
RUNS = {"full": 1, "small": 1}
NO_GRACE = """
tenant: contoso
defaults: {grace: 0s, quarantine: 30d}
ranges:
  - name: London Park Lane
    adopt: true
"""


def run(count: int) -> list[Row]:
    """Everybody is deleted; the plan that takes all their numbers back is applied."""
    with park_lane() as office:
        _all_hold_a_number(office, count)
        office.simulator.control.faults(rate_limit=RATE, operation_seconds=OPERATION_SECONDS)
        plan = office.numberline("plan", "contoso", "--json", codes=(2,), **AGREED).json
        assert plan["counts"]["held"] == count, f"{plan['counts']['held']} of {count} are held"
        office.simulator.control.clear_requests()
        apply = ("apply", "contoso", "--plan", plan["plan"], "--json")
        done = office.numberline(*apply, **AGREED)
        calls, throttled = calls_of(office)
    assert done.json["applied"]["release"] == count, (
        f"{done.json['applied']['release']} of {count} were taken back"
    )
    least = count * CALLS / RATE
    detail = f"{done.seconds:.1f} s, the calls alone {least:.1f} s; {calls / count:.2f} calls a number"
    return [
        Row(f"{count} leavers / {CALLS} calls each at {RATE}/s", done.seconds / least, 1.5, detail),
        Row(f"{count} leavers: answered 429", throttled, None, f"of {calls} calls", unit="%"),
    ]


def _all_hold_a_number(office: Office, count: int) -> None:
    """So many people with a number of the range, which was found in Teams and taken over, are deleted."""
    control = office.simulator.control
    control.open_question(deleted_person_number="kept")
    people = hire(office, count)
    for index, person in enumerate(people):
        control.assign_out_of_band(f"+44207946{index:04}", person, type="directRouting")
    declared = office.folder / "no-grace.yaml"
    declared.write_text(NO_GRACE)
    office.numberline("config", "apply", declared)
    office.sync("--full")
    for person in people:
        control.delete(person)
    office.sync(codes=(4,))
