"""What Microsoft Graph says, as structs: decoded in one go, unknown fields ignored, unknown enum members kept as text.

Field names are Graph's own in snake_case; `None` means null or absent. Enum-valued fields are plain strings,
because Microsoft adds members (Microsoft: versioning-and-support, evolvable enumerations).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from numberline.graph.answers import refusal
from numberline.graph.errors import GiveUp

NUMBER_TYPES = {
    "calling_plan": "callingPlan",
    "operator_connect": "operatorConnect",
    "direct_routing": "directRouting",
}
"""Numberline's word for the type of a number -> Graph's (Microsoft: resources/teamsadministration-numberassignment)."""

_OUR_TYPES = {theirs: ours for ours, theirs in NUMBER_TYPES.items()}


class Entity(msgspec.Struct, rename="camel", frozen=True, gc=False, kw_only=True):
    """Base: camelCase on the wire, immutable."""


class GraphNumber(Entity, frozen=True, kw_only=True):
    """A telephone number as Teams knows it (Microsoft: resources/teamsadministration-numberassignment).

    `telephone_number` is always E.164 with `+`, an extension as `;ext=`. A Direct Routing number has no
    country, city or location of its own.
    """

    id: str = ""
    telephone_number: str
    number_type: str | None = None
    activation_state: str | None = None
    assignment_status: str | None = None
    assignment_category: str | None = None
    assignment_target_id: str | None = None
    capabilities: tuple[str, ...] | None = None
    operator_id: str | None = None
    number_source: str | None = None
    port_in_status: str | None = None
    city: str | None = None
    iso_country_code: str | None = None
    location_id: str | None = None
    civic_address_id: str | None = None
    network_site_id: str | None = None
    supported_customer_actions: tuple[str, ...] | None = None
    reverse_number_lookup_options: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.telephone_number.startswith("+"):
            bare = self.telephone_number.removeprefix("tel:").removeprefix("+")
            msgspec.structs.force_setattr(self, "telephone_number", f"+{bare}")

    @property
    def type(self) -> str | None:
        """`calling_plan`, `operator_connect`, `direct_routing`, or None for a type that we do not know."""
        return _OUR_TYPES.get(self.number_type or "")

    @property
    def holder(self) -> str | None:
        """Object id that holds the number, in lower case; None when Teams shows it free."""
        return (self.assignment_target_id or "").lower() or None

    @property
    def is_primary(self) -> bool:
        """False for private and alternate lines; an absent category means primary."""
        return self.assignment_category in (None, "primary")

    @property
    def is_on_premises(self) -> bool:
        """Set in Active Directory and synchronised: the cloud cannot change it."""
        return self.number_source == "onPremises"

    def can(self, capability: str) -> bool:
        """Whether Teams lists this capability, such as `userAssignment`."""
        return capability in (self.capabilities or ())


class NumberOfUser(Entity, frozen=True, kw_only=True):
    """A line of a Teams user."""

    telephone_number: str
    assignment_category: str | None = None


class UserConfiguration(Entity, frozen=True, kw_only=True):
    """Teams' own view of a user, after licences have propagated (Microsoft: resources/teamsadministration-teamsuserconfiguration)."""

    id: str = ""
    account_type: str | None = None
    feature_types: tuple[str, ...] | None = None
    is_enterprise_voice_enabled: bool | None = None
    telephone_numbers: tuple[NumberOfUser, ...] | None = None
    tenant_id: str | None = None
    user_principal_name: str | None = None
    created_date_time: str | None = None
    modified_date_time: str | None = None
    effective_policy_assignments: tuple[dict[str, Any], ...] | None = None

    @property
    def has_phone_system(self) -> bool:
        """Teams shows the PhoneSystem feature: the person is ready for a carrier's number."""
        return "PhoneSystem" in (self.feature_types or ())

    @property
    def has_calling_plan(self) -> bool:
        """Teams shows the CallingPlan feature: the person is ready for a Calling Plan number."""
        return "CallingPlan" in (self.feature_types or ())


class OperationNumber(Entity, frozen=True, kw_only=True):
    """What became of one number within an operation."""

    resource_location: str | None = None
    status: str | None = None
    status_detail: str | None = None


class Operation(Entity, frozen=True, kw_only=True):
    """A long-running assignment or unassignment (Microsoft: resources/teamsadministration-telephonenumberlongrunningoperation).

    `skipped` is documented but not in the metadata: it ends the operation without success.
    """

    id: str = ""
    status: str | None = None
    created_date_time: str | None = None
    numbers: tuple[OperationNumber, ...] | None = None

    @property
    def statuses(self) -> tuple[str, ...]:
        """The status of the operation, then of each number in it."""
        return (self.status or "", *(number.status or "" for number in self.numbers or ()))

    @property
    def failed(self) -> bool:
        """The operation, or a number in it, ended without success."""
        return not _ENDED_BADLY.isdisjoint(self.statuses)

    @property
    def succeeded(self) -> bool:
        """The operation ended well. Verify on the number itself all the same."""
        return self.status == "succeeded" and not self.failed

    @property
    def ended(self) -> bool:
        """Nothing more will come of it; an unknown status is not an end."""
        return self.status == "succeeded" or self.failed

    @property
    def detail(self) -> str:
        """Microsoft's text on what went wrong; may be empty."""
        return "; ".join(n.status_detail for n in self.numbers or () if n.status_detail)

    def refusal(self) -> GiveUp | None:
        """What the failure means, in the words of the table; None when the operation did not fail."""
        return refusal(self.detail or f"The operation ended as {self.status}") if self.failed else None


_ENDED_BADLY = frozenset({"failed", "skipped"})


class ServicePlan(Entity, frozen=True, kw_only=True):
    """A service plan inside a subscribed SKU."""

    service_plan_id: str
    service_plan_name: str | None = None
    provisioning_status: str | None = None
    applies_to: str | None = None


class SubscribedSku(Entity, frozen=True, kw_only=True):
    """A product that the tenant has bought (Microsoft: resources/subscribedsku)."""

    sku_id: str
    sku_part_number: str | None = None
    capability_status: str | None = None
    consumed_units: int | None = None
    prepaid_units: dict[str, Any] | None = None
    service_plans: tuple[ServicePlan, ...] | None = None


class VerifiedDomain(Entity, frozen=True, kw_only=True):
    """A domain of the organisation."""

    name: str
    is_default: bool | None = None
    is_initial: bool | None = None


class Organization(Entity, frozen=True, kw_only=True):
    """The tenant itself (Microsoft: resources/organization). `country_letter_code` is ISO alpha-2."""

    id: str
    display_name: str | None = None
    country_letter_code: str | None = None
    verified_domains: tuple[VerifiedDomain, ...] | None = None


class Removed(msgspec.Struct, frozen=True):
    """A user that left the directory: `changed` is a soft delete that can be restored, `deleted` is for good."""

    id: str
    reason: Literal["changed", "deleted"]
