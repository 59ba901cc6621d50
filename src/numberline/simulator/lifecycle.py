"""What happens to people: they are licensed, change, are disabled, deleted, restored."""

from typing import Any

from . import identifiers, telephony
from .licences import features
from .people import COUNTING, Grant, Person, Remnant
from .state import Tenant

FEATURES = ("Teams", "AudioConferencing", "PhoneSystem", "CallingPlan", "VoiceApp")
LICENCE_ATTRIBUTES = ["assignedLicenses", "assignedPlans"]


def add(tenant: Tenant, attributes: dict[str, Any], licences: list[str], now: float) -> Person:
    """A new person; `id` and `userPrincipalName` are made up when they are not given."""
    id = str(attributes.pop("id", "") or identifiers.guid(tenant.random)).lower()
    attributes.setdefault("userPrincipalName", f"{id[:8]}@{tenant.domain}")
    attributes.setdefault("displayName", str(attributes["userPrincipalName"]).partition("@")[0])
    attributes.setdefault("accountEnabled", True)
    attributes.setdefault("userType", "Member")
    grants = tuple(Grant(tenant.catalogue.sku(part), float(int(now))) for part in licences)
    person = Person(id, attributes, grants, now)
    tenant.directory.add(person, now)
    teams_learns(tenant, person, now)
    return person


def license(
    tenant: Tenant, person: Person, sku: str, now: float, disabled: list[str], *, group: bool = False
) -> None:
    """Assign a product, less the plans named in `disabled` (by name or id)."""
    product = tenant.catalogue.sku(sku)
    off = tuple(plan.id for plan in product.plans if plan.id in disabled or plan.name in disabled)
    kept = tuple(grant for grant in person.grants if grant.sku.part_number != sku)
    _relicense(tenant, person, (*kept, Grant(product, float(int(now)), off)), now, group=group)


def unlicense(tenant: Tenant, person: Person, sku: str | None, now: float, *, group: bool = False) -> None:
    """Take one product away, or all of them."""
    gone = [grant for grant in person.grants if sku in (None, grant.sku.part_number)]
    if sku is not None and not gone:
        raise ValueError(f"{person.upn} has no licence {sku}.")
    if tenant.answers["deleted_remnants"]:
        remnants = tuple(Remnant(plan, grant.assigned_at) for grant in gone for plan in grant.sku.plans)
        person.remnants = (*person.remnants, *remnants)
    _relicense(tenant, person, tuple(g for g in person.grants if g not in gone), now, group=group)


def licence_status(tenant: Tenant, person: Person, status: str, sku: str | None, now: float) -> None:
    """Let the plans of a product, or of all, have that capabilityStatus."""
    if status not in {"Enabled", "Warning", "Suspended", "LockedOut"}:
        raise ValueError(f"A licence is Enabled, Warning, Suspended or LockedOut, not {status!r}.")
    grants = (g._replace(status=status) if sku in (None, g.sku.part_number) else g for g in person.grants)
    _relicense(tenant, person, tuple(grants), now)


def delete(tenant: Tenant, person: Person, now: float) -> None:
    """Soft-delete; the account keeps its licences on paper, Teams drops it as when de-licensed."""
    tenant.directory.remove(person, "changed", now)
    if tenant.answers["deleted_person_number"] == "unassigned":
        teams_learns(tenant, person, now)


def purge(tenant: Tenant, person: Person, now: float) -> None:
    """Delete for good."""
    tenant.directory.remove(person, "deleted", now)
    teams_learns(tenant, person, now)


def restore(tenant: Tenant, person: Person, now: float) -> None:
    """Undo a soft-delete."""
    if person.removed != "changed":
        raise ValueError(f"{person.upn} is not soft-deleted and cannot be restored.")
    tenant.directory.restore(person, now)
    teams_learns(tenant, person, now)


def teams_learns(tenant: Tenant, person: Person, now: float) -> None:
    """Let Teams see the licences after its lag: what came and what went each take their own time."""
    timing = tenant.faults.timing
    current, seen = set(_features(tenant, person)), set(person.features)
    if current - seen or not person.known_to_teams:
        tenant.agenda.at(now + timing.licence_lag, lambda at: _gains(tenant, person, at))
    if seen - current:
        tenant.agenda.at(now + timing.removal_lag, lambda at: _loses(tenant, person, at))
    tenant.agenda.run(tenant.clock())


def settle_at_once(tenant: Tenant, person: Person) -> None:
    """Let Teams know of a person from the start; for the company that was there before."""
    person.features = _features(tenant, person)
    person.known_to_teams = bool(person.features) or person.guest


def _relicense(
    tenant: Tenant, person: Person, grants: tuple[Grant, ...], now: float, *, group: bool = False
) -> None:
    person.grants = grants
    tenant.book.apply(person)
    if not group or tenant.answers["group_licences_in_delta"]:
        tenant.directory.touch(person, LICENCE_ATTRIBUTES, now)
    teams_learns(tenant, person, now)


def _features(tenant: Tenant, person: Person) -> tuple[str, ...]:
    gone = person.removed == "deleted" or (
        person.removed == "changed" and tenant.answers["deleted_person_number"] == "unassigned"
    )
    return () if gone else tenant.book.licensing(person).features


def _gains(tenant: Tenant, person: Person, at: float) -> None:
    current = set(_features(tenant, person)) | set(person.features)
    person.features = tuple(name for name in FEATURES if name in current)
    person.known_to_teams = person.known_to_teams or bool(person.features) or person.guest
    person.modified_at = max(person.modified_at, at)


def _loses(tenant: Tenant, person: Person, at: float) -> None:
    current = set(_features(tenant, person)) & set(person.features)
    person.features = tuple(name for name in FEATURES if name in current)
    person.modified_at = max(person.modified_at, at)
    carried = _carried(person) if person.removed is None else ()
    telephony.licence_lost(tenant, person.id, (*person.features, *carried))


def _carried(person: Person) -> tuple[str, ...]:
    """What a billing lapse suspends without taking it away: such numbers stay."""
    lapsed = {
        p.name
        for g in person.grants
        if g.status not in COUNTING
        for p in g.sku.plans
        if p.id not in g.disabled
    }
    return features(lapsed)
