"""Long-running operations: what a 202 promises, and what came of it."""

from random import Random
from typing import Any

from . import identifiers, timestamps

TERMINAL = frozenset({"succeeded", "failed", "skipped"})


class Operation:
    """One order for one number (Microsoft: teamsadministration-telephonenumberlongrunningoperation).

    `settled_at` is when everything it does is done and visible; None until then.
    """

    __slots__ = (
        "created_at",
        "detail",
        "id",
        "number",
        "person",
        "readable_at",
        "settled_at",
        "started_at",
        "status",
    )

    def __init__(self, kind: str, random: Random, number: str, person: str | None, now: float) -> None:
        self.id = identifiers.encode(f"{kind}|{identifiers.guid(random)}")
        self.number = number
        self.person = person
        self.created_at = now
        self.started_at = now
        self.readable_at = now
        self.settled_at: float | None = None
        self.status = "notStarted"
        self.detail: str | None = None

    @property
    def terminal(self) -> bool:
        """Whether the operation has said its last word."""
        return self.status in TERMINAL

    def document(self, base: str) -> dict[str, Any]:
        """The operation as Graph spells it; the first look after the 202 may still find it notStarted."""
        return {
            "@odata.context": f"{base}/$metadata#admin/teams/telephoneNumberManagement/operations/$entity",
            "id": self.id,
            "createdDateTime": timestamps.text(self.created_at),
            "status": self.status,
            "numbers": [
                {
                    "resourceLocation": f"{base}/admin/teams/telephoneNumberManagement/numberAssignments/"
                    + identifiers.number_id(self.number),
                    "status": self.status,
                    "statusDetail": self.detail,
                }
            ],
        }


class Operations:
    """All operations of the tenant, by id."""

    def __init__(self) -> None:
        self._all: dict[str, Operation] = {}

    def add(self, operation: Operation) -> None:
        """Keep the operation."""
        self._all[operation.id] = operation

    def read(self, id: str, now: float, retention: float) -> Operation | None:
        """The operation, unless it cannot be read yet or can no longer be read."""
        operation = self._all.get(id)
        if operation is None or now < operation.readable_at or now > operation.created_at + retention:
            return None
        if operation.status == "notStarted" and now > operation.started_at:
            operation.status = "running"
        return operation

    def open(self) -> int:
        """How many have not settled yet."""
        return sum(operation.settled_at is None for operation in self._all.values())
