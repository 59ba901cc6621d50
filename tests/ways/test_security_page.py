"""The page of threats names tests that are there, at least one for each threat."""

import re

import pytest

from tests.ways.test_containers import ROOT

pytestmark = pytest.mark.sqlite  # the page is the subject

PAGE = (ROOT / "docs" / "explain" / "security.md").read_text(encoding="utf-8")
THREATS = [line for line in PAGE.splitlines() if line.startswith("| ") and "::test_" in line]


@pytest.mark.parametrize("line", THREATS, ids=lambda line: line.split("|")[1].strip())
def test_what_is_said_to_stop_a_threat_is_tested(line: str) -> None:
    file, named = "", re.findall(r"`([\w/]+\.py)?::(test_\w+)`", line.split("|")[3])
    assert named
    for path, test in named:
        file = path or file
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{test}"


def test_no_threat_is_without_its_test() -> None:
    table = PAGE.split("| threat |")[1].split("\n\n")[0].splitlines()[2:]
    assert table == THREATS
    assert len(THREATS) > 15
