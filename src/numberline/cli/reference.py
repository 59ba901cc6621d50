"""Writes docs/reference/commands.md from the commands themselves: `python -m numberline.cli.reference`.

A test holds the page to what this writes, so that it can't fall behind.
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from numberline.cli.commands import command

HEAD = """\
# Commands

*This page is written by `python -m numberline.cli.reference`; change the commands' own help, not this page.*

TENANT is a tenant's name or Entra id. PERSON is an object id or user principal name, ignoring case; a live person
beats a deleted one of the same name. NUMBER is E.164, such as `+442079460012`, with `;ext=12` for an extension.

Results go to stdout, everything else to stderr. `--json` prints what scripts can rely on ([below](#json) stands what
is in it). Progress is shown on a terminal only.

| exit code | means |
| --- | --- |
| 0 | done (people may still wait) |
| 1 | an error or wrong usage: one sentence on stderr says what to do |
| 2 | from `plan`: there is something to do, held or not |
| 3 | some items failed; each is named on stderr |
| 4 | something is held by a limit, or a plan was refused because the world moved |
| 5 | another run is busy with the tenant |
| 130, 143 | stopped by Ctrl-C, or by SIGTERM (`demo`, `serve` and `worker` end with 0) |
"""

TAIL = """\
## JSON

Listings are `{"items":[…]}`. Absent values are null. `person` and `holder` are object ids; numbers are E.164 with `+`
(and `;ext=`); times are RFC 3339 in UTC.

| command | prints |
| --- | --- |
| `plan` | `{"tenant","plan","digest","mode","changes":[{"action","person","upn","number","from_number","range","type","code","reason"}],"waiting":[{"person","upn","code","reason"}],"held":[{as changes,"limit"}],"counts":{"assign","change","release","waiting","held"}}`; `limit` is `assign`, `change`, `release`, `mode` or `listing` |
| `sync`, `apply` | `{"tenant","run","mode","read":{"people","numbers"},"applied":{"assign","change","release"},"waiting","held","failed","seconds"}` |
| `explain` | `{"person","upn","entitlement","ready","holds","decision":{"action","code","reason"},"ranges":[{"range","chosen","code","reason","available"}]}`; every range always; its code is `chosen`, `candidate` (would also serve), `wrong_type`, `rule_false`, `no_rule`, `disabled_range`, `country_mismatch`, `no_location` or `range_exhausted`; while something holds the decision there is `"held":{"limit","since"}` besides, `limit` as in `plan` |
| `number show` | `{"number","type","provider","range","state","holder","upn","locked","reserved_for","since","until","history":[{"at","from","to","holder","by","reason"}]}`; with `--at` a day of which nothing is recorded, `state` and `holder` are null and `history` is empty |
| `number list` | items as `number show`, without history |
| `number assign`, `change`, `swap`, `release`, `adopt` | `{"tenant","run","preview","changes":[{as changes of `plan`,"outcome","detail"}],"failed"}`; `code` is `by_hand`, `action` of `number adopt` is `adopt`, a swap is two changes; `outcome` is `done`, `unchanged` (it was so already), `in_doubt` (Microsoft was asked and Teams does not show it yet: the next sync takes it to its end), `failed`, or null with `--preview` |
| `number reserve`, `unreserve`, `block`, `unblock`, `lock`, `unlock` | the number afterwards, as `number show` |
| `number history` | items as the history of `number show` |
| `number recount` | items `{"range","country","area_code","type","provider","state","tally","numbers"}`: what was wrong, and is mended; none when the tally was right |
| `person show` | `{"person","upn","name","enabled","deleted","entitlement","ready","number","decision":{"action","code","reason"},"locked","excluded","attributes":{…}}`; `held` besides as in `explain` |
| `person lock`, `unlock`, `exclude`, `include` | the person afterwards, as `person show` |
| `person history` | items `{"at","verb","number","from","to","holds":[…],"by","reason"}`; `holds` are the numbers that they held after it |
| `person list` | items as `person show`, without attributes |
| `worklist` | items `{"code","since","person","number","cause","remedy","detail"}` |
| `audit verify` | items `{"tenant","whole","whole_since","entries","head","findings":[{"fault","first","last","text"}]}`; `fault` is `altered`, `missing`, `misplaced`, `cut_off`, `added`, `key_unknown`, `not_provable`, `head_missing`, `head_altered`, `head_differs` or `nothing_recorded`; `first` and `last` are numbers of entries, null for the head; `whole_since` is the entry with which the trail was begun anew, null unless nothing but `not_provable` is found |
| `audit export` | a line of JSON for each entry: `{"tenant","seq","at","actor","verb","person","number","before","after","code","reason","ticket","run","key","mac"}`; `at` with microseconds |
| `account add`, `account link` | `{"account","link","until"}`; the link is shown this once |
| `account list` | items `{"account","name","owner","active","second_factor","signed_in","roles":{tenant: role},"invited":{tenant: role}}` |
| `tenant list` | items `{"tenant","entra_id","mode","country","poll_seconds","last_run","outcome","error"}`; `outcome` is `done`, `failed`, `ended` (told to end before it was through), `refused` (an administrator's command, before it did anything) or null (under way) |
| `tenant check` | `{"tenant","ok","checks":[{"check","ok","needed","code","detail","remedy"}]}` |
| `config apply` | `{"tenant","preview","changed","settings":[…],"ranges":{"added":[…],"changed":{…},"removed":[…]},"numbers":{"added","retired","moved","reserve","unreserve","block","unblock"},"mismatched":[{"number","type","range"}]}` |
| `config check` | `{"tenant","ranges":[…],"confirmed":[…],"errors":[…],"doubts":[…],"unchecked":[…]}`; without `--online` the others are null, and doubts are those that the file alone gives |
| `import numbers` | `{"tenant","preview","rows","ranges":{range: count},"added","moved","present","mismatched":[{"number","type","range"}]}` |
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *(_section(path, each) for path, each in walk(command(), "numberline")), TAIL]
    return "\n".join(parts)


def walk(group: TyperGroup, path: str) -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, with its full name, in the order of the help."""
    context: Any = None
    for name in group.list_commands(context):
        each: Any = group.get_command(context, name)
        if isinstance(each, TyperGroup):
            yield from walk(each, f"{path} {name}")
        else:
            yield f"{path} {name}", each


def examples_of(each: TyperCommand) -> list[str]:
    """The example lines of a command."""
    return [line.strip() for line in (each.epilog or "").splitlines() if line.startswith("  ")]


def _section(path: str, each: TyperCommand) -> str:
    parts = [f"## `{path}`", "", *_prose(each.help or ""), "```sh", *_usage(path, each), "```", ""]
    rows = [_row(parameter) for parameter in each.params if parameter.name != "help"]
    parts += ["| argument or option | |", "| --- | --- |", *rows, ""] if rows else []
    parts += ["```sh", *examples_of(each), "```", ""]
    return "\n".join(parts)


def _prose(text: str) -> list[str]:
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return [line for paragraph in paragraphs for line in (*_paragraph(paragraph), "")]


def _paragraph(text: str) -> list[str]:
    """A paragraph in one line; one whose lines are to be kept (marked as for the help) as it is."""
    if text.startswith("\b\n"):
        return ["```text", *text.splitlines()[1:], "```"]
    return [" ".join(text.split())]


def _usage(path: str, each: TyperCommand) -> list[str]:
    words = [path]
    for parameter in each.params:
        if parameter.name == "help":
            continue
        text = _spelled(parameter)
        words.append(text if parameter.required else f"[{text}]")
    return [" ".join(words)]


def _spelled(parameter: Any) -> str:
    """A parameter as one writes it: its place word, or its option with a place word for the value."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper()
    value = "" if parameter.is_flag else f" {parameter.metavar or 'VALUE'}"
    return f"{parameter.opts[-1]}{value}"


def _row(parameter: Any) -> str:
    text = " ".join((parameter.help or "").split())
    default = parameter.default
    if default not in (None, False, "", ()) and not callable(default) and not parameter.required:
        text += f" Default: `{default:g}`." if isinstance(default, float) else f" Default: `{default}`."
    return f"| `{_spelled(parameter)}` | {text} |"


def main() -> None:
    """Write the page to docs/reference/commands.md below the current folder, or to the file that is named."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/reference/commands.md")
    file.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
