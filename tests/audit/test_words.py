"""Every verb that the product writes into the trail has plain words, and no others have."""

import ast
import re
from collections.abc import Iterator

from numberline.assignments.outcome import VERBS
from numberline.audit.earlier import VERB
from numberline.audit.words import SAID, said
from tests.support.source import ROOT, Module, dotted, modules

PUBLIC = {"Fact": 0, "rest": 3}
"""Functions and classes that take a verb by its place; the private ones of a module are found by their parameters."""
PASSED_ON = {"verb", "step.verb", "VERBS[change.kind]", "VERB", "*words"}
"""What stands in the place of a verb where it is not written out: handed on, or of a table that is looked at here."""


def places(module: Module) -> dict[str, int]:
    """The functions that take a verb by its place, as this module may call them."""
    found = dict(PUBLIC)
    for function in module.functions():
        names = [each.arg for each in function.args.args if each.arg != "self"]
        if function.name.startswith("_") and "verb" in names:
            found[function.name] = names.index("verb")
    return found


def in_place_of_a_verb(module: Module) -> Iterator[ast.expr]:
    by_place = places(module)
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        yield from (each.value for each in node.keywords if each.arg == "verb")
        at = by_place.get(dotted(node.func).rpartition(".")[2])
        if at is not None and len(node.args) > at:
            yield node.args[at]
    for node in ast.walk(module.tree) if module.name == "inventory/placement.py" else ():
        # Chosen first, passed on afterwards.
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb":
            yield from (each for each in ast.walk(node.value) if isinstance(each, ast.Constant))


def written() -> set[str]:
    """The verbs that stand in the source of what writes the trail."""
    found = {VERB, *VERBS.values()}
    for module in modules():
        if module.room in ("", "audit", "portal", "cli", "core", "simulator", "graph"):
            continue
        for place in in_place_of_a_verb(module):
            for each in (place.body, place.orelse) if isinstance(place, ast.IfExp) else (place,):
                if isinstance(each, ast.Constant):
                    found.add(str(each.value))
                else:
                    assert ast.unparse(each) in PASSED_ON, f"{module.at(each)} hides its verb"
    return found


def test_every_verb_has_its_words_and_there_are_no_words_for_others() -> None:
    assert written() == SAID.keys()


def test_the_page_of_the_record_has_the_same_table() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| ([a-zA-Z ]+) \|$", section(), re.MULTILINE)) == SAID


def section() -> str:
    page = ROOT / "docs" / "explain" / "record.md"
    return page.read_text(encoding="utf-8").partition("### Verbs")[2].partition("## ")[0]


def test_the_words_are_plain_and_tell_the_verbs_apart() -> None:
    assert not [words for words in SAID.values() if "_" in words or words != words.strip()]
    assert len(set(SAID.values())) == len(SAID)


def test_what_is_begun_is_told_by_where_it_leads() -> None:
    assert said("intend", "releasing") == "release begun"
    assert said("intend", "assigning") == "set aside to be assigned"
    assert said("intend") == "change begun"
    assert said("of_a_later_version") == "of a later version"
