"""Plan, review, apply: exit codes, and a plan that is refused because the world moved."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.tenant import PARK_LANE, Office, connected


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant in mode observe with one range."""
    with connected(cli, tmp_path, configuration=PARK_LANE.replace("full", "observe")) as office:
        yield office


def test_a_plan_of_nothing_ends_with_0_and_one_of_something_with_2(office: Office) -> None:
    nothing = office.cli("plan", "contoso")
    assert (nothing.code, nothing.err) == (0, "")
    assert "There is nothing to do." in nothing.out
    office.joiners(1, userPrincipalName="ada@contoso.example")
    something = office.cli("plan", "contoso")
    assert (something.code, something.err) == (2, "")
    assert "Held by limit mode" in something.out
    assert "London Park Lane (direct_routing), 1 change:" in something.out
    assert "ada@contoso.example" in something.out
    assert "+44 20 7946 0000" in something.out
    assert office.simulator.control.holder("+442079460000") is None
    name = something.out.split()[1]
    assert something.out.splitlines()[-2:] == [
        f"To carry out exactly this: numberline apply contoso --plan {name}",
        "To let automation do it from now on: numberline tenant mode contoso assign",
    ]


def test_a_directory_that_was_read_and_is_empty_is_told_from_one_that_was_never_read(office: Office) -> None:
    before = office.cli("person", "list", "contoso").out
    assert before == "Nobody has been read from the directory yet: numberline sync contoso\n"
    office.sync()
    after = office.cli("person", "list", "contoso").out
    assert re.fullmatch(r"The directory of contoso was read at \S+ \S+ UTC and has nobody in it\.\n", after)


def test_a_sync_names_the_plan_to_who_asks_why_people_wait_and_the_worklist_when_it_has_items(
    office: Office,
) -> None:
    office.cli("tenant", "mode", "contoso", "full")
    office.joiners(1, city="Leeds")
    waiting = office.cli("sync", "contoso").out.splitlines()
    assert waiting[-1] == "1 person waiting: numberline plan contoso says why."
    office.simulator.control.faults(fail_operation={"text": "Tenant policy 7-B forbids this"})
    office.joiners(1)
    assert office.cli("sync", "contoso").out.splitlines()[-1] == (
        "1 item on the worklist: numberline worklist contoso"
    )


def test_what_the_mode_alone_holds_does_not_count_as_held_for_sync(office: Office) -> None:
    office.joiners(1)
    told = office.sync(codes=(0,))
    assert (told["held"], told["applied"]["assign"]) == (1, 0)


def test_a_reviewed_plan_is_applied_exactly_and_only_once(office: Office) -> None:
    first = office.joiners(1)[0]
    plan = office.json("plan", "contoso", codes=(2,))
    later = office.joiners(1)[0]

    told = office.json("apply", "contoso", "--plan", plan["plan"])

    assert told["applied"]["assign"] == 1
    assert office.simulator.control.numbers_of(first) == [plan["held"][0]["number"]]
    assert office.simulator.control.numbers_of(later) == []
    again = office.cli("apply", "contoso", "--plan", plan["plan"])
    assert (again.code, again.out) == (4, "")
    assert "it was applied at" in again.err


def test_a_plan_is_refused_when_the_world_moved_and_nothing_is_applied(office: Office) -> None:
    person = office.joiners(1, userPrincipalName="ada@contoso.example")[0]
    plan = office.json("plan", "contoso", codes=(2,))
    office.simulator.control.change(person, city="Leeds")

    done = office.cli("apply", "contoso", "--plan", plan["plan"])

    assert (done.code, done.out) == (4, "")
    assert done.err.startswith(
        f"numberline: plan {plan['plan']} is refused because the world moved (ada@contoso.example"
    )
    assert done.err.count("\n") == 1
    assert office.simulator.control.numbers_of(person) == []


def test_an_unknown_plan_is_told(office: Office) -> None:
    done = office.cli("apply", "contoso", "--plan", "nonsense")
    assert (done.code, done.out) == (1, "")
    assert done.err == "numberline: contoso has no plan 'nonsense': numberline plan contoso makes one.\n"
    assert office.json("tenant", "list")["items"][0]["last_run"] is None


def test_a_run_that_failed_is_told_with_its_sentence(office: Office) -> None:
    assert office.cli("sync", "contoso", "--person", "nobody@contoso.example").code == 1
    (told,) = office.json("tenant", "list")["items"]
    assert told["outcome"] == "failed"
    assert "nobody@contoso.example" in told["error"]
    assert f"failed: {told['error']}" in office.cli("tenant", "list").out


def test_a_sync_names_each_item_that_failed_and_ends_with_3(office: Office) -> None:
    office.cli("tenant", "mode", "contoso", "full")
    person = office.joiners(1, userPrincipalName="ada@contoso.example")[0]
    office.simulator.control.faults(fail_operation={"text": "Tenant policy 7-B forbids this"})
    done = office.cli("sync", "contoso")
    assert done.code == 3
    assert "numberline: ada@contoso.example did not get +442079460000" in done.err
    assert "Traceback" not in done.err
    assert office.simulator.control.numbers_of(person) == []


def test_one_person_is_synced_at_once(office: Office) -> None:
    office.cli("tenant", "mode", "contoso", "full")
    one, other = office.joiners(2)
    told = office.sync("--person", one)
    assert told["applied"]["assign"] == 1
    assert len(office.simulator.control.numbers_of(one)) == 1
    assert office.simulator.control.numbers_of(other) == []


def test_an_export_applied_again_changes_nothing(office: Office) -> None:
    exported = office.cli("config", "export", "contoso")
    assert exported.code == 0
    again = office.cli("config", "apply", "-", stdin=exported.out)
    assert (again.code, again.out) == (0, "Nothing changed.\n")
    other = exported.out.replace("mode: observe", "mode: full")
    shown = office.cli("config", "apply", "-", "--preview", stdin=other)
    assert (shown.code, shown.out) == (0, "contoso: mode would be changed\nNothing was written.\n")
    assert office.cli("config", "export", "contoso").out == exported.out


def test_numbers_are_imported_after_a_preview_that_changes_nothing(office: Office) -> None:
    rows = "first,last,range\n+442079450000,+442079450009,London Park Lane\n"
    preview = office.cli("import", "numbers", "contoso", "-", "--preview", stdin=rows)
    assert preview.out == 'range "London Park Lane" would gain 10 numbers\n'
    assert office.json("number", "list", "contoso")["items"][0]["number"] == "+442079460000"
    assert (
        office.cli("import", "numbers", "contoso", "-", stdin=rows).out
        == 'range "London Park Lane" gained 10 numbers\n'
    )
    assert office.json("number", "list", "contoso")["items"][0]["number"] == "+442079450000"
