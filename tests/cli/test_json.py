"""The JSON that scripts rely on (section 7 of the specification), key by key, from a tenant that has lived a little."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Command
from tests.support.tenant import Office, connected

CONFIGURATION = """
tenant: contoso
mode: assign
limits: {assign: 2}
ranges:
  - name: London Park Lane
    type: direct_routing
    provider: BT
    numbers: ["+442079460000-+442079460009", "+442079460020;ext=12"]
    rule: 'Office = "Park Lane" AND City = "LONDON"'
    reserve: ["+442079460000"]
  - name: Leeds
    type: direct_routing
    numbers: ["+441632960000"]
"""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

CHANGE = ["action", "person", "upn", "number", "from_number", "range", "type", "code", "reason"]
NUMBER = [
    "number",
    "type",
    "provider",
    "range",
    "state",
    "holder",
    "upn",
    "locked",
    "reserved_for",
    "since",
    "until",
]
PERSON = [
    "person",
    "upn",
    "name",
    "enabled",
    "deleted",
    "entitlement",
    "ready",
    "number",
    "decision",
    "locked",
    "excluded",
]
RUN = ["tenant", "run", "mode", "read", "applied", "waiting", "held", "failed", "seconds"]


@dataclass
class Lived:
    """The tenant after one sync: two people were served, one is over the limit, one matches no rule."""

    office: Office
    sync: dict[str, Any]
    served: str
    waiting: str


@pytest.fixture
def lived(cli: Command, tmp_path: Path) -> Iterator[Lived]:
    """See Lived."""
    with connected(cli, tmp_path, configuration=CONFIGURATION) as office:
        served = office.joiners(1, userPrincipalName="ada@contoso.example", displayName="Ada Abbott")[0]
        office.joiners(2)
        waiting = office.joiners(1, city="Truro", userPrincipalName="cleo@contoso.example")[0]
        told = office.sync(codes=(4,))
        yield Lived(office, told, served, waiting)


def test_json_of_every_command(lived: Lived) -> None:
    """One life for all of it: connecting and syncing takes longer than looking."""
    sync_says_what_was_done(lived)
    plan_says_what_is_wanted(lived)
    explain_names_every_range(lived)
    numbers_are_listed_and_shown(lived)
    people_are_listed_and_shown(lived)
    the_worklist_is_listed(lived)


def sync_says_what_was_done(lived: Lived) -> None:
    told = lived.sync
    assert list(told) == RUN
    assert (told["tenant"], told["mode"]) == ("contoso", "assign")
    assert told["read"] == {"people": 4, "numbers": 0}
    assert told["applied"] == {"assign": 2, "change": 0, "release": 0}
    assert (told["waiting"], told["held"], told["failed"]) == (1, 1, 0)
    assert isinstance(told["run"], int)
    assert 0 < told["seconds"] < 240


def plan_says_what_is_wanted(lived: Lived) -> None:
    told = lived.office.json("plan", "contoso", codes=(2,))
    assert list(told) == ["tenant", "plan", "digest", "mode", "changes", "waiting", "held", "counts"]
    assert (told["tenant"], told["mode"], told["changes"]) == ("contoso", "assign", [])
    assert told["counts"] == {"assign": 0, "change": 0, "release": 0, "waiting": 1, "held": 1}
    (held,) = told["held"]
    assert list(held) == [*CHANGE, "limit"]
    assert (held["action"], held["code"], held["limit"]) == ("assign", "next_available", "assign")
    assert (held["from_number"], held["range"], held["type"]) == (None, "London Park Lane", "direct_routing")
    (waiting,) = told["waiting"]
    assert list(waiting) == ["person", "upn", "code", "reason"]
    assert (waiting["upn"], waiting["code"]) == ("cleo@contoso.example", "no_matching_rule")


def explain_names_every_range(lived: Lived) -> None:
    told = lived.office.json("explain", "contoso", "CLEO@contoso.example")
    assert list(told) == ["person", "upn", "entitlement", "ready", "holds", "decision", "ranges"]
    assert (told["person"], told["entitlement"], told["holds"]) == (lived.waiting, "carrier", None)
    assert list(told["decision"]) == ["action", "code", "reason"]
    assert [list(r) for r in told["ranges"]] == [["range", "chosen", "code", "reason", "available"]] * 2
    assert {r["range"]: r["code"] for r in told["ranges"]} == {
        "London Park Lane": "rule_false",
        "Leeds": "no_rule",
    }


def numbers_are_listed_and_shown(lived: Lived) -> None:
    items = lived.office.json("number", "list", "contoso")["items"]
    assert [item["number"] for item in items] == [
        "+441632960000",
        *(f"+44207946000{n}" for n in range(10)),
        "+442079460020;ext=12",
    ]
    assert all(list(item) == NUMBER for item in items)
    assert all(TIME.fullmatch(item["since"]) for item in items)
    assert [
        i["number"] for i in lived.office.json("number", "list", "contoso", "--state", "reserved")["items"]
    ] == ["+442079460000"]
    assert len(lived.office.json("number", "list", "contoso", "--range", "leeds")["items"]) == 1
    held = next(item for item in items if item["holder"] == lived.served)
    assert (held["state"], held["upn"], held["provider"]) == ("assigned", "ada@contoso.example", "BT")
    assert (held["locked"], held["reserved_for"], held["until"]) == (False, None, None)

    shown = lived.office.json("number", "show", "contoso", held["number"])
    history = shown.pop("history")
    assert shown == held
    assert all(list(entry) == ["at", "from", "to", "holder", "by", "reason"] for entry in history)
    assert [(e["from"], e["to"]) for e in history[-2:]] == [
        ("available", "assigning"),
        ("assigning", "assigned"),
    ]
    assert history[-1]["holder"] == lived.served
    assert history[-1]["by"].startswith("cli:")
    assert lived.office.json("number", "history", "contoso", held["number"]) == {"items": history}

    then = lived.office.json("number", "show", "contoso", held["number"], "--at", "2999-12-31")
    assert list(then) == [*NUMBER, "history"]
    assert (then["state"], then["holder"], then["locked"]) == ("assigned", lived.served, None)


def people_are_listed_and_shown(lived: Lived) -> None:
    items = lived.office.json("person", "list", "contoso")["items"]
    assert len(items) == 4
    assert [list(item) for item in items if "held" not in item] == [PERSON] * 3
    (held,) = (item for item in items if "held" in item)
    assert [key for key in held if key != "held"] == PERSON
    assert (held["held"]["limit"], held["decision"]["action"]) == ("assign", "assign")
    shown = lived.office.json("person", "show", "contoso", "Ada@Contoso.Example")
    assert list(shown) == [*PERSON, "attributes"]
    assert ID.fullmatch(shown["person"])
    assert (shown["person"], shown["name"], shown["enabled"], shown["deleted"]) == (
        lived.served,
        "Ada Abbott",
        True,
        False,
    )
    assert (shown["entitlement"], shown["ready"]) == ("carrier", True)
    assert (shown["locked"], shown["excluded"]) == (False, False)
    assert list(shown["decision"]) == ["action", "code", "reason"]
    assert shown["decision"]["code"] == "holds"
    assert shown["number"].startswith("+44207946000")
    assert shown["attributes"]["officeLocation"] == "Park Lane"
    assert shown == {
        **next(i for i in items if i["person"] == lived.served),
        "attributes": shown["attributes"],
    }


def the_worklist_is_listed(lived: Lived) -> None:
    lived.office.simulator.control.assign_out_of_band("+442079460009", lived.served, type="directRouting")
    lived.office.sync("--full", codes=(0, 4))
    told = lived.office.json("worklist", "contoso")
    assert list(told) == ["items"]
    for item in told["items"]:
        assert list(item) == ["code", "since", "person", "number", "cause", "remedy", "detail"]
        assert TIME.fullmatch(item["since"])
    assert "double_claim" in [item["code"] for item in told["items"]]


def test_listings_of_nothing_are_empty_and_say_so_to_people(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path, configuration="") as office:
        for words, sentence in (
            (("number", "list"), "There is no number yet"),
            (("person", "list"), "Nobody has been read"),
            (("worklist",), "Nothing in contoso needs a human."),
        ):
            assert office.json(*words, "contoso") == {"items": []}
            done = cli(*words, "contoso")
            assert (done.code, done.err) == (0, "")
            assert sentence in done.out


def test_a_listing_is_valid_json_line_by_line(cli: Command, tmp_path: Path) -> None:
    with connected(cli, tmp_path, configuration=CONFIGURATION):
        done = cli("number", "list", "contoso", "--json")
        first, *rows, last = done.out.splitlines()
        assert (first, last) == ('{"items": [', "]}")
        assert len([json.loads(row.rstrip(",")) for row in rows]) == 12
