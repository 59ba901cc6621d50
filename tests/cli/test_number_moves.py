"""Numbers given and taken by hand, through the command line: what it prints, and how it ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from numberline.audit.models import Entry
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.support.command import Command
from tests.support.tenant import PARK_LANE, Office, connected

pytestmark = pytest.mark.sqlite  # what the commands call is tested on both, in tests/runs

N0, N1, N2 = (f"+44207946000{n}" for n in range(3))
LEEDS = """
  - name: Leeds
    type: direct_routing
    numbers: ["+441134960000-+441134960009"]
    rule: 'City = "Leeds"'
"""
WHY = ("--reason", "asked for it", "--ticket", "CHG-7")
ADA, BEA = "ada@contoso.example", "bea@contoso.example"


@pytest.fixture
def tenant(cli: Command) -> Iterator[Tenant]:
    """A tenant in the database, about which nothing may be written."""
    row = make.tenant()
    yield row
    assert not Run.objects.of(row.pk).exists()
    assert not Entry.objects.of(row.pk).exists()


def test_what_is_done_by_hand_is_printed_and_ends_as_it_went(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path, configuration=PARK_LANE + LEEDS) as office:
        office.simulator.control.faults(operation_seconds=0.05)
        ada, _bea = (office.joiners(1, userPrincipalName=name, city="York")[0] for name in (ADA, BEA))
        office.sync()
        done = office.cli("number", "assign", "contoso", ADA, N0, *WHY)
        assert done == (0, f'{ADA} has {N0} of range "London Park Lane".\n', "")
        told = office.json(
            "number", "assign", "contoso", BEA, "--next", "London Park Lane", "--preview", *WHY
        )
        assert (told["preview"], told["changes"][0]["number"], told["changes"][0]["outcome"]) == (
            True,
            N1,
            None,
        )
        refused = office.cli("number", "assign", "contoso", BEA, N0, *WHY)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(f"numberline: {N0} is held by {ADA}: release it first, or take +")

        office.simulator.control.change(ada, city="Leeds")
        office.sync()
        (item,) = office.json("worklist", "contoso")["items"]
        assert (item["code"], item["number"]) == ("moved", N0)
        assert "They would get +441134960000" in item["detail"]
        assert f"numberline number change contoso {ADA} --to-match" in item["remedy"]
        _people_by_a_file(office, tmp_path)
        assert office.json("worklist", "contoso")["items"] == []

        office.simulator.control.faults(fail_operation={"text": "Tenant policy 7-B forbids this", "count": 1})
        failed = office.cli("number", "release", "contoso", "+441134960000", *WHY)
        assert (failed.code, failed.out) == (3, "")
        assert failed.err.startswith(f"numberline: +441134960000 for {ADA}: ")


def _people_by_a_file(office: Office, folder: Path) -> None:
    people = folder / "people.csv"
    people.write_text(f"person\n{ADA}\n{BEA}\nnobody@contoso.example\n")
    change = ("number", "change", "contoso", "--to-match", "--people", people, *WHY)
    done = office.cli(*change)
    assert (done.code, done.out) == (1, "")
    first, *rows = done.err.splitlines()
    assert "has 2 errors and nothing was changed" in first
    assert [row.split(":")[0].strip() for row in rows] == ["row 3", "row 4"]
    done = office.cli(*change[:5], "-", *WHY, stdin=f"person\n{ADA}\n")
    assert done == (0, f'{ADA} has +441134960000 of range "Leeds" in place of {N0}.\n', "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("assign", "contoso", ADA), "say which number: either NUMBER or --next RANGE"),
        (("assign", "contoso", ADA, N1, "--next", "London"), "NUMBER and --next RANGE exclude each other: leave one out"),
        (("release", "contoso", ADA), f"number release takes the number, not the person: numberline explain contoso {ADA} tells which is theirs"),
        (("adopt", "contoso", ADA), f"number adopt takes the number, not the person: numberline explain contoso {ADA} tells which is theirs"),
        (("change", "contoso"), "say whose number: either PERSON or --people FILE"),
        (("change", "contoso", ADA), "say which number: NUMBER, --next RANGE or --to-match"),
        (("change", "contoso", ADA, N1, "--to-match"), "NUMBER and --to-match exclude each other: leave one out"),
        (("change", "contoso", N1, "--to-match"), f"number change takes the person, not the number: numberline number show contoso {N1} tells who has it"),
        (("assign", "contoso", N1, ADA), f"number assign takes the person, not the number: numberline number show contoso {N1} tells who has it"),
        (("swap", "contoso", ADA, N1), f"number swap takes the person, not the number: numberline number show contoso {N1} tells who has it"),
        (("change", "contoso", ADA, "--people", "x.csv"), "PERSON and --people exclude each other: leave one of them out"),
        (("change", "contoso", "--to-match", "--people", "x.csv"), "the CSV file x.csv is not there: check the path"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_before_anything_is_asked(
    cli: Command, tenant: Tenant, words: tuple[str, ...], sentence: str
) -> None:
    done = cli("number", *words, *WHY)
    assert (done.code, done.out, done.err) == (1, "", f"numberline: {sentence}.\n")


@pytest.mark.parametrize("verb", ["assign", "change", "swap", "release", "adopt"])
def test_a_reason_must_be_given(cli: Command, tenant: Tenant, verb: str) -> None:
    arguments = {"assign": (ADA, N0), "change": (ADA, N0), "swap": (ADA, BEA)}.get(verb, (N0,))
    assert "missing option '--reason'" in cli("number", verb, "contoso", *arguments).err
    done = cli("number", verb, "contoso", *arguments, "--reason", "  ")
    assert (done.code, done.err) == (1, "numberline: --reason is empty: say why, for the audit trail.\n")
