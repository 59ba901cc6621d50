"""What `number list`, `number show` and `number history` show to people."""

import json
import re

import pytest

from numberline.core.states import State
from numberline.inventory.models import Tally
from numberline.inventory.placement import DECLARED_PURPOSE
from numberline.inventory.tally import fold
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.support.command import Command

pytestmark = pytest.mark.sqlite  # how it is written; it is read on both in test_json.py and tests/inventory


@pytest.fixture
def owner(cli: Command) -> Tenant:
    """A tenant with Ann, and two numbers."""
    home = make.range_(make.tenant())
    make.person(home.tenant)
    for text in (make.N1, make.N2):
        make.number(home.tenant, text, home)
    return home.tenant


def keep(owner: Tenant, text: str, name: str = "", purpose: str = "") -> None:
    row = make.number_row(owner, text)
    row.state = State.RESERVED
    row.reserved_for = make.oid(name) if name else ""
    row.reserved_purpose = purpose
    row.save()


@pytest.mark.parametrize(
    ("name", "purpose", "shown", "listed"),
    [
        ("ann", "", "ann@contoso.example", "(for ann@contoso.example)"),
        ("", "Reception", "Reception", "(for Reception)"),
        ("ann", "Reception", "ann@contoso.example (Reception)", "(for ann@contoso.example (Reception))"),
        ("", DECLARED_PURPOSE, DECLARED_PURPOSE, f"({DECLARED_PURPOSE})"),
        ("gone", "", make.oid("gone"), f"(for {make.oid('gone')})"),
        ("", "", "-", "-"),
    ],
)
def test_a_reserved_number_says_for_whom_or_for_what(
    cli: Command, owner: Tenant, name: str, purpose: str, shown: str, listed: str
) -> None:
    keep(owner, make.N1, name, purpose)
    assert f"\nReserved for  {shown}\n" in cli("number", "show", "contoso", make.N1).out
    line = next(line for line in cli("number", "list", "contoso").out.splitlines() if "reserved" in line)
    assert line.split("reserved")[1].split("  London")[0].strip() == listed
    as_json = cli("number", "show", "contoso", make.N1, "--json").out
    assert '"kept_for"' not in as_json
    assert (f'"reserved_for": "{make.oid(name)}"' if name else '"reserved_for": null') in as_json


def test_before_its_first_entry_nobody_is_known_to_have_held_it(cli: Command, owner: Tenant) -> None:
    make.holding(make.number_row(owner, make.N1))
    cli("number", "lock", "contoso", make.N1, "--reason", "asked for")
    done = cli("number", "show", "contoso", make.N1, "--at", "2026-03-31")
    assert (done.code, done.err) == (0, "")
    assert "\nState         -\nHolder        -\n" in done.out
    assert done.out.splitlines()[-1] == (
        "Nothing is recorded of this number up to 2026-03-31T23:59:59Z, so nobody is known to have held it."
    )
    told = json.loads(cli("number", "show", "contoso", make.N1, "--at", "2026-03-31", "--json").out)
    assert (told["state"], told["holder"], told["since"], told["history"]) == (None, None, None, [])


def test_a_history_says_what_was_done(cli: Command, owner: Tenant) -> None:
    make.holding(make.number_row(owner, make.N1))
    for verb in ("lock", "unlock"):
        assert cli("number", verb, "contoso", make.N1, "--reason", "asked for").code == 0
    for command in ("history", "show"):
        table = cli("number", command, "contoso", make.N1).out.splitlines()[-3:]
        assert [re.split(" {2,}", line)[1] for line in table] == ["What", "lock", "unlock"]
    told = json.loads(cli("number", "history", "contoso", make.N1, "--json").out)["items"]
    assert list(told[0]) == ["at", "from", "to", "holder", "by", "reason"]


@pytest.mark.parametrize(
    "written",
    ["+44 20 7946 0001", "+44-20-7946-0001", "+44 (20) 7946.0001", "+44 (0)20 7946 0001", "+442079460001"],
)
def test_a_number_may_be_written_as_people_write_it(cli: Command, owner: Tenant, written: str) -> None:
    make.number(owner, "+442079460001;ext=12")
    assert json.loads(cli("number", "show", "contoso", written, "--json").out)["number"] == "+442079460001"
    with_extension = cli("number", "history", "contoso", f"{written} ext. 12")
    assert with_extension == (0, "Nothing is recorded of this number.\n", "")


@pytest.mark.parametrize("written", ["020 7946 0001", "+44 20 7946 0001 or 2", "+39 (0)6 1234 5678"])
def test_what_may_mean_another_number_is_refused(cli: Command, owner: Tenant, written: str) -> None:
    done = cli("number", "show", "contoso", written)
    assert (done.code, done.out) == (1, "")
    assert "is not an E.164 number" in done.err


def test_a_block_does_not_seem_to_end_with_the_quarantine_during_which_it_was_made(
    cli: Command, owner: Tenant
) -> None:
    until = make.NOW + 9000 * make.DAY
    home = make.number_row(owner, make.N1).range
    make.number(owner, make.N3, home, state=State.QUARANTINED, until=until)
    end = f"{until:%Y-%m-%d %H:%M}"
    assert cli("number", "list", "contoso", "--state", "quarantined").out.endswith(f"  {end}\n")
    assert cli("number", "block", "contoso", make.N3, "--reason", "nuisance calls").code == 0
    assert cli("number", "list", "contoso", "--state", "blocked").out.endswith("  -\n")
    assert "\nUntil (UTC)   -\n" in cli("number", "show", "contoso", make.N3).out
    (item,) = json.loads(cli("number", "list", "contoso", "--state", "blocked", "--json").out)["items"]
    assert item["until"] == f"{until:%Y-%m-%dT%H:%M:%SZ}"


def test_a_recount_mends_a_tally_that_somebody_wrote_to(owner: Tenant, cli: Command) -> None:
    fold(owner.pk)
    Tally.objects.of(owner.pk).update(count=7)
    told = json.loads(cli("number", "recount", "contoso", "--json").out)["items"]
    assert [(one["range"], one["state"], one["tally"], one["numbers"]) for one in told] == [
        ("London", "available", 7, 2)
    ]
    assert cli("number", "recount", "contoso").out == "The tally is right.\n"
