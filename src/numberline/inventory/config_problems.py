"""What is wrong with a configuration file: every error with its line, all of them together."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error. `line` and `column` count from 1; a column of 0 means that the line says enough, a line of 0 that it is
    about no file."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        if not self.line:
            return self.message
        place = f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.message}"


class ConfigError(Exception):
    """The file can't be applied. `problems` has every error in the order of lines; the text is one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigUnreadable(Exception):
    """The file can't be read as text. The message is one sentence that says what to do."""


class ConfigRefused(Exception):
    """Applying the file would leave numbers without a range that somebody holds, or that were kept by hand.

    `numbers` has each as (number, state, range). Nothing was changed.
    """

    SHOWN = 100

    def __init__(self, numbers: Iterable[tuple[str, str, str]]) -> None:
        self.numbers = tuple(numbers)
        lines = [
            f'{number} ({state}, of range "{name}")' for number, state, name in self.numbers[: self.SHOWN]
        ]
        if len(self.numbers) > self.SHOWN:
            lines.append(f"and {len(self.numbers) - self.SHOWN:,} more")
        count = "1 number" if len(self.numbers) == 1 else f"{len(self.numbers):,} numbers"
        super().__init__(
            f"Nothing was changed, because {count} would be left without a range: keep each in a range of the file, "
            "or release it first.\n" + "\n".join(lines)
        )


class ConfigBusy(Exception):
    """Another process changed the same numbers at the same moment: nothing was changed, apply again."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was changed, because another process changed the same numbers just then: do it again."
        )
