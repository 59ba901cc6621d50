"""Calls on Teams policies (Microsoft: teamspolicyassignment-getpolicyid, teamspolicyuserassignment-assign)."""

from typing import Any

from . import identifiers, odata
from .state import Tenant
from .web import Answer, Problem, Request, answer, bad_request

TYPES = (
    "CallingLineIdentity",
    "OnlineVoicemailPolicy",
    "OnlineVoiceRoutingPolicy",
    "TeamsCallingPolicy",
    "TeamsCallParkPolicy",
    "TeamsEmergencyCallingPolicy",
    "TeamsEmergencyCallRoutingPolicy",
    "TeamsMeetingBroadcastPolicy",
    "TeamsMeetingPolicy",
    "TeamsUpgradePolicy",
    "TenantDialPlan",
)


def add_policy(tenant: Tenant, type: str, name: str) -> str:
    """Let the tenant have a policy; gives its opaque id."""
    id = identifiers.encode(f"{type}/{name}")
    tenant.policies[type.casefold(), name.casefold()] = id
    tenant.policy_names[id] = (type, name)
    return id


def get_policy_id(tenant: Tenant, request: Request, type: str, name: str) -> Answer:
    """GET getPolicyId(type=…,name=…): names come back with the prefix `Tag:`."""
    odata.options(request.query, set())
    _known_type(type)
    id = tenant.policies.get((type.casefold(), name.casefold().removeprefix("tag:")))
    if id is None and tenant.answers["unknown_policy"] == "404":
        raise Problem(404, "NotFound", f"Policy '{name}' of type '{type}' is not found.")
    found = [] if id is None else [{"name": "Tag:" + tenant.policy_names[id][1], "policyId": id}]
    context = (
        f"{request.base}/$metadata#Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)"
    )
    return answer({"@odata.context": context, "value": found})


def assign_policies(tenant: Tenant, request: Request) -> Answer:
    """POST userAssignments/assign."""
    items = _items(tenant, request)
    wrong = [reason for item in items if (reason := _wrong(tenant, item, assigning=True))]
    if wrong and tenant.answers["policy_failures"] == "all":
        raise bad_request(wrong[0])
    for item in items:
        if _wrong(tenant, item, assigning=True) is None:
            type = tenant.policy_names[item["policyId"]][0]
            tenant.policies_of.setdefault(item["userId"].lower(), {})[type.casefold()] = item["policyId"]
    return Answer(204)


def unassign_policies(tenant: Tenant, request: Request) -> Answer:
    """POST userAssignments/unassign."""
    items = _items(tenant, request)
    wrong = [reason for item in items if (reason := _wrong(tenant, item, assigning=False))]
    if wrong and tenant.answers["policy_failures"] == "all":
        raise bad_request(wrong[0])
    for item in items:
        if _wrong(tenant, item, assigning=False) is None:
            tenant.policies_of.get(item["userId"].lower(), {}).pop(item["policyType"].casefold(), None)
    return Answer(204)


def _items(tenant: Tenant, request: Request) -> list[dict[str, Any]]:
    items = request.json().get("value")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise bad_request("The parameter 'value' must be a list of policy assignments.")
    most = int(tenant.answers["policy_items"])
    if len(items) > most:
        raise bad_request(f"At most {most} policy assignments are accepted in one request.")
    return items


def _wrong(tenant: Tenant, item: dict[str, Any], *, assigning: bool) -> str | None:
    type, user, id = (item.get(name) for name in ("policyType", "userId", "policyId"))
    if not isinstance(type, str) or not isinstance(user, str):
        return "A policy assignment needs policyType and userId."
    if type.casefold() not in map(str.casefold, TYPES):
        return f"Policy type '{type}' is not supported."
    person = tenant.directory.get(user)
    if person is None or person.removed is not None or not person.known_to_teams:
        return f"User '{user}' is not found."
    if not assigning:
        return None
    if id not in tenant.policy_names or tenant.policy_names[str(id)][0].casefold() != type.casefold():
        return f"Policy '{id}' of type '{type}' is not found."
    return None


def _known_type(type: str) -> None:
    if type.casefold() not in map(str.casefold, TYPES):
        raise bad_request(f"Policy type '{type}' is not supported.")
