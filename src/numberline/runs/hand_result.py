"""What became of what an administrator asked for, as `--json` prints it, and the exit code that it means."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numberline.assignments.claims import BY_HAND

DONE, UNCHANGED, IN_DOUBT, FAILED = "done", "unchanged", "in_doubt", "failed"
"""Outcomes; none for what was only looked at."""


@dataclass(slots=True)
class HandRow:
    """One change that was asked for, as the row of a plan, with its outcome (None: a preview) and a sentence on it.

    `number` is what the person is to have, or to lose; `from_number` what they have before a change or a swap.
    """

    action: str
    person: str
    upn: str
    number: str
    from_number: str = ""
    range: str = ""
    type: str = ""
    reason: str = ""
    outcome: str | None = None
    sentence: str = ""

    def to_json(self) -> dict[str, Any]:
        """The row of a plan (spec section 7), with the outcome and its sentence."""
        return {
            "action": self.action,
            "person": self.person,
            "upn": self.upn or None,
            "number": self.number,
            "from_number": self.from_number or None,
            "range": self.range or None,
            "type": self.type or None,
            "code": BY_HAND,
            "reason": self.reason,
            "outcome": self.outcome,
            "detail": self.sentence,
        }


@dataclass(slots=True)
class HandResult:
    """The outcome of a command of hands."""

    tenant: str
    run: int
    preview: bool
    rows: Sequence[HandRow] = field(default_factory=tuple)

    @property
    def failed(self) -> list[HandRow]:
        """What was asked for and is not so."""
        return [row for row in self.rows if row.outcome == FAILED]

    @property
    def exit_code(self) -> int:
        """0 done (or on its way), 3 when anything failed."""
        return 3 if self.failed else 0

    def to_json(self) -> dict[str, Any]:
        """The JSON that scripts can rely on (docs/reference/commands.md)."""
        return {
            "tenant": self.tenant,
            "run": self.run,
            "preview": self.preview,
            "changes": [row.to_json() for row in self.rows],
            "failed": len(self.failed),
        }
