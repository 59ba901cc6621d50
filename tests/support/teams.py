"""A small Microsoft Teams in memory, with the interface of the Graph client, for tests of what is asked and sent.

It knows people and numbers, gives a number when asked properly, and refuses whatever the real client would not
take. `script` puts answers of one method in front: an exception is raised, a function is called in place of the
method (it may call the method again), anything else is returned.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec

from numberline.graph.answers import refusal
from numberline.graph.client import GraphClient
from numberline.graph.types import NUMBER_TYPES, GraphNumber, Operation, UserConfiguration
from tests import factories as make

PHONE, PLAN = ("Teams", "PhoneSystem"), ("Teams", "PhoneSystem", "CallingPlan")


class FakeTeams:
    """People by object id with their features, numbers by text; `asked` has every call with its arguments."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, ...]] = {}
        self.numbers: dict[str, GraphNumber] = {}
        self.asked: list[tuple[str, ...]] = []
        self.hidden: set[str] = set()
        self._scripted: dict[str, deque[Any]] = defaultdict(deque)
        self._operations: dict[str, Operation] = {}
        self._lock = threading.RLock()

    @property
    def client(self) -> GraphClient:
        """This, where a Graph client is expected."""
        return cast(GraphClient, self)

    # What tests tell it

    def knows(self, *names: str, features: tuple[str, ...] = PHONE) -> None:
        """Teams shows these features of these people."""
        self.people |= {make.oid(name): features for name in names}

    def lists(self, *numbers: GraphNumber) -> None:
        """Teams lists these numbers."""
        self.numbers |= {number.telephone_number: number for number in numbers}

    def script(self, method: str, *answers: Any) -> None:
        """The next answers of a method."""
        self._scripted[method] += answers

    def sent(self) -> list[tuple[str, ...]]:
        """Every request to assign: number, person, type, location."""
        return [call[1:] for call in self.asked if call[0] == "assign_number"]

    def wrote(self) -> list[tuple[str, str, str]]:
        """Every request that changes something, in order: `give` or `take`, the number, and to whom it is given."""
        verbs = {"assign_number": "give", "unassign_number": "take"}
        return [
            (verbs[call[0]], call[1], call[2] if call[0] == "assign_number" else "")
            for call in self.asked
            if call[0] in verbs
        ]

    def operation_is(self, status: str, detail: str = "") -> Callable[[str], Operation]:
        """A scripted answer: an operation that stands so."""
        return lambda link: operation(link, status, detail)

    # What the product asks

    def user_configuration(self, person: str) -> UserConfiguration | None:
        """Teams' own view of a person."""
        return cast(UserConfiguration | None, self._ask("user_configuration", person))

    def numbers_of(self, person: str) -> list[GraphNumber]:
        """The numbers that a person holds."""
        return cast(list[GraphNumber], self._ask("numbers_of", person))

    def number(self, text: str) -> GraphNumber | None:
        """One number."""
        return cast(GraphNumber | None, self._ask("number", text))

    def number_pages(self) -> Iterator[list[GraphNumber]]:
        """The whole list, two to a page."""
        listed = sorted(self.numbers.values(), key=lambda number: number.telephone_number)
        for start in range(0, len(listed), 2):
            yield cast(list[GraphNumber], self._ask("number_pages", listed[start : start + 2]))

    def assign_number(
        self, number: str, person: str, number_type: str, location_id: str | None = None
    ) -> str:
        """Ask for a number."""
        assert number.startswith("+"), number
        assert number_type in NUMBER_TYPES, number_type
        assert location_id != "", "an empty location is None"
        return str(self._ask("assign_number", number, person, number_type, location_id))

    def unassign_number(self, number: str, number_type: str) -> str:
        """Ask that a number be taken from whoever has it."""
        assert number.startswith("+"), number
        assert number_type in NUMBER_TYPES, number_type
        return str(self._ask("unassign_number", number, number_type))

    def operation(self, link: str) -> Operation | None:
        """An operation as it stands."""
        return cast(Operation | None, self._ask("operation", link))

    def _ask(self, method: str, *arguments: Any) -> Any:
        with self._lock:
            self.asked.append((method, *map(str, arguments)))
            answers = self._scripted[method]
            answer: Any = answers.popleft() if answers else getattr(self, f"_{method}")
        if isinstance(answer, BaseException):
            raise answer
        return answer(*arguments) if callable(answer) else answer

    # How it answers by itself

    def _user_configuration(self, person: str) -> UserConfiguration | None:
        if person not in self.people:
            return None
        lines = [
            {"telephoneNumber": n.telephone_number, "assignmentCategory": n.assignment_category}
            for n in self._numbers_of(person)
        ]
        document = {"id": person, "featureTypes": self.people[person], "telephoneNumbers": lines}
        return msgspec.convert(document, UserConfiguration)

    def _numbers_of(self, person: str) -> list[GraphNumber]:
        return [said for said in self._held(person) if said.telephone_number not in self.hidden]

    def _held(self, person: str) -> list[GraphNumber]:
        return [said for said in self.numbers.values() if said.holder == person]

    def _number(self, text: str) -> GraphNumber | None:
        found = self.numbers.get(text)
        if text in self.hidden:
            return None if found is None or found.type == "direct_routing" else make.said(text)
        return found

    def _number_pages(self, page: list[GraphNumber]) -> list[GraphNumber]:
        return page

    def _assign_number(self, number: str, person: str, number_type: str, location_id: str | None) -> str:
        """Carry it out: the number is shown on the person from now on, unless it is hidden."""
        known = self.numbers.get(number) or make.said(number, numberType=NUMBER_TYPES[number_type])
        if known.holder not in (None, person):
            raise refusal(f"Telephone Number '{number}' has already been assigned to another user")
        if [said for said in self._held(person) if said.is_primary and said.telephone_number != number]:
            raise refusal(f"User '{person}' already has a primary telephone number assigned.")
        held = {"assignment_status": "userAssigned", "assignment_target_id": person}
        self.numbers[number] = msgspec.structs.replace(known, assignment_category="primary", **held)
        return self._succeeded()

    def _unassign_number(self, number: str, number_type: str) -> str:
        """Carry it out: the number is shown on nobody from now on."""
        free = {"assignment_status": "unassigned", "assignment_target_id": None, "assignment_category": None}
        self.numbers[number] = msgspec.structs.replace(self.numbers[number], **free)
        return self._succeeded()

    def _succeeded(self) -> str:
        link = f"operations('{len(self._operations) + 1}')"
        self._operations[link] = operation(link, "succeeded")
        return link

    def _operation(self, link: str) -> Operation | None:
        return self._operations.get(link)


def operation(link: str, status: str, detail: str = "") -> Operation:
    """An operation about one number."""
    number = {"status": status, "statusDetail": detail}
    return msgspec.convert({"id": link, "status": status, "numbers": [number]}, Operation)
