"""The ten most common mornings of an operator: what the pages show is what happens, command by command."""

from pathlib import Path

import pytest

from tests.mornings import scenes
from tests.mornings.company import Company, company
from tests.mornings.operator import Operator, ending, parts
from tests.support import pages, quick
from tests.support.command import ROOT

pytestmark = (
    pytest.mark.sqlite
)  # the pages are the subject; what their commands do is tested on both databases
MORNINGS = sorted((ROOT / "docs" / "how-to" / "mornings").glob("*.md"))


def happens(ours: Company, name: str) -> None:
    """Let a scene happen, by its name."""
    getattr(scenes, name)(ours)


@pytest.mark.parametrize("page", MORNINGS, ids=lambda page: page.stem)
@pytest.mark.usefixtures("database")
def test_a_morning_goes_as_its_page_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = Operator(tmp_path, monkeypatch)
    with quick.here(), company(operator) as ours:
        happens(ours, page.stem.replace("-", "_"))
        for event, steps in parts(page):
            if event:
                happens(ours, event)
            for step in steps:
                follow(operator, step)


def follow(operator: Operator, step: pages.Step) -> None:
    """Do what a step says, and compare what it prints."""
    if step.file:
        (operator.folder / step.file).write_text(step.text, encoding="utf-8")
        return
    code, shown = ending(step.shown)
    done = operator.types(step.command)
    printed = done.out + done.err
    assert done.code == code, f"{step.command} ended with {done.code}\n{printed}"
    assert pages.agrees(tuple(shown), printed), f"{step.command} printed\n{printed}"
