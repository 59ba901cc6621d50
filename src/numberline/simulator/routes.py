"""Which call a path is, what it may be called with, and which permissions it needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import batch, configuration_calls, number_calls, policy_calls, subscription_calls, user_calls
from .delta import Delta
from .faults import NUMBER_WRITES, SUBSCRIPTION_WRITES
from .state import Tenant
from .web import HTML, Answer, Problem, Request

Handler = Callable[..., Answer]

DIRECTORY = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
LICENCES = ("LicenseAssignment.Read.All", "Directory.Read.All", "Organization.Read.All")
ORGANIZATION = ("User.Read.All", "Organization.Read.All", "Directory.Read.All")
NUMBERS = ("TeamsTelephoneNumber.ReadWrite.All", "TeamsTelephoneNumber.Read.All")
NUMBERS_WRITE = ("TeamsTelephoneNumber.ReadWrite.All",)
CONFIGURATIONS = ("TeamsUserConfiguration.Read.All",)
POLICIES = ("TeamsPolicyUserAssign.ReadWrite.All",)

_TEAMS = r"(?:microsoft\.graph\.teamsAdministration\.)?"
_NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"
_POLICY = "/admin/teams/policy"


@dataclass(frozen=True, slots=True)
class Route:
    """One call: its kind (the word by which faults and counts name it), and who may make it."""

    method: str
    pattern: re.Pattern[str]
    kind: str
    roles: tuple[str, ...]
    handler: Handler
    teams: bool = False
    begins: bool = False  # the handler takes the moment at which Microsoft begins


@dataclass(frozen=True, slots=True)
class Call:
    """A route with what its path names."""

    route: Route
    arguments: tuple[str, ...]


class Routes:
    """All calls of Graph v1.0 that the simulator answers."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        delta = Delta(tenant)
        self._routes = [
            *_routes(lambda tenant, request: delta.answer(request)),
            _route("POST", r"/\$batch", "batch", (), self._batch),
        ]

    def find(self, method: str, path: str) -> Call:
        """The call; 405 when the path exists with other methods only, 400 in Graph's words when it does not."""
        other = False
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match and route.method == method:
                return Call(route, tuple(group.replace("%2F", "/") for group in match.groups()))
            other = other or match is not None
        if other:
            raise Problem(
                405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
            )
        segment = path.strip("/").rpartition("/")[2]
        raise Problem(400, "BadRequest", f"Resource not found for the segment '{segment}'.")

    def carry_out(self, call: Call, request: Request, begins: float) -> Answer:
        """Check permission and answer."""
        route = call.route
        if route.roles and not request.roles.intersection(route.roles):
            raise _forbidden(self._tenant, route, request)
        if route.begins:
            return route.handler(self._tenant, request, begins, *call.arguments)
        return route.handler(self._tenant, request, *call.arguments)

    def _batch(self, tenant: Tenant, request: Request) -> Answer:
        def one(item: Request) -> Answer:
            call = self.find(item.method, item.path)
            if call.route.kind in NUMBER_WRITES:
                return Answer(400, b"<html><head><title>Request Too Long</title></head></html>", HTML)
            if call.route.kind in SUBSCRIPTION_WRITES:
                raise Problem(501, "notImplemented", "The simulator takes no subscriptions in a batch.")
            return self.carry_out(call, item, item.now)

        return batch.answer_all(tenant, request, one)


def _forbidden(tenant: Tenant, route: Route, request: Request) -> Problem:
    if not route.teams:
        return Problem(
            403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
        )
    if tenant.answers["missing_permission"] == "old":
        inner = '{"code":"Forbidden","message":"Access Denied.","action":"Provide different credential or request access."}'
        return Problem(403, "UnknownError", inner)
    names = ",".join(route.roles)
    text = f"Insufficient permission(s) for the request. API requires any of the following permission(s): {names}."
    action = {"action": "Add the required roles/permissions and try again."}
    more: dict[str, Any] = {"code": "Forbidden", "message": None, "target": None, "additionalData": action}
    return Problem(403, "forbidden", text, inner=more)


def _routes(delta: Handler) -> list[Route]:
    users = user_calls
    return [
        _route("GET", "/organization", "organization", ORGANIZATION, users.organization),
        _route("GET", "/subscribedSkus", "skus", LICENCES, users.subscribed_skus),
        _route("GET", r"/users/delta(?:\(\))?", "delta", DIRECTORY, delta),
        _route("GET", r"/users/(?:microsoft\.graph\.)delta(?:\(\))?", "delta", DIRECTORY, delta),
        _route("GET", "/users", "users", DIRECTORY, users.users),
        _route("GET", "/users/([^/]+)", "user", DIRECTORY, users.user),
        _route("GET", r"/users\('([^/]+)'\)", "user", DIRECTORY, users.user),
        _route(
            "GET", "/users/([^/]+)/licenseDetails", "licences", (*LICENCES, *DIRECTORY), users.licence_details
        ),
        _route(
            "GET",
            r"/directory/deletedItems/(?:microsoft\.)?graph\.user",
            "deleted",
            DIRECTORY,
            users.deleted_users,
        ),
        _route(
            "GET",
            r"/directory/deletedItems/(?:(?:microsoft\.)?graph\.user/)?([^/]+)",
            "deleted",
            DIRECTORY,
            users.deleted_user,
        ),
        *_subscription_routes(),
        *_number_routes(),
        *_configuration_routes(),
    ]


def _subscription_routes() -> list[Route]:
    calls, all_, one = subscription_calls, "/subscriptions", "/subscriptions/([^/]+)"
    return [
        _route("POST", all_, "subscribe", DIRECTORY, calls.create),
        _route("GET", all_, "subscriptions", DIRECTORY, calls.read_all),
        _route("GET", one, "subscription", DIRECTORY, calls.read),
        _route("PATCH", one, "renew", DIRECTORY, calls.update),
        _route("DELETE", one, "unsubscribe", DIRECTORY, calls.delete),
        _route("POST", f"{one}/reauthorize", "reauthorize", DIRECTORY, calls.reauthorize),
    ]


def _number_routes() -> list[Route]:
    calls, operations = number_calls, "/admin/teams/telephoneNumberManagement/operations"
    return [
        _teams("GET", _NUMBERS, "numbers", NUMBERS, calls.list_numbers),
        _teams("POST", f"{_NUMBERS}/{_TEAMS}assignNumber", "assign", NUMBERS_WRITE, calls.assign, begins=True),
        _teams("POST", f"{_NUMBERS}/{_TEAMS}unassignNumber", "unassign", NUMBERS_WRITE, calls.unassign, begins=True),
        _teams("POST", f"{_NUMBERS}/{_TEAMS}updateNumber", "update", NUMBERS_WRITE, calls.update),
        _teams("GET", f"{_NUMBERS}/(?!{_TEAMS}(?:un)?assignNumber|{_TEAMS}updateNumber)([^/]+)", "number", NUMBERS, calls.get_number),
        _teams("GET", rf"{operations}\('([^/']+)'\)", "operation", NUMBERS, calls.get_operation),
        _teams("GET", f"{operations}/([^/]+)", "operation", NUMBERS, calls.get_operation),
    ]  # fmt: skip


def _configuration_routes() -> list[Route]:
    configurations, policies = "/admin/teams/userConfigurations", policy_calls
    assignments = f"{_POLICY}/userAssignments/{_TEAMS}"
    get_id = rf"{_POLICY}/{_TEAMS}getPolicyId\(type='([^/']+)',\s*name='((?:[^/']|'')+)'\)"
    return [
        _teams("GET", configurations, "configurations", CONFIGURATIONS, configuration_calls.list_configurations),
        _teams("GET", f"{configurations}/([^/]+)", "configuration", CONFIGURATIONS, configuration_calls.get_configuration),
        _teams("GET", get_id, "policy", POLICIES, policies.get_policy_id),
        _teams("POST", f"{assignments}assign", "policy_assign", POLICIES, policies.assign_policies, begins=True),
        _teams("POST", f"{assignments}unassign", "policy_assign", POLICIES, policies.unassign_policies, begins=True),
    ]  # fmt: skip


def _route(method: str, pattern: str, kind: str, roles: tuple[str, ...], handler: Handler) -> Route:
    return Route(method, re.compile(pattern), kind, roles, handler)


def _teams(
    method: str, pattern: str, kind: str, roles: tuple[str, ...], handler: Handler, *, begins: bool = False
) -> Route:
    return Route(method, re.compile(pattern), kind, roles, handler, teams=True, begins=begins)
