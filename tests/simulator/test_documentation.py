"""docs/explain/simulator.md names everything the simulator can be told."""

import re
from pathlib import Path

import pytest

from numberline.simulator.client import Control
from numberline.simulator.client import Control as Client
from numberline.simulator.faults import READS, STRIKES, WRITES, Timing
from numberline.simulator.questions import QUESTIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "explain" / "simulator.md").read_text(encoding="utf-8")
INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"(?s)```.*?```", "", PAGE))
CODE = set(re.findall(r"[a-z_]+", " ".join(INLINE)))


@pytest.mark.parametrize("name", sorted({*STRIKES, *Timing.__struct_fields__, *READS, *WRITES}))
def test_every_fault_timing_and_kind_is_documented(name: str) -> None:
    assert name in CODE


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_open_question_is_documented_with_its_answers(name: str) -> None:
    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    answers = ", ".join(str(answer).removesuffix(".0").lower() for answer in QUESTIONS[name].answers)
    assert line.split("|")[2].strip().lower() == answers.lower()


def test_every_control_verb_is_documented_and_has_a_method(control: Control) -> None:
    with pytest.raises(Exception, match="there are") as caught:
        control.call("nothing")
    verbs = set(str(caught.value).partition("there are ")[2].rstrip(".").split(", "))
    assert len(verbs) > 30
    assert verbs <= CODE
    assert verbs <= set(dir(Client))
