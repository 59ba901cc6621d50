"""The calls to Microsoft that a flight makes: run on worker threads, so nothing here touches the database."""

from dataclasses import dataclass

from numberline.assignments.flight import Ask, Flight
from numberline.graph.client import GraphClient
from numberline.graph.types import GraphNumber, Operation, UserConfiguration

Answer = object


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """Teams' view of a person; `numbers` are those that Teams shows on them, read only when there are any."""

    configuration: UserConfiguration | None
    numbers: tuple[GraphNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """Teams' view of a number; None when Teams does not know it."""

    number: GraphNumber | None


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """Microsoft accepted the request; the operation to poll."""

    operation: str


@dataclass(frozen=True, slots=True)
class OperationAnswer:
    """The operation as it stands; None when Microsoft does not know it (yet)."""

    operation: Operation | None


def call(client: GraphClient, flight: Flight) -> Answer:
    """Ask Microsoft what this flight has to ask next. Raises GraphError."""
    match flight.ask:
        case Ask.PERSON:
            return _person(client, flight.leg.person)
        case Ask.NUMBER:
            return NumberAnswer(client.number(flight.seen.look or flight.leg.number))
        case Ask.RESULT:
            return NumberAnswer(client.number(flight.leg.number))
        case Ask.SEND:
            return SentAnswer(_send(client, flight))
        case Ask.OPERATION:
            return OperationAnswer(client.operation(flight.change.operation))


def _send(client: GraphClient, flight: Flight) -> str:
    leg = flight.leg
    if leg.takes:
        return client.unassign_number(leg.number, leg.type)
    return client.assign_number(leg.number, leg.person, leg.type, location_id=leg.location or None)


def _person(client: GraphClient, person: str) -> PersonAnswer:
    configuration = client.user_configuration(person)
    if configuration is None or not any(
        line.assignment_category in (None, "primary") for line in configuration.telephone_numbers or ()
    ):
        return PersonAnswer(configuration)
    return PersonAnswer(configuration, tuple(client.numbers_of(person)))
