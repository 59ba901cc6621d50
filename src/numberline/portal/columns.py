"""Which columns of a list its reader wants to see: chosen in the address, and remembered for the session."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is offered: its name in the address, its title, and whether it is shown now."""

    name: str
    title: str
    shown: bool


def columns_of(
    request: HttpRequest, page: str, offered: Mapping[str, str], usual: tuple[str, ...]
) -> list[Column]:
    """The columns that a list offers, in their order.

    `column` in the address, once for each, says which are shown (those that are not offered are left out, and an empty
    one alone shows none of them); else the last choice on this page in this session; else the usual ones.

    Args:
        request: the list's request.
        page: what the choice is remembered by.
        offered: title by name.
        usual: the names that are shown until somebody chooses.
    """
    key = f"columns-{page}"
    if "column" in request.GET:
        wanted = [name for name in request.GET.getlist("column") if name in offered]
        if request.session.get(key) != wanted:
            request.session[key] = wanted
    chosen = request.session.get(key, usual)
    return [Column(name, title, name in chosen) for name, title in offered.items()]


def names_shown(columns: list[Column]) -> set[str]:
    """The names of those that are shown."""
    return {column.name for column in columns if column.shown}
