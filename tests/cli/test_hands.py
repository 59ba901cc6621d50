"""What administrators set by hand, through the command line against a simulated tenant: no sync takes it back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.tenant import Office, connected

pytestmark = pytest.mark.sqlite  # what the commands call is tested on both, in tests/overrides and tests/runs

CONFIGURATION = """
tenant: contoso
mode: full
ranges:
  - name: London Park Lane
    type: direct_routing
    numbers: ["+442079460000-+442079460009"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
    reserve: ["+442079460008"]
    block: ["+442079460009"]
"""
N0, N1, N2, N3 = (f"+44207946000{n}" for n in range(4))
FILES_RESERVE, FILES_BLOCK = "+442079460008", "+442079460009"
WHY = ("--reason", "asked for it", "--ticket", "CHG-7")


@pytest.fixture
def office(cli: Command, tmp_path: Path) -> Iterator[Office]:
    """A tenant with ten numbers, of which the file reserves one and blocks one."""
    with connected(cli, tmp_path, configuration=CONFIGURATION) as office:
        yield office


def join(office: Office, name: str, **attributes: Any) -> str:
    upn = f"{name}@contoso.example"
    return office.joiners(1, userPrincipalName=upn, displayName=name.title(), **attributes)[0]


def states(office: Office) -> dict[str, tuple[str, str | None, bool]]:
    """The numbers that are not simply available: state, for whom reserved, locked."""
    items = office.json("number", "list", "contoso")["items"]
    facts = {i["number"]: (i["state"], i["reserved_for"], i["locked"]) for i in items}
    return {number: fact for number, fact in facts.items() if fact != ("available", None, False)}


def test_numbers_set_by_hand_stay_so_through_the_next_syncs_and_the_next_config_apply(office: Office) -> None:
    ada = join(office, "ada", city="Leeds")  # matches no range, and is to have her number all the same
    office.sync()
    for words in (
        ("reserve", "contoso", N0, "--purpose", "Reception"),
        ("reserve", "contoso", N3, "--for", "Ada@Contoso.Example", "--until", "30d"),
        ("block", "contoso", N1),
        ("lock", "contoso", N2, "--until", "2999-12-31"),
        ("reserve", "contoso", FILES_RESERVE, "--purpose", "Board"),
        ("block", "contoso", FILES_BLOCK),
    ):
        done = office.cli("number", *words, *WHY)
        assert (done.code, done.err) == (0, ""), words
        assert done.out.startswith(words[2])
    by_hand = states(office)
    assert by_hand == {
        N0: ("reserved", None, False),
        N1: ("blocked", None, False),
        N2: ("available", None, True),
        N3: ("reserved", ada, False),
        FILES_RESERVE: ("reserved", None, False),
        FILES_BLOCK: ("blocked", None, False),
    }

    without = CONFIGURATION.replace('    reserve: ["+442079460008"]\n', "").replace(
        '    block: ["+442079460009"]\n', ""
    )
    emptied = without + "    reserve: []\n    block: []\n"
    assert office.cli("config", "apply", "-", stdin=emptied).code == 0
    assert states(office) == by_hand

    bea = join(office, "bea")
    office.sync()
    office.sync("--full")
    held = {
        N3: ("assigned", None, False),  # reserved for Ada, who has it now
        "+442079460004": ("assigned", None, False),  # Bea's: the first that no hand kept
    }
    assert states(office) == {**by_hand, **held}
    assert office.simulator.control.numbers_of(ada) == [N3]
    assert office.simulator.control.numbers_of(bea) == ["+442079460004"]


def test_people_set_apart_by_hand_are_given_nothing_until_that_is_over(office: Office) -> None:
    ada, bea = join(office, "ada"), join(office, "bea")
    office.cli("tenant", "mode", "contoso", "observe")
    office.sync()
    assert office.json("person", "lock", "contoso", ada, *WHY)["locked"] is True
    told = office.json("person", "exclude", "contoso", "bea@contoso.example", "--until", "2999-12-31", *WHY)
    assert (told["person"], told["excluded"], told["locked"]) == (bea, True, False)
    assert told == office.json("person", "show", "contoso", bea)

    office.cli("tenant", "mode", "contoso", "full")
    office.sync()
    office.sync("--full")
    for person, code in ((ada, "locked"), (bea, "excluded")):
        assert office.simulator.control.numbers_of(person) == []
        assert office.json("explain", "contoso", person)["decision"]["code"] == code

    assert office.json("person", "unlock", "contoso", ada, *WHY)["locked"] is False
    assert office.json("person", "include", "contoso", bea, *WHY)["excluded"] is False
    assert office.sync()["applied"]["assign"] == 2
    assert {*office.simulator.control.numbers_of(ada), *office.simulator.control.numbers_of(bea)} == {N0, N1}


def test_what_ends_by_hand_is_drawn_again(office: Office) -> None:
    join(office, "ada")
    office.sync()
    for begin, end in (("reserve", "unreserve"), ("block", "unblock"), ("lock", "unlock")):
        before = office.json("number", "show", "contoso", N1)
        assert office.json("number", begin, "contoso", N1, *WHY) != before
        after = office.json("number", end, "contoso", N1, *WHY)
        assert after == office.json("number", "show", "contoso", N1)
        assert (after["state"], after["locked"], after["until"]) == ("available", False, None)
        assert [entry["reason"] for entry in after["history"]][-2:] == ["asked for it"] * 2
        assert after["history"][-1]["by"].startswith("cli:")
    bea = join(office, "bea")
    office.sync()
    assert office.simulator.control.numbers_of(bea) == [N1]


def test_a_repeat_says_so_plainly_and_ends_with_0(office: Office) -> None:
    join(office, "ada")
    office.sync()
    for words in (
        ("number", "reserve", "contoso", N1, "--for", "ada@contoso.example"),
        ("number", "block", "contoso", N2),
        ("number", "lock", "contoso", N3),
        ("person", "lock", "contoso", "ada@contoso.example"),
        ("person", "exclude", "contoso", "ada@contoso.example"),
    ):
        assert office.cli(*words, *WHY).code == 0
        history = office.json("number", "history", "contoso", N1)
        again = office.cli(*words, *WHY)
        assert (again.code, again.err) == (0, "")
        assert again.out.endswith("already: nothing was changed.\n")
        assert office.json("number", "history", "contoso", N1) == history


def test_what_cannot_be_is_refused_in_one_sentence_with_what_would_work(office: Office) -> None:
    join(office, "ada")
    join(office, "cal", licences=["SPE_E5", "MCOPSTN1"])
    office.sync()
    office.cli("number", "block", "contoso", N1, *WHY)
    free = f'{N2} of range "London Park Lane", which is free'
    cases = {
        ("reserve", N0): f"{N0} is held by ada@contoso.example: release it first, or take {free}.",
        ("reserve", N1): f"{N1} is blocked: unblock it first, or take {free}.",
        (
            "reserve",
            "+442079460700",
        ): "+442079460700 is not among this tenant's numbers: declare it in a range, or sync if Teams has it.",
        ("block", N0): f"{N0} is held by ada@contoso.example: release it before you block it.",
        (
            "unreserve",
            FILES_RESERVE,
        ): f'{FILES_RESERVE} is reserved by the settings of its range: take it out of the reserved numbers of range "London Park Lane".',
        (
            "unblock",
            FILES_BLOCK,
        ): f'{FILES_BLOCK} is blocked by the settings of its range: take it out of the blocked numbers of range "London Park Lane".',
    }
    for (verb, number), sentence in cases.items():
        done = office.cli("number", verb, "contoso", number, *WHY)
        assert (done.code, done.out, done.err) == (1, "", f"numberline: {sentence}\n")
    done = office.cli("number", "reserve", "contoso", N2, "--for", "cal@contoso.example", *WHY)
    assert done.code == 1
    assert (
        "is a Direct Routing number, and cal@contoso.example has Phone System with a Calling Plan" in done.err
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--reason", " "), "--reason is empty: say why, for the audit trail"),
        (("--reason", "x", "--ticket", "T" * 201), "--ticket is longer than 200 characters"),
        (("--reason", "x", "--until", "soon"), '"soon" is not an end: write a date (2026-12-31)'),
        (("--reason", "x", "--until", "2020-01-01"), '"2020-01-01" is already past'),
        ((), "missing option '--reason'"),
    ],
)
def test_why_and_until_when_are_checked(cli: Command, words: tuple[str, ...], sentence: str) -> None:
    from numberline.tenants.models import Tenant
    from tests import factories as make

    owner: Tenant = make.tenant()
    make.number(owner, N0)
    done = cli("number", "lock", "contoso", N0, *words)
    assert (done.code, done.out) == (1, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert not make.number_row(owner, N0).locked


def test_json_is_that_of_showing_also_when_nothing_was_changed(cli: Command) -> None:
    from tests import factories as make

    owner = make.tenant()
    make.number(owner, N0)
    make.person(owner, "ada")
    for words in (
        ("number", "unlock", "contoso", N0),
        ("person", "include", "contoso", "ada@contoso.example"),
    ):
        done = cli(*words, *WHY, "--json")
        shown = cli(words[0], "show", *words[2:], "--json")
        assert json.loads(done.out) == json.loads(shown.out)
