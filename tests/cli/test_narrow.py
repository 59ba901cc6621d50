"""Tables on a terminal that is too narrow for them."""

from numberline.cli import narrow

COLUMNS = ("UPN", "Number", "Since", "Why")
LONG = "Holds +442079460000 of range London Park Lane, whose rule matches."


def shown(rows: list[tuple[str, ...]], room: int) -> list[str]:
    return [line for line, _ in narrow.lines(COLUMNS, rows, room, "-")]


def test_what_does_not_fit_beside_stands_below_with_its_name() -> None:
    row = ("ann@contoso.example", "+44 20 7946 0000", "2026-11-23", LONG)
    assert shown([row], 50) == [
        "UPN                  Number            Since",
        "ann@contoso.example  +44 20 7946 0000  2026-11-23",
        "  Why: Holds +442079460000 of range London Park",
        "    Lane, whose rule matches.",
    ]


def test_short_facts_below_share_a_line() -> None:
    row = ("ann@contoso.example", "+44 20 7946 0000", "2026-11-23", "It is so.")
    assert shown([row], 40)[1:] == [
        "ann@contoso.example  +44 20 7946 0000",
        "  Since: 2026-11-23; Why: It is so.",
    ]


def test_nothing_is_ever_cut_off_and_no_line_below_is_wider_than_the_terminal() -> None:
    rows = [(f"{name}@contoso.example", "+44 20 7946 0000", "-", LONG) for name in ("a", "b" * 60)]
    for room in range(30, 120, 7):
        text = " ".join(" ".join(shown(rows, room)).split())
        for row in rows:
            assert row[0] in text
            assert row[3] in text
        below = [line for line, is_below in narrow.lines(COLUMNS, rows, room, "-") if is_below]
        assert max(map(len, below)) <= room


def test_a_column_without_any_value_takes_no_room() -> None:
    rows = [("ann@contoso.example", "-", "-", "-")]
    assert shown(rows, 80) == ["UPN", "ann@contoso.example"]
