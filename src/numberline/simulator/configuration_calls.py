"""Calls on userConfigurations: how Teams itself sees people (Microsoft: teamsuserconfiguration)."""

from typing import Any

import msgspec

from . import odata, people_pages, timestamps
from .number_calls import seen
from .people import Person
from .state import Tenant
from .user_calls import link
from .web import Answer, Problem, Request, answer, bad_request

FIELDS = {
    "id",
    "accountType",
    "createdDateTime",
    "featureTypes",
    "isEnterpriseVoiceEnabled",
    "modifiedDateTime",
    "telephoneNumbers",
    "tenantId",
    "userPrincipalName",
}


def list_configurations(tenant: Tenant, request: Request) -> Answer:
    """GET /admin/teams/userConfigurations: `$select`, `$filter`, `$top`, `$expand`, pages by nextLink."""
    options = odata.options(request.query, {"$select", "$filter", "$top", "$expand", "$count", "$skiptoken"})
    size = odata.whole_number(options, "$top", int(tenant.answers["configuration_page"]), most=999, least=1)
    first = odata.whole_number(options, "$skiptoken", 0)
    people = [person for person in tenant.directory.live() if _visible(tenant, person)]
    if "$filter" in options:
        matches, _ = odata.parse(options["$filter"], FIELDS)
        people = [person for person in people if matches(document(tenant, person, request))]
    page = people[first : first + size]
    result: dict[str, Any] = {"@odata.context": f"{request.base}/$metadata#admin/teams/userConfigurations"}
    if options.get("$count", "").lower() == "true":
        result["@odata.count"] = len(people)
    if first + size < len(people):
        query = {**request.query, "$skiptoken": str(first + size)}
        result["@odata.nextLink"] = link(request, "/admin/teams/userConfigurations", query)
    result["value"] = [_shaped(tenant, person, request, options) for person in page]
    return answer(result)


def get_configuration(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /admin/teams/userConfigurations/{id}."""
    options = odata.options(request.query, {"$select", "$expand"})
    person = tenant.directory.get(id)
    if person is None or person.removed is not None or not _visible(tenant, person):
        raise Problem(404, "NotFound", f"User '{id}' is not found.")
    context = f"{request.base}/$metadata#admin/teams/userConfigurations/$entity"
    shaped = _shaped(tenant, person, request, options)
    if tenant.faults.strikes("malformed", "configuration"):
        result = answer({"value": shaped})
        result.distorted = True
        return result
    return answer({"@odata.context": context, **shaped})


def document(tenant: Tenant, person: Person, request: Request) -> dict[str, Any]:
    """The configuration of one person."""
    numbers = tenant.numbers.shown_to_be_held_by(person.id)
    shown = [msgspec.json.decode(number.shown or b"{}") for number in numbers]
    seen(tenant, [number.text for number in numbers])
    held = [
        {"telephoneNumber": n["telephoneNumber"], "assignmentCategory": n["assignmentCategory"]}
        for n in shown
    ]
    return {
        "id": person.id,
        "tenantId": tenant.id,
        "userPrincipalName": person.upn,
        "accountType": _account_type(tenant, person, request),
        "createdDateTime": timestamps.text(person.created_at),
        "modifiedDateTime": timestamps.text(person.modified_at),
        "isEnterpriseVoiceEnabled": any(number["assignmentCategory"] == "primary" for number in held),
        "featureTypes": list(person.features),
        "telephoneNumbers": held,
        "effectivePolicyAssignments": tenant.policies.shown(person.id),
    }


def _visible(tenant: Tenant, person: Person) -> bool:
    if tenant.book.licensing(person).resource_account:
        return bool(tenant.answers["resource_account_configuration"] == "listed")
    return person.known_to_teams or tenant.answers["unlicensed_configuration"] == "ineligible"


def _account_type(tenant: Tenant, person: Person, request: Request) -> str:
    if person.guest:
        return "guest"
    if tenant.book.licensing(person).resource_account:
        return "resourceAccount"
    if person.known_to_teams:
        return "user"
    told = "include-unknown-enum-members" in request.headers.get("prefer", "")
    return "ineligibleUser" if told else "unknownFutureValue"


def _shaped(tenant: Tenant, person: Person, request: Request, options: dict[str, str]) -> dict[str, Any]:
    shaped = document(tenant, person, request)
    select = odata.names(options.get("$select"))
    if select is not None:
        unknown = [name for name in select if name not in shaped]
        if unknown:
            raise bad_request(
                f"Could not find a property named '{unknown[0]}' on type"
                " 'microsoft.graph.teamsAdministration.teamsUserConfiguration'."
            )
        shaped = {"id": person.id, **{name: shaped[name] for name in select}}
    if "$expand" in options:
        if options["$expand"] != "user":
            raise bad_request(f"Expanding '{options['$expand']}' is not supported.")
        shaped["user"] = people_pages.entity(person, people_pages.DEFAULT)
    return shaped
