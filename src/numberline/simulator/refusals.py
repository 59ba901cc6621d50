"""What Microsoft refuses to assign, in its own words where those are known.

Known texts are those of issue threads about Set-CsPhoneNumberAssignment (Microsoft: office-docs-powershell); the
others are in the same manner and are marked in docs/explain/simulator.md.
"""

from dataclasses import dataclass

from .numbers import Number
from .people import Person
from .state import Tenant

SPELLED = {
    "callingPlan": "CallingPlan",
    "operatorConnect": "OperatorConnect",
    "directRouting": "DirectRouting",
}
NEEDS_LOCATION = frozenset({"US", "CA"})


@dataclass(frozen=True, slots=True)
class Order:
    """One wish to give a number to somebody."""

    number: str
    person: str
    type: str
    category: str = "primary"
    location: str | None = None


def refusal(tenant: Tenant, order: Order) -> str | None:
    """Why Microsoft refuses the order now, or None when it is carried out."""
    person = tenant.directory.get(order.person)
    if person is None or person.removed is not None or not person.known_to_teams:
        return f"User '{order.person}' is not found."
    return (
        _of_person(tenant, person, order)
        or _of_number(tenant, tenant.numbers.get(order.number), person, order)
        or _of_second_line(tenant, person, order)
    )


def _of_person(tenant: Tenant, person: Person, order: Order) -> str | None:
    needed = {"Teams", "PhoneSystem"} | ({"CallingPlan"} if order.type == "callingPlan" else set())
    if not needed <= set(person.features):
        return (
            f"User '{person.upn}' lacks appropriate licenses to assign a '{SPELLED[order.type]}' number."
            f" Tenant '{tenant.id}'."
        )
    if any(number.source == "onPremises" for number in tenant.numbers.held_by(person.id)):
        return (
            f"The telephone number of user '{person.upn}' is managed in the on-premises Active Directory"
            " (msRTCSIP-Line). Clear it there and synchronize before assigning a number online."
        )
    return None


def _of_number(tenant: Tenant, number: Number | None, person: Person, order: Order) -> str | None:
    if number is None:
        if order.type == "directRouting" and tenant.answers["unlisted_direct_routing"] == "uploads":
            return None
        return _not_found(tenant, order)
    if number.type != order.type:
        return _not_found(tenant, order)
    if number.source == "onPremises":
        return f"Telephone Number '{number.text}' is managed in the on-premises Active Directory."
    if number.blocked:
        return f"Telephone Number '{number.text}' is blocked from assignment."
    if number.port_in == "firmOrderCommitmentAccepted":
        return f"Telephone Number '{number.text}' is being ported and cannot be assigned."
    if "userAssignment" not in number.capabilities or "teamsPhoneMobile" in number.capabilities:
        return f"Telephone Number '{number.text}' does not support assignment to a user."
    return _taken(tenant, number, person) or _misplaced(tenant, number, person, order)


def _taken(tenant: Tenant, number: Number, person: Person) -> str | None:
    if number.holder == person.id:
        refuse = tenant.answers["repeated_assign"] == "refused"
        return f"Telephone Number '{number.text}' has already been assigned to the user." if refuse else None
    if number.holder is None or tenant.answers["taken_number"] == "stolen":
        return None
    return f"Telephone Number '{number.text}' has already been assigned to another user"


def _misplaced(tenant: Tenant, number: Number, person: Person, order: Order) -> str | None:
    if number.type == "directRouting":
        return None
    usage = person.attributes.get("usageLocation")
    if not usage and tenant.answers["empty_usage_location"] == "organisation":
        usage = tenant.country
    if usage != number.country:
        return (
            f"The usage location '{usage}' of user '{person.upn}' does not match the country/region"
            f" '{number.country}' of Telephone Number '{number.text}'."
        )
    location = order.location or number.location
    if location is not None and location not in tenant.locations:
        return f"Location '{location}' is not found from tenant '{tenant.id}'."
    if number.type == "callingPlan" and number.country in NEEDS_LOCATION and location is None:
        return f"An emergency location is required to assign Telephone Number '{number.text}' in '{number.country}'."
    return None


def _of_second_line(tenant: Tenant, person: Person, order: Order) -> str | None:
    held = {n.text for n in tenant.numbers.held_by(person.id) if n.category == order.category} - {
        order.number
    }
    if order.category == "alternate" or not held:
        return None
    if order.category == "primary" and tenant.answers["second_primary"] == "replaces":
        return None
    return f"User '{person.upn}' already has a {order.category} telephone number assigned."


def _not_found(tenant: Tenant, order: Order) -> str:
    return f"Telephone Number '{order.number}' is not found from tenant '{tenant.id}'"
