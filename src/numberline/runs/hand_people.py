"""The CSV file of people who are to have other numbers."""

from dataclasses import dataclass
from typing import Final

from numberline.inventory.csv_table import Kind, Problem, TableRefused, read_table

PEOPLE: Final = Kind(
    columns=("person", "number"),
    required=("person",),
    nothing="nobody is to have another number",
    smaller="write a row for each person and nothing else",
)


class PeopleRefused(TableRefused):
    """Nobody's number was changed. `problems` has every error in the order of rows."""

    beginning = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody (object id or UPN) who is to have this number in place of their own; None: the next one of `range`, else
    the one that matches them now. `row` is the line of the file that says so, 0 for no file."""

    person: str
    number: str | None = None
    row: int = 0
    range: str = ""


def read_people_file(data: bytes, *, to_match: bool) -> list[Wanted]:
    """Whom a CSV file with the header `person,number` names; `to_match`: who has no number there gets the one that
    matches. Raises PeopleRefused."""
    try:
        rows = read_table(data, PEOPLE)
    except TableRefused as error:
        raise PeopleRefused(error.problems) from None
    wrong = []
    for line, cells in rows:
        if not cells["person"]:
            wrong.append(Problem(line, "it names no person: write an object id or user principal name."))
        elif not (cells["number"] or to_match):
            wrong.append(Problem(line, "it has no number: write one, or use --to-match."))
    if wrong:
        raise PeopleRefused(wrong)
    return [Wanted(cells["person"], cells["number"] or None, line) for line, cells in rows]
