"""The attributes of a person that rules can read: the one table of their names.

An attribute has a plain name (``Office``), Microsoft Entra's name (``user.physicalDeliveryOfficeName``) and Microsoft
Graph's name (``officeLocation``). Rules may use any of them, ignoring case; everything else in the code uses Graph's.
Sources: property names of rules (Microsoft: groups-dynamic-membership), of users (Microsoft: resources/user).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeAlias

Attributes: TypeAlias = Mapping[str, Any]
"""A person as Graph returns them, keyed by Graph's names, after `flatten`; a missing key means null."""

EXTENSION_ATTRIBUTES = "onPremisesExtensionAttributes"


class Kind(StrEnum):
    """What the values of an attribute are, and so which operators it takes."""

    TEXT = "text"
    TEXTS = "several texts"
    BOOLEAN = "true or false"
    SKUS = "licences"
    SERVICE_PLANS = "service plans"
    PLAN_OBJECTS = "service plan entries"
    PLAN_ID = "service plan id"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its names, the Graph property it is read from, and its kind.

    `entra` is empty where Entra's rules have no such property. `unique` marks attributes that mostly differ from
    person to person, for which remembering answers would only cost memory.
    """

    plain: str
    entra: str
    graph: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    unique: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a rule may use, the plain one first."""
        graph = "" if self.kind in (Kind.SKUS, Kind.SERVICE_PLANS) else self.graph
        listed = (self.plain, *self.aliases, self.entra, graph)
        return tuple(dict.fromkeys(name for name in listed if name))


_TEXT, _TEXTS, _BOOLEAN = Kind.TEXT, Kind.TEXTS, Kind.BOOLEAN
_USAGE_LOCATION = ("Usage Location", "License Usage Location", "Licence Usage Location")

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("City", "user.city", "city"),
    Attribute("Office", "user.physicalDeliveryOfficeName", "officeLocation", aliases=("Office Location",)),
    Attribute("UsageLocation", "user.usageLocation", "usageLocation", aliases=_USAGE_LOCATION),
    Attribute("Department", "user.department", "department"),
    Attribute("Company", "user.companyName", "companyName"),
    Attribute("JobTitle", "user.jobTitle", "jobTitle", aliases=("Job Title",)),
    Attribute("State", "user.state", "state"),
    Attribute("Country", "user.country", "country"),
    Attribute("StreetAddress", "user.streetAddress", "streetAddress", aliases=("Street Address",)),
    Attribute("PostalCode", "user.postalCode", "postalCode", aliases=("Postal Code",)),
    Attribute("EmployeeId", "user.employeeId", "employeeId", aliases=("Employee Id",), unique=True),
    Attribute("EmployeeType", "user.employeeType", "employeeType", aliases=("Employee Type",)),
    Attribute("Mail", "user.mail", "mail", unique=True),
    Attribute("UPN", "user.userPrincipalName", "userPrincipalName", unique=True),
    Attribute("DisplayName", "user.displayName", "displayName", aliases=("Display Name",), unique=True),
    Attribute("GivenName", "user.givenName", "givenName", aliases=("Given Name", "First Name")),
    Attribute("Surname", "user.surname", "surname", aliases=("Last Name",)),
    Attribute("MailNickname", "user.mailNickName", "mailNickname", aliases=("Mail Nickname",), unique=True),
    Attribute("Mobile", "user.mobile", "mobilePhone", aliases=("Mobile Phone",), unique=True),
    Attribute("Fax", "user.facsimileTelephoneNumber", "faxNumber", aliases=("Fax Number",), unique=True),
    Attribute("TelephoneNumber", "user.telephoneNumber", "businessPhones", _TEXTS, ("Business Phones",), True),
    Attribute("PreferredLanguage", "user.preferredLanguage", "preferredLanguage"),
    Attribute("ObjectId", "user.objectId", "id", unique=True),
    Attribute("OnPremisesDistinguishedName", "user.onPremisesDistinguishedName", "onPremisesDistinguishedName", unique=True),
    Attribute("OnPremisesSecurityIdentifier", "user.onPremisesSecurityIdentifier", "onPremisesSecurityIdentifier", unique=True),
    Attribute("PasswordPolicies", "user.passwordPolicies", "passwordPolicies"),
    Attribute("OtherMails", "user.otherMails", "otherMails", _TEXTS, unique=True),
    Attribute("ProxyAddresses", "user.proxyAddresses", "proxyAddresses", _TEXTS, unique=True),
    Attribute("SipProxyAddress", "user.sipProxyAddress", "imAddresses", _TEXTS, unique=True),
    Attribute("AccountEnabled", "user.accountEnabled", "accountEnabled", _BOOLEAN, ("Account Enabled",)),
    Attribute("UserType", "user.userType", "userType", aliases=("User Type",)),
    Attribute("Synced", "user.dirSyncEnabled", "onPremisesSyncEnabled", _BOOLEAN),
    *(Attribute(f"ExtensionAttribute{n}", f"user.extensionAttribute{n}", f"extensionAttribute{n}") for n in range(1, 16)),
    Attribute("Sku", "", "assignedLicenses", Kind.SKUS, unique=True),
    Attribute("ServicePlan", "", "assignedPlans", Kind.SERVICE_PLANS, ("Service Plan",), True),
    Attribute("AssignedPlans", "user.assignedPlans", "assignedPlans", Kind.PLAN_OBJECTS, ("Assigned Plans",), True),
)  # fmt: skip

ITEM = Attribute("_", "_", "_", Kind.TEXT, unique=True)
"""Inside ANY and ALL over an attribute of several texts: the one that is looked at."""

PLAN_FIELDS: tuple[Attribute, ...] = (
    Attribute("assignedPlan.servicePlanId", "assignedPlan.servicePlanId", "servicePlanId", Kind.PLAN_ID),
    Attribute("assignedPlan.service", "assignedPlan.service", "service"),
    Attribute("assignedPlan.capabilityStatus", "assignedPlan.capabilityStatus", "capabilityStatus"),
)
"""Inside ANY and ALL over assignedPlans: what can be asked of one entry (Microsoft: groups-dynamic-membership)."""


def _select() -> tuple[str, ...]:
    names = (EXTENSION_ATTRIBUTES if a.plain.startswith("Extension") else a.graph for a in ATTRIBUTES)
    return tuple(dict.fromkeys(("id", *names)))


SELECT: tuple[str, ...] = _select()
"""What Graph must be asked for (``$select``) so that every rule can be evaluated. Extension attributes cannot be
selected one by one (Microsoft: user-update)."""


def _squeeze(name: str) -> str:
    return "".join(name.split()).casefold()


def _by_name() -> dict[str, Attribute]:
    found = {_squeeze(attribute.plain): attribute for attribute in (ITEM, *PLAN_FIELDS)}
    for attribute in ATTRIBUTES:
        for name in attribute.names:
            bare = _squeeze(name).removeprefix("user.")
            found[bare] = found[f"user.{bare}"] = attribute
    return found


_NAMED = _by_name()


def find(name: str) -> Attribute | None:
    """The attribute that a rule calls `name`; case and spaces do not matter. None when there is none."""
    return _NAMED.get(_squeeze(name))


def similar(name: str) -> str | None:
    """The attribute that `name` was probably meant to be, in the same spelling; None when nothing is near."""
    squeezed = _squeeze(name)
    near = get_close_matches(squeezed, _NAMED, n=1, cutoff=0.7)
    if not near:
        return None
    attribute = _NAMED[near[0]]
    return attribute.entra if squeezed.startswith("user.") and attribute.entra else attribute.plain


def flatten(user: Mapping[str, Any]) -> dict[str, Any]:
    """A user object of Graph as `Attributes`: its extension attributes lifted to the top level."""
    lifted = {key: value for key, value in user.items() if key != EXTENSION_ATTRIBUTES}
    for key, value in (user.get(EXTENSION_ATTRIBUTES) or {}).items():
        if key.startswith("extensionAttribute"):
            lifted[key] = value
    return lifted
