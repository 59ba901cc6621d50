"""Calls on numberAssignments and their operations (Microsoft: teamsadministration-numberassignment)."""

import re
from typing import Any

import msgspec

from . import identifiers, odata, telephony
from .numbers import TYPES, Number
from .operations import Operation
from .refusals import Order, refusal
from .state import Tenant
from .user_calls import link
from .web import Answer, Problem, Request, answer, bad_request

FIELDS = set(Number("", "directRouting", "").document()) - {"id", "city"}
PATH = "/admin/teams/telephoneNumberManagement"
CATEGORIES = ("primary", "private", "alternate")
_NUMBER = re.compile(r"\+?([1-9]\d{3,14})(;ext=\d{1,15})?")


def list_numbers(tenant: Tenant, request: Request) -> Answer:
    """GET /numberAssignments: `$filter`, `$top` (500, at most 1,000), `$skip` (Microsoft: list-numberassignments)."""
    options = odata.options(request.query, {"$filter", "$top", "$skip"})
    top = odata.whole_number(options, "$top", 500, most=1000, least=1)
    skip = odata.whole_number(options, "$skip", 0)
    texts = _matching(tenant, options.get("$filter"))
    faults, following = tenant.faults, skip + top
    distorted = False
    if tenant.answers["next_link"] and faults.strikes("empty_pages", "numbers"):
        page, following, distorted = [], skip, True
    else:
        page = texts[skip:following]
        if faults.strikes("duplicate_pages", "numbers") and skip >= top:
            page, distorted = texts[skip - top : skip], True
        cut = "$filter" not in options and faults.strikes("short_listing", "numbers")
        if cut:
            page, following, distorted = page[: int(len(page) * cut.share)], len(texts), True
    context = msgspec.json.encode(
        f"{request.base}/$metadata#admin/teams/telephoneNumberManagement/numberAssignments"
    )
    parts = [b'{"@odata.context":', context]
    if following < len(texts) and tenant.answers["next_link"]:
        query = {
            name: value for name, value in request.query.items() if name.lower() not in ("$skip", "$top")
        }
        query |= {"$top": str(top), "$skip": str(following)}
        parts += [
            b',"@odata.nextLink":',
            msgspec.json.encode(link(request, f"{PATH}/numberAssignments", query)),
        ]
    if len(page) == 1 and faults.strikes("malformed", "numbers"):
        parts += [b',"value":', tenant.numbers.shown(page)[0], b"}"]
        distorted = True
    else:
        parts += [b',"value":[', b",".join(tenant.numbers.shown(page)), b"]}"]
    seen(tenant, page)
    result = Answer(200, b"".join(parts))
    result.distorted = distorted
    return result


def get_number(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /numberAssignments/{id}."""
    odata.options(request.query, set())
    number = tenant.numbers.get(identifiers.number_of(id))
    if number is None or number.shown is None:
        raise Problem(404, "NotFound", f"Telephone number '{id}' is not found.")
    context = f"{request.base}/$metadata#admin/teams/telephoneNumberManagement/numberAssignments/$entity"
    seen(tenant, [number.text])
    return _entity(tenant, "number", {"@odata.context": context, **msgspec.json.decode(number.shown)})


def assign(tenant: Tenant, request: Request, begins: float) -> Answer:
    """POST assignNumber: 202 with the operation's Location (Microsoft: numberassignment-assignnumber)."""
    order = read_order(tenant, request.json())
    if tenant.answers["business_errors"] == "answer":
        reason = refusal(tenant, order)
        if reason is not None:
            raise bad_request(reason)
    fate = telephony.fate(tenant, "assign")
    return accepted(request, telephony.order_assignment(tenant, order, fate, request.now, begins))


def unassign(tenant: Tenant, request: Request, begins: float) -> Answer:
    """POST unassignNumber: keyed on the number alone (Microsoft: numberassignment-unassignnumber)."""
    body = _fields(request.json(), {"telephoneNumber", "numberType"})
    text = number_text(tenant, body.get("telephoneNumber"))
    type = None if body.get("numberType") is None else number_type(tenant, body["numberType"])
    fate = telephony.fate(tenant, "unassign")
    return accepted(request, telephony.order_unassignment(tenant, text, type, fate, request.now, begins))


def update(tenant: Tenant, request: Request) -> Answer:
    """POST updateNumber: at once; an empty text clears, null leaves as it is (Microsoft: numberassignment-updatenumber)."""
    body = _fields(
        request.json(), {"telephoneNumber", "locationId", "networkSiteId", "reverseNumberLookupOptions"}
    )
    text = number_text(tenant, body.get("telephoneNumber"))
    number = tenant.numbers.get(text)
    if number is None:
        raise Problem(404, "NotFound", f"Telephone Number '{text}' is not found from tenant '{tenant.id}'")
    location = body.get("locationId")
    if location and location not in tenant.locations:
        raise bad_request(f"Location '{location}' is not found from tenant '{tenant.id}'.")
    if location is not None:
        number.location = location or None
    if body.get("networkSiteId") is not None:
        number.network_site = body["networkSiteId"] or None
    if body.get("reverseNumberLookupOptions") is not None:
        number.reverse_lookup = tuple(body["reverseNumberLookupOptions"])
    tenant.numbers.publish(number)
    return Answer(200)


def get_operation(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET /operations/{id}, in both spellings of the key."""
    odata.options(request.query, set())
    operation = tenant.operations.read(id, request.now, tenant.answers["operation_retention"])
    if operation is None:
        raise Problem(404, "NotFound", f"Operation '{id}' is not found.")
    result = _entity(tenant, "operation", operation.document(request.base))
    if not operation.terminal and tenant.answers["operation_retry_after"]:
        result.headers["Retry-After"] = "1"
    return result


def read_order(tenant: Tenant, body: dict[str, Any]) -> Order:
    """The body of assignNumber; 400 for what Graph would not read."""
    body = _fields(
        body, {"telephoneNumber", "assignmentTargetId", "numberType", "assignmentCategory", "locationId"}
    )
    target = body.get("assignmentTargetId")
    if not isinstance(target, str) or not target:
        raise bad_request("The parameter 'assignmentTargetId' is required.")
    category = body.get("assignmentCategory") or "primary"
    if category not in CATEGORIES:
        raise bad_request(f"Invalid value '{category}' for the parameter 'assignmentCategory'.")
    location = body.get("locationId")
    if location is not None and not isinstance(location, str):
        raise bad_request("The parameter 'locationId' must be a string.")
    text = number_text(tenant, body.get("telephoneNumber"))
    return Order(
        text, target.lower(), number_type(tenant, body.get("numberType")), category, location or None
    )


def number_text(tenant: Tenant, value: Any) -> str:
    """A number as Teams writes it, with `+`; the `+` may be missing in requests (Microsoft: samples)."""
    match = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[2] and not tenant.answers["extensions"]):
        raise bad_request(f"Invalid value '{value}' for the parameter 'telephoneNumber'.")
    return f"+{match[1]}{match[2] or ''}"


def number_type(tenant: Tenant, value: Any) -> str:
    """The type, in the spelling that Graph wants."""
    if value in TYPES:
        return str(value)
    if isinstance(value, str) and tenant.answers["error_action_case"] == "understood":
        for type in TYPES:
            if type.lower() == value.lower():
                return type
    raise bad_request(f"Invalid value '{value}' for the parameter 'numberType'.")


def accepted(request: Request, operation: Operation) -> Answer:
    """202: no body, and where to look."""
    location = f"{request.base}{PATH}/operations('{operation.id}')"
    result = Answer(202, headers={"Location": location})
    result.operation = operation
    return result


def seen(tenant: Tenant, texts: list[str]) -> None:
    """Note that an answer has shown these numbers, so that changes made out of band are known to the caller."""
    if not tenant.unseen:
        return
    for text in tenant.unseen.intersection(texts):
        tenant.unseen.discard(text)


def _matching(tenant: Tenant, text: str | None) -> list[str]:
    numbers = tenant.numbers
    if text is None:
        return numbers.listed()
    matches, equal = odata.parse(text, FIELDS)
    candidates = numbers.listed()
    if isinstance(equal.get("telephoneNumber"), str):
        number = numbers.get(equal["telephoneNumber"])
        candidates = [number.text] if number is not None and number.shown is not None else []
        tenant.unseen.discard(equal["telephoneNumber"])
    elif isinstance(equal.get("assignmentTargetId"), str):
        candidates = [
            number.text for number in numbers.shown_to_be_held_by(equal["assignmentTargetId"].lower())
        ]
    return [
        each
        for each, shown in zip(candidates, numbers.shown(candidates), strict=True)
        if matches(msgspec.json.decode(shown))
    ]


def _entity(tenant: Tenant, kind: str, document: dict[str, Any]) -> Answer:
    if tenant.faults.strikes("malformed", kind):
        result = answer({"value": document})
        result.distorted = True
        return result
    return answer(document)


def _fields(body: dict[str, Any], known: set[str]) -> dict[str, Any]:
    unknown = body.keys() - known
    if unknown:
        raise bad_request(
            f"The parameter '{sorted(unknown)[0]}' in the request payload is not a valid parameter."
        )
    return body
