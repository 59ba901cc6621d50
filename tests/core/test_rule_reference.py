"""docs/reference/rules.md says what is so: its examples are rules, its messages are ours."""

import re
from pathlib import Path

import pytest

from numberline.core.rule_builder import MAX_DEPTH
from numberline.core.rules import MAX_LENGTH, RuleError, parse

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = [
    line for block in re.findall(r"```rule\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
]
ERRORS = re.findall(r"^\| `(.+?)` \| (.+) \|$", TEXT.split("## Errors")[1].split("\n## ")[0], re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_rule(example: str) -> None:
    parse(example)


@pytest.mark.parametrize(("rule", "message"), ERRORS)
def test_every_message_is_the_one_that_the_rule_gets(rule: str, message: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(rule)
    assert refused.value.message == message


def test_the_page_has_examples_messages_and_the_limits() -> None:
    assert len(EXAMPLES) > 10
    assert len(ERRORS) > 10
    assert f"{MAX_LENGTH:,} characters" in TEXT
    assert f"{MAX_DEPTH} deep" in " ".join(TEXT.split())
