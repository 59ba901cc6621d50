"""Calls on users, the organisation and its licences."""

from typing import Any

from . import odata, people, people_pages, timestamps
from .state import Tenant
from .web import Answer, Request, answer, bad_request, missing

ORDERS = {"displayname": "displayName", "userprincipalname": "userPrincipalName"}


def organization(tenant: Tenant, request: Request) -> Answer:
    """GET /organization."""
    odata.options(request.query, {"$select"})
    domain = {"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": True, "isInitial": True}
    return answer(
        {
            "@odata.context": f"{request.base}/$metadata#organization",
            "value": [
                {
                    "id": tenant.id,
                    "displayName": tenant.name,
                    "countryLetterCode": tenant.country,
                    "country": None,
                    "createdDateTime": timestamps.text(0),
                    "businessPhones": [],
                    "onPremisesSyncEnabled": None,
                    "tenantType": "AAD",
                    "verifiedDomains": [{**domain, "name": tenant.domain, "type": "Managed"}],
                }
            ],
        }
    )


def subscribed_skus(tenant: Tenant, request: Request) -> Answer:
    """GET /subscribedSkus."""
    odata.options(request.query, {"$select"})
    consumed: dict[str, int] = {}
    for person in tenant.directory.live():
        for grant in person.grants:
            consumed[grant.sku.id] = consumed.get(grant.sku.id, 0) + 1
    skus = []
    for sku in tenant.catalogue.skus.values():
        used = consumed.get(sku.id, 0)
        plans = [
            {
                "servicePlanId": plan.id,
                "servicePlanName": plan.name,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
            for plan in sku.plans
        ]
        units = {"enabled": used + max(25, used // 10), "suspended": 0, "warning": 0, "lockedOut": 0}
        skus.append(
            {
                "id": f"{tenant.id}_{sku.id}",
                "accountId": tenant.id,
                "accountName": tenant.name,
                "appliesTo": "User",
                "capabilityStatus": "Enabled",
                "consumedUnits": used,
                "prepaidUnits": units,
                "servicePlans": plans,
                "skuId": sku.id,
                "skuPartNumber": sku.part_number,
                "subscriptionIds": [],
            }
        )
    return answer({"@odata.context": f"{request.base}/$metadata#subscribedSkus", "value": skus})


def users(tenant: Tenant, request: Request) -> Answer:
    """GET /users: pages of 100 unless `$top` says otherwise, at most 999 (Microsoft: user-list)."""
    options = odata.options(request.query, {"$select", "$filter", "$top", "$count", "$orderby", "$skiptoken"})
    select = people_pages.selected(odata.names(options.get("$select")))
    top = odata.whole_number(options, "$top", 100, most=999, least=1)
    first = odata.whole_number(options, "$skiptoken", 0)
    found = list(tenant.directory.live())
    if "$filter" in options:
        matches, _ = odata.parse(options["$filter"], set(people_pages.PROPERTIES))
        found = [person for person in found if matches({"id": person.id, **person.attributes})]
    if "$orderby" in options:
        name, _, direction = options["$orderby"].strip().partition(" ")
        if name.lower() not in ORDERS or direction not in ("", "asc", "desc"):
            raise bad_request(f"Sorting by '{options['$orderby']}' is not supported.")
        key = ORDERS[name.lower()]
        found.sort(
            key=lambda person: str(person.attributes.get(key, "")).casefold(), reverse=direction == "desc"
        )
    document: dict[str, Any] = {"@odata.context": f"{request.base}/$metadata#users"}
    if options.get("$count", "").lower() == "true":
        document["@odata.count"] = len(found)
    page = found[first : first + top]
    cut = tenant.faults.strikes("short_listing", "users")
    if cut:
        page = page[: int(len(page) * cut.share)]
    elif first + top < len(found):
        others = {name: value for name, value in request.query.items() if name.lower() != "$skiptoken"}
        document["@odata.nextLink"] = link(request, "/users", {**others, "$skiptoken": str(first + top)})
    document["value"] = [people_pages.entity(person, select) for person in page]
    result = answer(document)
    result.distorted = cut is not None
    return result


def user(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /users/{id or user principal name}."""
    options = odata.options(request.query, {"$select"})
    select = people_pages.selected(odata.names(options.get("$select")))
    person = tenant.directory.find(id)
    if person is None:
        raise missing(id)
    return answer(
        {"@odata.context": f"{request.base}/$metadata#users/$entity", **people_pages.entity(person, select)}
    )


def licence_details(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /users/{id}/licenseDetails."""
    odata.options(request.query, {"$select"})
    person = tenant.directory.find(id)
    if person is None:
        raise missing(id)
    context = f"{request.base}/$metadata#users('{person.id}')/licenseDetails"
    return answer({"@odata.context": context, "value": people.details(person)})


def deleted_users(tenant: Tenant, request: Request) -> Answer:
    """GET /directory/deletedItems/microsoft.graph.user."""
    options = odata.options(request.query, {"$select", "$top", "$skiptoken"})
    select = people_pages.selected(odata.names(options.get("$select")))
    top = odata.whole_number(options, "$top", 100, most=999, least=1)
    first = odata.whole_number(options, "$skiptoken", 0)
    gone = tenant.directory.deleted()
    document: dict[str, Any] = {"@odata.context": f"{request.base}/$metadata#directoryObjects"}
    if first + top < len(gone):
        path = "/directory/deletedItems/microsoft.graph.user"
        document["@odata.nextLink"] = link(request, path, {**request.query, "$skiptoken": str(first + top)})
    document["value"] = [_deleted(person, select) for person in gone[first : first + top]]
    return answer(document)


def deleted_user(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /directory/deletedItems/microsoft.graph.user/{id}, also without the type."""
    options = odata.options(request.query, {"$select"})
    select = people_pages.selected(odata.names(options.get("$select")))
    person = tenant.directory.get(id)
    if person is None or person.removed != "changed":
        raise missing(id)
    context = f"{request.base}/$metadata#directoryObjects/$entity"
    return answer(
        {"@odata.context": context, "@odata.type": "#microsoft.graph.user", **_deleted(person, select)}
    )


def link(request: Request, path: str, query: dict[str, str]) -> str:
    """An absolute link to the next page."""
    return f"{request.base}{path}?{odata.query_text(query)}"


def _deleted(person: people.Person, select: tuple[str, ...]) -> dict[str, Any]:
    """A deleted user's name carries the object id in front, so that the name is free again (Microsoft: user-delete)."""
    document = people_pages.entity(person, select)
    if document.get("userPrincipalName"):
        document["userPrincipalName"] = person.id.replace("-", "") + document["userPrincipalName"]
    if "deletedDateTime" in select:
        document["deletedDateTime"] = timestamps.text(person.modified_at)
    return document
