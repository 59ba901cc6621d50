"""Importing numbers from CSV: all of it, or nothing and every error with its row."""

from datetime import datetime

import pytest

from numberline.audit.models import Entry
from numberline.inventory.config_export import export
from numberline.inventory.import_file import ImportRefused
from numberline.inventory.import_preview import preview_file
from numberline.inventory.importing import ImportResult, import_numbers
from numberline.inventory.models import Number, Range
from numberline.tenants.models import Tenant
from tests.inventory.conftest import CAUSE, NOW, Apply, force, listed, states, written

RANGES = """
ranges:
  - {name: London, type: direct_routing}
  - {name: Leeds, type: direct_routing, numbers: ["+441632960000-+441632960009"]}
  - {name: Plan, type: calling_plan, numbers: ["+441632960500-+441632960509"]}
"""


@pytest.fixture
def ready(tenant: Tenant, applied: Apply) -> Tenant:
    """A tenant with ranges to import into."""
    applied(RANGES)
    return tenant


def load(tenant: Tenant, text: str | bytes, *, preview: bool = False, at: datetime = NOW) -> ImportResult:
    data = text if isinstance(text, bytes) else text.encode()
    return import_numbers(tenant, data, cause=CAUSE, at=at, preview=preview)


def refusals(tenant: Tenant, text: str | bytes) -> list[str]:
    """The errors of an import, which changes nothing."""
    before = states(tenant)
    with pytest.raises(ImportRefused) as refused:
        load(tenant, text)
    assert states(tenant) == before
    assert str(refused.value).startswith("Nothing was imported.\n")
    return [str(problem) for problem in refused.value.problems]


def members(tenant: Tenant, name: str) -> list[str]:
    return [text for text, (_, home) in states(tenant).items() if home == name]


def test_blocks_and_single_numbers_join_their_range(ready: Tenant) -> None:
    result = load(
        ready,
        "first,last,range\n+442079460000,+442079460002,London\n+442079460100;ext=7,,London\n+441632960010,,leeds\n",
    )
    assert members(ready, "London") == [
        "+442079460000",
        "+442079460001",
        "+442079460002",
        "+442079460100;ext=7",
    ]
    assert "+441632960010" in members(ready, "Leeds")
    assert (result.rows, result.added, result.ranges) == (3, 5, {"London": 4, "Leeds": 1})
    assert Number.objects.of(ready.pk).filter(imported=True).count() == 5


def test_an_import_is_recorded_and_looked_at_again(ready: Tenant) -> None:
    before = Tenant.objects.get().config_version
    load(ready, "first,last,range\n+442079460000,,London\n")
    entry = Entry.objects.of(ready.pk).get(verb="import")
    assert entry.after == {"range": "London", "numbers": ["+442079460000"]}
    assert Tenant.objects.get().config_version == before + 1


def test_importing_the_same_file_again_changes_nothing(ready: Tenant) -> None:
    text = "first,last,range\n+442079460000,+442079460002,London\n"
    load(ready, text)
    assert written(lambda: load(ready, text)) == []
    result = load(ready, text)
    assert (result.added, result.present, result.ranges) == (0, 3, {})
    assert result.lines() == ["3 numbers there already"]


def test_a_preview_says_what_an_import_would_do_and_does_nothing(ready: Tenant) -> None:
    before, version = states(ready), Tenant.objects.get().config_version
    text = "first,last,range\n+442079460000,+442079460002,London\n"
    told = load(ready, text, preview=True)
    assert states(ready) == before
    assert Tenant.objects.get().config_version == version
    assert not Entry.objects.of(ready.pk).filter(verb="import").exists()
    done = load(ready, text)
    assert (told.ranges, told.added, told.present) == (done.ranges, done.added, done.present)
    assert told.lines() == ['range "London" would gain 3 numbers']


def test_imported_numbers_survive_a_file_that_leaves_out_numbers(ready: Tenant, applied: Apply) -> None:
    load(ready, "first,last,range\n+442079460000,+442079460002,London\n")
    applied(RANGES)
    assert len(members(ready, "London")) == 3
    assert not applied(export(ready)).changed


def test_imported_numbers_retire_when_the_file_gives_numbers_without_them(
    ready: Tenant, applied: Apply
) -> None:
    load(ready, "first,last,range\n+442079460000,+442079460002,London\n")
    applied(RANGES.replace("name: London,", 'name: London, numbers: ["+442079460002"],'))
    assert members(ready, "London") == ["+442079460002"]
    assert states(ready)["+442079460000"] == ("retired", None)


def test_a_retired_number_comes_back_and_a_found_one_keeps_its_state(ready: Tenant, applied: Apply) -> None:
    load(ready, "first,last,range\n+442079460000,,London\n")
    applied(RANGES.replace("name: London,", "name: London, numbers: [],"))
    listed(
        ready, "+442079460001", "direct_routing", state="assigned", teams_free=False, teams_target="someone"
    )
    load(ready, "first,last,range\n+442079460000,+442079460001,London\n")
    found = states(ready)
    assert found["+442079460000"] == ("available", "London")
    assert found["+442079460001"] == ("assigned", "London")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_other_separators_are_noticed(ready: Tenant, separator: str) -> None:
    text = "first,last,range\n+442079460000,,London\n".replace(",", separator)
    assert load(ready, text).added == 1


def test_a_bom_windows_line_ends_quotes_and_empty_lines_are_no_trouble(ready: Tenant) -> None:
    text = (
        b'\xef\xbb\xbf\r\n"First","LAST", Range \r\n"+442079460000","+442079460001"," London "\r\n\r\n,,\r\n'
    )
    assert load(ready, text).added == 2


def test_columns_may_come_in_any_order_with_others_beside_them(ready: Tenant) -> None:
    load(ready, "note,range,first\nmine,London,+442079460000\n")
    assert members(ready, "London") == ["+442079460000"]


def test_all_errors_of_all_rows_come_together(ready: Tenant) -> None:
    found = refusals(
        ready,
        "first,last,range\n"
        "+442079460000,+442079460009,London\n"
        "02079460000,,London\n"
        '"=HYPERLINK(""x"")",,London\n'
        "+442079460030,+442079460020,London\n"
        "+442079460005,,Leeds\n"
        "+442079460040,,Londn\n"
        "+441632960505,,Plan\n"
        ",,London\n"
        "+442079460050,,\n"
        "+441632960008,+441632960020,London\n",
    )
    assert [problem.split(":")[0] for problem in found] == [
        f"row {row}" for row in (3, 4, 5, 6, 7, 8, 9, 10, 11)
    ]
    wanted = [
        "is not an E.164 number",
        "is not an E.164 number",
        "ends before it starts",
        "it repeats +442079460005 of row 2",
        'did you mean "London"?',
        "only Direct Routing numbers can be imported",
        "first is empty",
        "it names no range",
        'range "Leeds" has +441632960008-+441632960009 already',
    ]
    for problem, text in zip(found, wanted, strict=True):
        assert text in problem


def test_a_row_that_repeats_another_exactly_names_both(ready: Tenant) -> None:
    row = "+442079460000;ext=12,,London\n"
    assert refusals(ready, f"first,last,range\n{row}{row}") == [
        "row 3: it repeats +442079460000;ext=12 of row 2: remove it from one of them."
    ]


def test_rows_count_lines_of_the_file_even_after_an_empty_one(ready: Tenant) -> None:
    assert refusals(ready, "first,last,range\n\n+442079460000,,London\n\nx,,London\n")[0].startswith(
        "row 5: first: "
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "the file is empty: its first row must be first,last,range."),
        ("first,last,range\n", "the file has a header but no rows"),
        ("number,range\n+442079460000,London\n", 'row 1: the column "first" is missing: the header must be'),
        ("first,last\n+442079460000,\n", 'row 1: the column "range" is missing'),
        ("first,ranges\n+442079460000,London\n", '("ranges" is not it)'),
        ("first,first,range\n+442079460000,,London\n", 'row 1: the header names the column "first" twice'),
        ("first,last,range\n+442079460000,,London,x\n", "row 2: it has 4 columns, but the header 3"),
        ('first,last,range\n"+442079460000,,London\n', "row 2: it is not valid CSV"),
        ('"first,last,range\n+442079460000,,London\n', "row 1: it is not valid CSV"),
        ("first,last,range\n+4420 7946 0000,,London\n", "write +442079460000"),
        ("first,last,range\n4.42079E+11,,London\n", "is not an E.164 number"),
        ("first,last,range\n+442070000000,+442079999999,London\n", "holds more than 1,000,000 numbers"),
        ("first,last,range\n+442079460000;ext=1,+442079460003;ext=1,London\n", "extension"),
        ("first,last,range\n+44207946000,+442079460003,London\n", "different lengths"),
        (b"first,last,range\n+442079460000,,Z\xfcrich\n", "the file is not UTF-8 text (see line 2)"),
        ("first,last,range\n".encode("utf-16"), "the file is UTF-16"),
        (b"PK\x03\x04\x00\x00", "the file is not text: save the sheet as CSV."),
    ],
)
def test_what_is_no_such_file_is_refused_with_one_sentence(
    ready: Tenant, text: str | bytes, wanted: str
) -> None:
    found = refusals(ready, text)
    assert len(found) == 1, found
    assert wanted in found[0]


def test_a_number_that_teams_shows_with_another_type_is_warned_about(ready: Tenant) -> None:
    listed(ready, "+442079460000", "operator_connect")
    result = load(ready, "first,last,range\n+442079460000,+442079460001,London\n")
    assert result.mismatched == (("+442079460000", "operator_connect", "London"),)
    assert members(ready, "London") == ["+442079460001"]


def test_ranges_of_other_tenants_are_unknown(ready: Tenant, other_tenant: Tenant) -> None:
    assert (
        'there is no range "London"' in refusals(other_tenant, "first,last,range\n+442079460000,,London\n")[0]
    )
    assert Range.objects.of(other_tenant.pk).count() == 0


def test_an_import_leaves_other_numbers_as_they_are(ready: Tenant) -> None:
    force(ready, "+441632960001", "assigned")
    before = states(ready)
    load(ready, "first,last,range\n+442079460000,,London\n")
    after = states(ready)
    assert {text: after[text] for text in before} == before


def test_a_number_that_no_country_gives_is_refused_and_one_that_is_doubted_is_imported_with_a_warning(
    ready: Tenant,
) -> None:
    rows = "first,last,range\n+44207946000123,,London\n+1206555010,+1206555019,London\n+44115496,,London\n"
    assert refusals(ready, rows) == [
        "row 2: +44207946000123 is too long for GB (+44): check the digits.",
        "row 3: +1206555010-+1206555019 are too short for US (+1): check the digits.",
        "row 4: +44115496 is too short for GB (+44): check the digits.",
    ]
    result = load(ready, "first,last,range\n+441632960100,+441632960109,London\n+442079460000,,London\n")
    doubt = (
        'range "London": +441632960100-+441632960109 are not in the numbering plan of GB (+44) as it is known here: '
        "check the digits."
    )
    assert (result.added, result.doubts) == (11, (doubt,))
    assert result.lines()[-1] == f"Warning: {doubt}"
    assert result.to_json()["doubts"] == [doubt]
    again = load(ready, "first,last,range\n+441632960100,+441632960109,London\n")
    assert again.doubts == (), "what is there already is not doubted again"


def test_a_number_of_impossible_length_that_teams_lists_is_imported_with_a_warning(ready: Tenant) -> None:
    listed(ready, "+44207946000123", "direct_routing")
    rows = "first,last,range\n+44207946000123,,London\n"
    preview = preview_file(ready, rows.encode())
    assert (preview.fine, preview.doubtful) == (True, 1)
    result = load(ready, rows)
    assert result.doubts == ('range "London": +44207946000123 is too long for GB (+44): check the digits.',)
    assert states(ready)["+44207946000123"] == ("available", "London")
