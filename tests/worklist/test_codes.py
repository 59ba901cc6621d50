"""The table of codes, and the page that says the same to people."""

import ast
import re
from pathlib import Path

from numberline.worklist.codes import ADVICE, Advice
from tests.support.source import dotted, modules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "worklist.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def test_the_page_has_every_code_with_the_cause_and_the_remedy_of_the_table() -> None:
    page = {code: Advice(cause, remedy) for code, cause, remedy in ROW.findall(PAGE.read_text())}
    assert page == ADVICE
    assert list(page) == list(ADVICE)


def test_every_cause_and_remedy_is_one_sentence() -> None:
    for code, advice in ADVICE.items():
        for text in (advice.cause, advice.remedy):
            assert text[0].isupper(), code
            assert text.endswith("."), code
            assert ". " not in text, code


def opened() -> set[str]:
    """The codes that the product opens, as its source has them."""
    found = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func).endswith("open_item"):
                code = node.args[1]
                assert isinstance(code, ast.Constant), f"{module.at(node)} does not name the code"
                found.add(str(code.value))
    return found


def test_the_product_opens_every_code_of_the_table_and_no_other() -> None:
    assert opened() == set(ADVICE)
