"""What `tenant check` says of policies, where ranges name any."""

from numberline.graph.client import GraphClient
from numberline.graph.diagnose import Check
from numberline.graph.errors import GraphError
from numberline.graph.policies import PERMISSION
from numberline.graph.reasons import by_code
from numberline.notifications.checking import checks as notifications
from numberline.policies.names import ask_name, named
from numberline.policies.profiles import profiles_of
from numberline.tenants.check import check
from numberline.tenants.credentials import client
from numberline.tenants.models import Tenant

REMEDY = "Correct the names in the ranges' policies, or make the policies in the Teams admin center."


def check_all(tenant: Tenant) -> list[Check]:
    """Everything that `tenant check` looks at. Failures are results; CredentialUnreadable is raised."""
    found = check(tenant)
    return [*found, *checks(tenant), *notifications(tenant)] if found[0].ok else found


def checks(tenant: Tenant) -> list[Check]:
    """Whether policies may be set, and whether the tenant has every one that its ranges name. Nothing without profiles.

    Failures are results, not errors.
    """
    if not profiles_of(tenant):
        return []
    with client(tenant) as graph:
        try:
            return [_check(tenant, graph)]
        except GraphError as error:
            detail = f"{error.cause} ({error.raw})" if error.raw else error.cause
            return [Check("policies", False, detail, error.remedy, error.code)]


def _check(tenant: Tenant, graph: GraphClient) -> Check:
    profiles = list(profiles_of(tenant).values())
    if PERMISSION not in graph.roles():
        ranges = ", ".join(one.range for one in profiles)
        remedy = by_code("permission_missing").remedy.format(permission=PERMISSION)
        detail = f"missing: {PERMISSION}, for the policies of: {ranges}"
        return Check("policies", False, detail, remedy, "permission_missing")
    wrong = []
    wishes = named(profiles)
    for wish in wishes:
        found, words = ask_name(graph, wish)
        if not found:
            using = ", ".join(one.range for one in profiles if wish.key in {own.key for own in one.wishes})
            wrong.append(f"{wish.words} of {using}: {words}")
    if wrong:
        return Check("policies", False, "; ".join(wrong), REMEDY, "policy_unknown")
    return Check("policies", True, f"{len(wishes)} of {len(profiles)} ranges are there")
