"""What a configuration file may say, and the one sentence with its line for everything else."""

from pathlib import Path
from typing import Any

import pytest

from numberline.inventory import configfile
from numberline.inventory.config_check import check
from numberline.inventory.config_problems import ConfigError, ConfigUnreadable
from numberline.inventory.configfile import ConfigFile

SPEC = """\
tenant: contoso
mode: observe                 # off | observe | assign | full
poll: 60s
exclude: 'ServicePlan = "MCOEV_VIRTUALUSER" OR Department = "Meeting Rooms"'
limits: {assign: 500, change: 10, release: 10, percent: 1, most: 100}   # over a rolling 24 h
defaults: {grace: 24h, quarantine: 0s}
ranges:
  - name: London Park Lane
    type: direct_routing      # calling_plan | operator_connect | direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460099", "+442079460200", "+442079460300;ext=12"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
    priority: 10              # lower is asked first; default 100; ties by name
    enabled: true
    draw: lowest              # lowest | longest_idle
    grace: 24h                # durations: one whole number and s, m, h or d
    quarantine: 30d
    adopt: false
    reserve: ["+442079460000"]
    block: ["+442079460013"]
    alert_below: 10           # available numbers
    location: null            # emergency location id
    policies: {OnlineVoiceRoutingPolicy: UK-International, TenantDialPlan: UK-London}
"""


def problems(text: str) -> list[str]:
    """The errors of a file, one a line."""
    with pytest.raises(ConfigError) as refused:
        check(text)
    return str(refused.value).split("\n")


def only(text: str) -> str:
    """The only error of a file."""
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def in_range(lines: str) -> str:
    """A file with one range, whose keys begin in line 5."""
    body = "\n".join(f"    {line}" for line in lines.split("\n"))
    return f"tenant: contoso\nranges:\n  - name: London\n    type: direct_routing\n{body}\n"


def test_the_file_of_the_documentation_is_right() -> None:
    file = check(SPEC)
    assert file.tenant == "contoso"
    assert file.settings["poll"] == 60
    assert file.limits["assign"] == 500
    assert file.ranges is not None
    london = file.ranges[0].settings
    assert london["quarantine"] == 30 * 86400
    assert london["location"] == ""
    assert [str(block) for block in london["numbers"]] == [
        "+442079460000-+442079460099",
        "+442079460200",
        "+442079460300;ext=12",
    ]


def test_a_key_that_is_absent_is_absent() -> None:
    assert check("tenant: contoso") == ConfigFile("contoso")
    assert check("tenant: contoso\nranges: []").ranges == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tenant: [x\nmode: observe", "line 2, column 5: this is not valid YAML"),
        ("tenant: x\n\tmode: observe", "line 2, column 1: this is not valid YAML"),
        ("tenant: 'x\nmode: observe", "begun in line 1"),
        ("tenant: *nobody", "line 1, column 9: this is not valid YAML: found undefined alias"),
        ("tenant: x\n---\ntenant: y", "line 2, column 1: this is not valid YAML"),
        ("tenant: x\nmode: \x07", "line 2: this is not valid YAML: the character U+0007"),
        ("", "line 1: the file is empty"),
        ("# nothing\n", "line 1: the file is empty"),
        ("- a\n- b", "line 1: the file must consist of keys"),
        ("[" * 5000, "line 1: the file is nested too deeply"),
        ("tenant: x\na: &a [*a]", "an alias here leads into itself"),
    ],
)
def test_broken_yaml_is_told_with_its_line(text: str, wanted: str) -> None:
    assert wanted in only(text)


def test_aliases_cannot_blow_up() -> None:
    text = "tenant: x\na0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)
    )
    assert "the aliases here mean more than 1,000,000 values" in only(text)


def test_a_file_that_is_too_long_is_refused() -> None:
    assert "more than 5,000,000 characters" in only("#" * 5_000_001)


def test_anchors_and_merged_keys_work() -> None:
    file = check(
        """
tenant: contoso
ranges:
  - &first {name: A, type: direct_routing, priority: 7, grace: 2h}
  - <<: *first
    name: B
    grace: 3h
"""
    )
    assert file.ranges is not None
    assert [(one.name, one.settings["priority"], one.settings["grace"]) for one in file.ranges] == [
        ("A", 7, 7200),
        ("B", 7, 10800),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mode: full", "line 1: the file does not say whose it is: begin it with tenant: NAME."),
        ("tenant: x\nmoode: full", 'line 2: "moode" is not a key of the file: did you mean "mode"?'),
        (
            "tenant: x\nmode: ful",
            'line 2: mode cannot be "ful" (one of off, observe, assign or full): did you mean',
        ),
        ("tenant: x\nmode: x", "use off, observe, assign or full."),
        ("tenant: x\nmode:", "line 2: mode has no value: give it one, or leave the key out."),
        ("tenant: x\npoll: 14s", "line 2: poll is "),
        ("tenant: x\npoll: 25h", "give a duration from 15s to 24h."),
        ("tenant: x\npoll: 60", '"60" is not a duration'),
        ("tenant: x\npoll: 1.5h", '"1.5h" is not a duration'),
        (
            "tenant: x\nmode: full\nmode: off",
            'line 3: "mode" stands twice in the file: it stands in line 2 already.',
        ),
        ("tenant: x\nlimits: {asign: 3}", 'line 2: "asign" is not a key of limits: did you mean "assign"?'),
        ("tenant: x\nlimits: {assign: -3}", "assign in limits must be a whole number from 0 to"),
        ("tenant: x\nlimits: {percent: 101}", "percent in limits must be a whole number from 0 to 100"),
        ("tenant: x\nlimits: 3", "limits must consist of keys and values"),
        (
            "tenant: x\nalerts: {webhook: 'http://h.example/'}",
            "line 2: webhook in alerts: The webhook must begin",
        ),
        ("tenant: x\nalerts: {webhook: 'https://u:p@h.example/'}", "without user, password and fragment"),
        ("tenant: x\nalerts: {webhook: hooks}", 'webhook in alerts: "hooks" is not a URL: write https://'),
        ("tenant: x\nalerts: {mail: [a@b.example, ann]}", 'mail in alerts: "ann" is not a mail address'),
        ("tenant: x\nalerts: {sms: 1}", '"sms" is not a key of alerts'),
        ("tenant: x\ndefaults: {grace: 1w}", 'line 2: grace in defaults: "1w" is not a duration'),
        ("tenant: x\nranges:", "line 2: ranges must be a list, but this is empty: write [] if every range"),
        ("tenant: x\nranges: {name: x}", "line 2: ranges must be a list, but this is a group of keys"),
        ("tenant: x\nranges: [x]", 'a range must consist of keys and values, but this is "x"'),
        ("tenant: x\nranges:\n  - type: calling_plan", "line 3: this range has no name"),
        ("tenant: x\nranges:\n  - {name: A}\n  - {name: A}", 'line 4: two ranges have the name "A"'),
        ("tenant: x\nranges:\n  - {name: A}\n  - {name: a}", "(the other is in line 3): rename one of them."),
        ("tenant: x\nranges:\n  - {name: ''}", "line 3: the name of a range is empty"),
        (f"tenant: x\nranges:\n  - name: {'n' * 201}", "has more than 200 characters"),
    ],
)
def test_wrong_keys_and_values_are_told_with_their_line(text: str, wanted: str) -> None:
    assert wanted in only(text)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("priorty: 1", 'line 5: "priorty" is not a key of range "London": did you mean "priority"?'),
        ("alert-below: 1", 'did you mean "alert_below"?'),
        ("priority: high", 'line 5: priority of range "London" must be a whole number from'),
        ("priority: 1.5", "must be a whole number"),
        ('priority: "1"', "must be a whole number"),
        ("priority: [1]", "must be a single value, but this is a list"),
        ("enabled: maybe", 'enabled of range "London" must be true or false, but this is "maybe".'),
        ('enabled: "true"', "must be true or false"),
        ("adopt:", 'adopt of range "London" has no value'),
        ("draw: random", 'draw of range "London" cannot be "random": use lowest or longest_idle.'),
        ("grace: soon", 'grace of range "London": "soon" is not a duration'),
        ("quarantine: 4000d", "too long"),
        ("alert_below: -1", "must be a whole number from 0"),
        ("numbers:", 'numbers of range "London" has no value'),
        ("numbers: {a: b}", "must be a list, but this is a group of keys"),
        (
            "numbers:\n  - '+442079460000'\n  - '02079460001'",
            'line 7: numbers of range "London": "02079460001" is not an',
        ),
        ("numbers: ['+442079460009-+442079460000']", "ends before it starts"),
        ("numbers: ['+442079460000-+44207946000']", "different lengths"),
        ("numbers: ['+999123456789']", "no country has a calling code"),
        ("numbers: [[1]]", "must be a single value, but this is a list"),
        ("numbers: ['+442079460000']\nreserve: ['+442079460001']", "line 6: reserve of range"),
        (
            "numbers: ['+442079460000']\nblock: ['+442079460000-+442079460003']",
            "+442079460001-+442079460003, not in its",
        ),
        (
            "numbers: ['+442079460000']\nreserve: ['+442079460000']\nblock: ['+442079460000']",
            'line 7: range "London" both reserves and blocks +442079460000',
        ),
        (
            "select: {country: GB}",
            'line 5: range "London" is of type direct_routing, which cannot have select',
        ),
        ("location: ''", 'location of range "London" is empty'),
        ("policies: [a]", "must consist of keys and values"),
        ("policies: {A: ''}", "A in policies of range"),
        ("policies: {'a b': c}", "is not the name of a policy type"),
        ("policies: {TenantDialPlan: a, tenantdialplan: b}", "tenantdialplan stands in policies of range"),
        ("rule:\n  a: b", 'rule of range "London" must be a text'),
    ],
)
def test_what_is_wrong_in_a_range_is_told_with_its_line(lines: str, wanted: str) -> None:
    assert wanted in only(in_range(lines))


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("select: {}", "selects nothing"),
        ("select: {county: GB}", 'did you mean "country"?'),
        ("select: {country: UK}", "write the two letters of a country, such as GB"),
        ("select: {country: GB, area_code: '01235'}", "write it without the 0 that is dialled before it"),
        ("select: {city: null}", "city in select of range"),
        ("select: all", 'but this is "all"'),
    ],
)
def test_what_is_wrong_in_a_selector_is_told(lines: str, wanted: str) -> None:
    assert wanted in "\n".join(problems(in_range(lines).replace("direct_routing", "operator_connect")))


def test_an_area_code_need_not_be_quoted_and_italian_ones_keep_their_zero() -> None:
    text = in_range("select: {country: it, area_code: 06}").replace("direct_routing", "calling_plan")
    assert one(text)["select"] == {"country": "IT", "area_code": "06"}


def test_numbers_need_not_be_quoted() -> None:
    numbers = one(in_range("numbers: [+442079460000, +442079460002-+442079460003]"))["numbers"]
    assert [str(block) for block in numbers] == ["+442079460000", "+442079460002-+442079460003"]


def test_one_number_alone_counts_as_a_list_of_one() -> None:
    assert [str(block) for block in one(in_range("numbers: '+442079460000'"))["numbers"]] == ["+442079460000"]


def test_null_as_a_value_unassigns_a_policy() -> None:
    assert one(in_range("policies: {TenantDialPlan: null}"))["policies"] == {"TenantDialPlan": None}


def one(text: str) -> Any:
    """The settings of the file's one range."""
    ranges = check(text).ranges
    assert ranges is not None
    return ranges[0].settings


def test_a_number_in_two_ranges_names_both() -> None:
    text = """
tenant: contoso
ranges:
  - {name: A, type: direct_routing, numbers: ["+442079460000-+442079460009", "+442079460050;ext=1"]}
  - {name: B, type: calling_plan, numbers: ["+442079460050;ext=1"]}
  - {name: C, type: direct_routing, numbers: ["+442079460005-+442079460019"]}
  - {name: D, type: direct_routing, numbers: ["+442079460009", "+442079460050"]}
"""
    found = problems(text)
    assert found[0].startswith('line 5: +442079460050;ext=1 is in two ranges, "A" (line 4) and "B"')
    assert found[1].startswith('line 6: +442079460005-+442079460009 are in two ranges, "A" (line 4) and "C"')
    assert found[2].startswith('line 7: +442079460009 is in two ranges, "C" (line 6) and "D"')
    assert len(found) == 3


def test_all_errors_come_together_in_the_order_of_lines() -> None:
    text = in_range("rule: Cityy = 1\npriority: x\ngrace: y").replace(
        "tenant: contoso", "tenant: contoso\npoll: 1s"
    )
    lines = [line.split(":")[0] for line in problems(text)]
    assert lines == ["line 2", "line 6, column 11", "line 7", "line 8"]


def test_more_direct_routing_numbers_than_can_be_are_refused() -> None:
    blocks = ", ".join(f"+4420{first}000000-+4420{first}999999" for first in (70, 71, 72))
    assert "declare 3,000,000 numbers: at most 2,000,000 can be" in only(in_range(f"numbers: [{blocks}]"))


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("rule: City = London", "line 5, column 18"),
        ("rule: 'City = \"a'' b\" ANDD x'", "line 5, column 27"),
        ('rule: "City = \\"a\\" ANDD x"', "line 5, column 25"),
        ('rule: |\n  City = "a"\n    AND Cityy = "b"', "line 7, column 13"),
        ('rule: >-\n  City = "a"\n  AND\n\n  Cityy = "b"', "line 9, column 7"),
        ('rule: City = "a"\n  AND Cityy = "b"', "line 6, column 11"),
        ('rule: \'City = "a"\n\n  AND Cityy = "b"\'', "line 7, column 11"),
        ('rule: "City = \\"\\u0061\\" AND\\\n  \\ Cityy = \\"b\\""', "line 6, column 9"),
        ('rule: City = "a" AND', "line 5, column 25"),
        ("rule: ''", "line 5, column 12"),
    ],
)
def test_a_broken_rule_is_told_with_its_place_in_the_file(lines: str, place: str) -> None:
    found = only(in_range(lines))
    assert found.startswith(f'{place}: rule of range "London" is broken: '), found


def test_an_unknown_attribute_is_told_with_what_was_meant() -> None:
    found = only("tenant: x\nexclude: 'Ofice = \"a\"'")
    assert found == 'line 2, column 11: exclude is broken: Unknown attribute "Ofice"; did you mean Office?'


def test_a_file_with_a_bom_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(b"\xef\xbb\xbftenant: contoso\r\nmode: full\r\npool: 1\r\n")
    assert problems(configfile.read_file(file)) == [
        'line 3: "pool" is not a key of the file: did you mean "poll"?'
    ]


def test_a_file_that_is_no_text_or_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    with pytest.raises(ConfigUnreadable, match="can't be read"):
        configfile.read_file(file)
    file.write_bytes(b"tenant: caf\xe9")
    with pytest.raises(ConfigUnreadable, match="save it as UTF-8"):
        configfile.read_file(file)
