"""A person in the directory, and what the licences come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from . import timestamps
from .licences import Catalogue, ServicePlan, Sku, features

COUNTING = frozenset({"Enabled", "Warning"})
"""The states of a plan in which it gives its service (Microsoft: assignedPlan, capabilityStatus)."""


class Grant(NamedTuple):
    """One product assigned to a person, since when, less the plans switched off."""

    sku: Sku
    assigned_at: float
    disabled: tuple[str, ...] = ()
    status: str = "Enabled"


class Remnant(NamedTuple):
    """A plan that was taken away and is still listed with capabilityStatus Deleted."""

    plan: ServicePlan
    assigned_at: float


@dataclass(frozen=True, slots=True)
class Licensing:
    """What a set of grants looks like in Graph and to Teams."""

    assigned_licenses: msgspec.Raw
    assigned_plans: msgspec.Raw
    features: tuple[str, ...]
    suspended: bool
    resource_account: bool


class Person:
    """One user object; `attributes` holds what was ever set, under Graph's own names."""

    __slots__ = (
        "attributes",
        "created_at",
        "features",
        "grants",
        "id",
        "index",
        "known_to_teams",
        "modified_at",
        "remnants",
        "removed",
    )

    def __init__(
        self, id: str, attributes: dict[str, Any], grants: tuple[Grant, ...], created_at: float
    ) -> None:
        self.id = id
        self.attributes = attributes
        self.grants = grants
        self.remnants: tuple[Remnant, ...] = ()
        self.created_at = created_at
        self.modified_at = created_at
        self.removed: str | None = None  # Graph's reasons: changed (soft-deleted) or deleted (for good)
        self.features: tuple[str, ...] = ()  # as Teams sees them, which lags behind the directory
        self.known_to_teams = False
        self.index = -1

    @property
    def upn(self) -> str:
        """The user principal name, or the object id when there is none."""
        return str(self.attributes.get("userPrincipalName") or self.id)

    @property
    def guest(self) -> bool:
        """Whether this is a guest of another organisation."""
        return self.attributes.get("userType") == "Guest"


class LicenceBook:
    """Works out licensing once for each distinct set of grants: most people share theirs."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._known: dict[tuple[tuple[Grant, ...], tuple[Remnant, ...]], Licensing] = {}

    def licensing(self, person: Person) -> Licensing:
        """What the person's grants give now."""
        key = (person.grants, person.remnants)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _work_out(*key)
        return found

    def apply(self, person: Person) -> None:
        """Write the licence attributes of the person anew."""
        licensing = self.licensing(person)
        person.attributes["assignedLicenses"] = licensing.assigned_licenses
        person.attributes["assignedPlans"] = licensing.assigned_plans


def details(person: Person) -> list[Mapping[str, Any]]:
    """The person's licences as `licenseDetails` lists them (Microsoft: user-list-licensedetails)."""
    return [
        {
            "id": f"{person.id}_{grant.sku.id}",
            "skuId": grant.sku.id,
            "skuPartNumber": grant.sku.part_number,
            "servicePlans": [
                {
                    "servicePlanId": plan.id,
                    "servicePlanName": plan.name,
                    "provisioningStatus": "Disabled" if plan.id in grant.disabled else "Success",
                    "appliesTo": "User",
                }
                for plan in grant.sku.plans
            ],
        }
        for grant in person.grants
    ]


def _work_out(grants: tuple[Grant, ...], remnants: tuple[Remnant, ...]) -> Licensing:
    licences = [{"disabledPlans": list(grant.disabled), "skuId": grant.sku.id} for grant in grants]
    plans: dict[str, dict[str, str]] = {}
    for grant in grants:
        for plan in grant.sku.plans:
            if plan.id not in grant.disabled:
                plans.setdefault(plan.id, _assigned(plan, grant.status, grant.assigned_at))
    for remnant in remnants:
        plans.setdefault(remnant.plan.id, _assigned(remnant.plan, "Deleted", remnant.assigned_at))
    given = {
        plan.name
        for grant in grants
        if grant.status in COUNTING
        for plan in grant.sku.plans
        if plan.id not in grant.disabled
    }
    return Licensing(
        msgspec.Raw(msgspec.json.encode(licences)),
        msgspec.Raw(msgspec.json.encode(list(plans.values()))),
        features(given),
        any(grant.status in {"Suspended", "LockedOut"} for grant in grants),
        any(name.startswith("MCOEV_VIRTUALUSER") for name in given),
    )


def _assigned(plan: ServicePlan, status: str, assigned_at: float) -> dict[str, str]:
    return {
        "assignedDateTime": timestamps.text(assigned_at),
        "capabilityStatus": status,
        "service": plan.service,
        "servicePlanId": plan.id,
    }
