"""Lists as CSV: every row that the filter matches, and nothing that a spreadsheet would carry out."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.inventory.import_file import read_rows
from numberline.portal import export
from numberline.portal.downloads import cell
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with


@pytest.fixture
def owner(database: str) -> Tenant:
    tenant = make.tenant("Contoso & Sons")
    home = make.range_(tenant, "=London")
    make.number(tenant, make.N1, home)
    make.number(tenant, make.N2, home, reserved_purpose='@SUM(1)"', state="reserved")
    make.number(tenant, "+442079460000;ext=12", home)
    make.person(tenant, "ann", displayName="=1+1")
    make.person(tenant, "bob", displayName="Bob Müller")
    make.holding(make.number_row(tenant, make.N1), "ann")
    return tenant


@pytest.fixture
def viewer(owner: Tenant) -> Client:
    return signed_in(somebody_with(VIEWER, owner))


def rows(viewer: Client, owner: Tenant, what: str, **query: str) -> list[dict[str, str]]:
    answer = viewer.get(reverse(what, args=[owner.name]), query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    content = b"".join(answer)  # type: ignore[call-overload]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_all_people_that_the_filter_matches_are_in_the_file(
    viewer: Client, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 1)
    assert [row["name"] for row in rows(viewer, owner, "people_export")] == ["'=1+1", "Bob Müller"]
    (bob,) = rows(viewer, owner, "people_export", number="no")
    assert (bob["upn"], bob["number"]) == ("bob@contoso.example", "")


def test_numbers_stay_e164_with_who_holds_them(viewer: Client, owner: Tenant) -> None:
    found = rows(viewer, owner, "numbers_export")
    assert [row["number"] for row in found] == ["+442079460000;ext=12", make.N1, make.N2]
    assert found[1]["holder_upn"] == "ann@contoso.example"
    assert found[1]["holder"] == "'=1+1"
    assert rows(viewer, owner, "numbers_export", state="reserved")[0]["reserved_purpose"] == "'@SUM(1)\""


@pytest.mark.parametrize(
    "value",
    [
        "=1",
        "+1-cmd|'/c calc'!A1",
        "-1",
        "@x",
        "\tx",
        "\r=1",
        "\n=1",
        "+",
        "+44 20",
        " =1",
        "\u3000=1",
        "＝1",
        "\u200b=1",
        "\0=1",
        "\ufeff@x",
        "\n \n＋1",
        "-",
    ],
)
def test_what_a_spreadsheet_would_take_for_a_formula_is_text(value: str) -> None:
    assert cell(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ann;=1", "Ann;'=1"),
        ("Ann; =1;+1-1", "Ann; '=1;'+1-1"),
        ("Ann\n=1", "Ann\n'=1"),
        ("Ann\r\n@x", "Ann\r\n'@x"),
        ("Ann\t＝1", "Ann\t'＝1"),
        (";=1", ";'=1"),
        ("=1;=1", "'=1;'=1"),
    ],
)
def test_nor_does_one_that_parts_lists_by_semicolons(value: str, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    "value",
    [
        make.N1,
        f"{make.N1};ext=12",
        f"{make.N1};{make.N2}",
        "Ann",
        "",
        "'x",
        "a-b; c+d",
        "Ann, -1",
        "1;2;ext=3",
    ],
)
def test_everything_else_stays_as_it_is(value: str) -> None:
    assert cell(value) == value


def test_numbers_of_an_export_can_be_imported_again(viewer: Client, owner: Tenant) -> None:
    lines = ["first,range", *(f"{row['number']},London" for row in rows(viewer, owner, "numbers_export"))]
    read = read_rows("\ufeff".encode() + "\r\n".join(lines).encode())
    assert [row.first for row in read] == ["+442079460000;ext=12", make.N1, make.N2]
