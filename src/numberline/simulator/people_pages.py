"""How a person looks in Graph's answers, and pages of people prepared as bytes."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import msgspec

from .people import Person
from .state import Tenant
from .web import bad_request

_DEFAULT = (
    "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname"
    " userPrincipalName"
)
DEFAULT = _DEFAULT.split()
"""What Graph gives when nothing is selected (Microsoft: user-get)."""

_PROPERTIES = """
aboutMe accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo birthday businessPhones city
companyName consentProvidedForMinor country createdDateTime creationType customSecurityAttributes deletedDateTime
department deviceEnrollmentLimit displayName employeeHireDate employeeId employeeLeaveDateTime employeeOrgData
employeeType externalUserState externalUserStateChangeDateTime faxNumber givenName hireDate id identities
identityParentId imAddresses interests isManagementRestricted isResourceAccount jobTitle
lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates mail mailNickname mailboxSettings
manager mobilePhone mySite officeLocation onPremisesDistinguishedName onPremisesDomainName
onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime onPremisesProvisioningErrors
onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName otherMails
passwordPolicies passwordProfile pastProjects postalCode preferredDataLocation preferredLanguage preferredName
print provisionedPlans proxyAddresses responsibilities schools securityIdentifier serviceProvisioningErrors
showInAddressList signInActivity signInSessionsValidFromDateTime skills state streetAddress surname usageLocation
userPrincipalName userType
"""
PROPERTIES = frozenset(_PROPERTIES.split())
COLLECTIONS = frozenset(
    {"assignedLicenses", "assignedPlans", "businessPhones", "imAddresses", "otherMails", "proxyAddresses"}
)
CACHE_BYTES = 192 * 1024 * 1024


def selected(names: Iterable[str] | None) -> tuple[str, ...]:
    """The properties to give; 400 in Graph's words for one that users do not have."""
    if names is None:
        return tuple(DEFAULT)
    unknown = [name for name in names if name not in PROPERTIES]
    if unknown:
        raise bad_request(f"Could not find a property named '{unknown[0]}' on type 'microsoft.graph.user'.")
    return tuple(name for name in names if name != "id")


def entity(person: Person, select: Iterable[str]) -> dict[str, Any]:
    """The person as a plain GET gives it: every selected property, null where it was never set."""
    attributes = person.attributes
    document: dict[str, Any] = {"id": person.id}
    for name in select:
        document[name] = attributes.get(name, [] if name in COLLECTIONS else None)
    return document


def tracked(person: Person, select: Iterable[str]) -> dict[str, Any]:
    """The person as a delta round gives it: never-set properties are absent (Microsoft: delta-query-overview)."""
    attributes = person.attributes
    document: dict[str, Any] = {"id": person.id}
    for name in select:
        if name in attributes:
            document[name] = attributes[name]
    return document


def removed(person: Person) -> dict[str, Any]:
    """Somebody who is gone."""
    return {"id": person.id, "@removed": {"reason": person.removed}}


class PreparedPages:
    """The pages of full rounds as JSON, kept until somebody on them changes; the longest unused go first."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._pages: OrderedDict[tuple[tuple[str, ...], int], tuple[int, bytes]] = OrderedDict()
        self._size = 0

    def get(self, select: tuple[str, ...], number: int) -> bytes:
        """The JSON array of the people on that page."""
        directory = self._tenant.directory
        if number >= directory.pages:
            return b"[]"
        key, version = (select, number), directory.page_version(number)
        kept = self._pages.get(key)
        if kept is not None and kept[0] == version:
            self._pages.move_to_end(key)
            return kept[1]
        page = msgspec.json.encode([tracked(person, select) for person in directory.page(number)])
        self._keep(key, version, page)
        return page

    def _keep(self, key: tuple[tuple[str, ...], int], version: int, page: bytes) -> None:
        before = self._pages.pop(key, None)
        self._size += len(page) - (len(before[1]) if before else 0)
        self._pages[key] = (version, page)
        while self._size > CACHE_BYTES:
            _, (_, dropped) = self._pages.popitem(last=False)
            self._size -= len(dropped)
