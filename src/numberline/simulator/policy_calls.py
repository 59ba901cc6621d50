"""Calls on Teams policies (Microsoft: teamspolicyassignment-getpolicyid, teamspolicyuserassignment-assign)."""

from collections.abc import Callable
from typing import Any

from . import odata, policies
from .state import Tenant
from .web import Answer, Problem, Request, answer, bad_request

ITEM = "#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment"


def get_policy_id(tenant: Tenant, request: Request, type: str, name: str) -> Answer:
    """GET getPolicyId(type=…,name=…): names come back with the prefix `Tag:`."""
    odata.options(request.query, set())
    if policies.spelled(type) is None:
        raise bad_request(_unsupported(type))
    name = name.replace("''", "'")
    id = tenant.policies.find(type, name)
    if id is None and tenant.answers["unknown_policy"] == "404":
        raise Problem(404, "NotFound", f"Policy '{name}' of type '{type}' is not found.")
    found = [] if id is None else [{"name": "Tag:" + tenant.policies.named[id][1], "policyId": id}]
    context = (
        f"{request.base}/$metadata#Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)"
    )
    return answer({"@odata.context": context, "value": found})


def assign_policies(tenant: Tenant, request: Request, begins: float) -> Answer:
    """POST userAssignments/assign."""

    def give(item: dict[str, Any]) -> None:
        tenant.policies.give(item["userId"].lower(), item["policyId"])

    return _carry_out(tenant, request, begins, give, assigning=True)


def unassign_policies(tenant: Tenant, request: Request, begins: float) -> Answer:
    """POST userAssignments/unassign."""

    def take(item: dict[str, Any]) -> None:
        tenant.policies.take(item["userId"].lower(), item["policyType"])

    return _carry_out(tenant, request, begins, take, assigning=False)


def _carry_out(
    tenant: Tenant, request: Request, begins: float, do: Callable[[dict[str, Any]], None], *, assigning: bool
) -> Answer:
    """Refuse what is wrong; the rest is done when the faults let it, and shown after the lag.

    With the answer `partial` what is wrong is left out in silence, as long as something is left.
    """
    items = _items(tenant, request)
    wrong = {index: why for index, item in enumerate(items) if (why := _wrong(tenant, item, assigning))}
    if wrong and (tenant.answers["policy_failures"] == "all" or len(wrong) == len(items)):
        raise bad_request(wrong[min(wrong)])
    right = [item for index, item in enumerate(items) if index not in wrong]
    faults = tenant.faults
    late, hide = faults.strikes("late", "policy_assign"), faults.strikes("hide", "policy_assign")
    at = begins + (faults.duration("late", late) if late else 0.0)
    lag = max(faults.timing.policy_lag, faults.duration("hide", hide) if hide else 0.0)

    def happen(now: float) -> None:
        for item in right:
            do(item)
        people = [item["userId"].lower() for item in right]
        tenant.agenda.at(now + lag, lambda _: tenant.policies.show(people))

    tenant.agenda.at(at, happen)
    tenant.agenda.run(tenant.clock())
    return Answer(204)


def _items(tenant: Tenant, request: Request) -> list[dict[str, Any]]:
    body = request.json()
    items = body.get("value")
    if body.keys() != {"value"}:
        raise bad_request("The parameter 'value' is the only one of this action.")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise bad_request("The parameter 'value' must be a list of policy assignments.")
    most = int(tenant.answers["policy_items"])
    if len(items) > most:
        raise bad_request(f"At most {most} policy assignments are accepted in one request.")
    known = {"@odata.type", "userId", "policyType", "policyId"}
    for item in items:
        strange = sorted(item.keys() - known)
        if strange or item.get("@odata.type", ITEM) != ITEM:
            raise bad_request(f"A policy assignment has no '{strange[0] if strange else '@odata.type'}'.")
    wishes = {
        (str(item.get("userId")).lower(), str(item.get("policyType")).casefold(), item.get("policyId"))
        for item in items
    }
    if len({wish[:2] for wish in wishes}) < len(wishes):
        raise bad_request("A user can have one policy of each type in one request.")
    return items


def _wrong(tenant: Tenant, item: dict[str, Any], assigning: bool) -> str | None:
    type, user, id = (item.get(name) for name in ("policyType", "userId", "policyId"))
    if not isinstance(type, str) or not isinstance(user, str):
        return "A policy assignment needs policyType and userId."
    if policies.spelled(type) is None:
        return _unsupported(type)
    person = tenant.directory.get(user)
    if person is None or person.removed is not None or not person.known_to_teams:
        return f"User '{user}' is not found."
    if not assigning:
        bare = tenant.answers["unassign_no_policy"] == "refused" and not tenant.policies.has(person.id, type)
        return f"User '{user}' has no policy of type '{type}' assigned." if bare else None
    if id not in tenant.policies.named or tenant.policies.named[str(id)][0].casefold() != type.casefold():
        return f"Policy '{id}' of type '{type}' is not found."
    return None


def _unsupported(type: str) -> str:
    return f"Policy type '{type}' is not supported."
