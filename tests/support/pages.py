"""The pages of the documentation: their commands with what they print, the files that they let people write, links."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.command import ROOT

MASKS = (
    (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME"),
    (r"(Plan|--plan) [0-9a-f]{8}\b", r"\1 ID"),
    (r"digest [0-9a-f]{12}", "digest ID"),
    (r"in \d+\.\d s\b", "in SECONDS"),
    (r"run \d+", "run N"),
    (r"cli:\S+", "cli:WHO"),
    (r"127\.0\.0\.1:\d+", "HOST"),
    (r"[ \t]+", " "),
)
"""What differs from one machine and one run to the next."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a page lets its reader do: run `command`, which prints `shown`, or write `text` into `file`."""

    command: str = ""
    shown: tuple[str, ...] = ()
    file: str = ""
    text: str = ""


def pages() -> list[Path]:
    """Every page that people read: those of docs/ and those beside the README."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def steps(page: Path) -> list[Step]:
    """The steps of a page, in order.

    Commands stand in blocks of the kind `console` behind a `$`, each with what it prints below it. A block of the kind
    `yaml` goes into the file that the page named last.
    """
    return steps_in(page.read_text(encoding="utf-8"))


def steps_in(text: str) -> list[Step]:
    """The steps of a part of a page, in order."""
    found: list[Step] = []
    for block in re.finditer(r"^```(console|yaml)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        kind, body = block.groups()
        if kind == "yaml":
            named = re.findall(r"`([\w-]+\.yaml)`", text[: block.start()])
            found.append(Step(file=named[-1], text=body))
        else:
            found += [_step(part) for part in re.split(r"^\$ ", body, flags=re.MULTILINE) if part]
    return found


def _step(part: str) -> Step:
    """Split a command from what it prints: the command ends where the shell has all of it."""
    lines = part.splitlines()
    for count in range(1, len(lines) + 1):
        command = "\n".join(lines[:count])
        whole = subprocess.run(["sh", "-n", "-c", command], capture_output=True, check=False).returncode == 0
        if whole and not command.endswith("\\"):
            return Step(command, tuple(lines[count:]))
    raise ValueError(f"This is not a command: {part}")


def masked(text: str) -> list[str]:
    """The lines of a text without what differs from run to run."""
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def agrees(shown: tuple[str, ...], printed: str) -> bool:
    """Whether a command printed what the page shows; a line `...` stands for any lines."""
    expected, got = masked("\n".join(shown)), masked(printed)
    pattern = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in got)) is not None


def code_of(page: Path) -> list[str]:
    """Everything on a page that is set as code: blocks for the shell, and code within sentences."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|console|ini)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", prose)


def anchors(page: Path) -> set[str]:
    """What links may lead to within a page: its headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    """The targets of a page's links that stay within the repository."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose))
    return [target for target in targets if not re.match(r"[a-z]+:", target)]
