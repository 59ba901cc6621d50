"""`$batch`: at most twenty calls in one request, each with its own answer (Microsoft: json-batching)."""

from collections.abc import Callable
from typing import Any

import msgspec

from .state import Tenant
from .web import Answer, Problem, Request, answer, bad_request

MOST = 20


def answer_all(tenant: Tenant, request: Request, one: Callable[[Request], Answer]) -> Answer:
    """Answer every call of the batch; one that depends on a failed one gets 424."""
    items = request.json().get("requests")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise bad_request("The batch must have a list of requests.")
    if len(items) > MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    ids = [item.get("id") for item in items]
    if len(set(map(str, ids))) != len(ids) or not all(isinstance(id, str) for id in ids):
        raise bad_request("Every request in a batch needs an id of its own.")
    statuses: dict[str, int] = {}
    responses = []
    for item in items:
        result = _answer(tenant, request, item, statuses, one)
        statuses[item["id"]] = result.status
        responses.append(_response(item["id"], result))
    return answer({"responses": responses})


def _answer(
    tenant: Tenant,
    request: Request,
    item: dict[str, Any],
    statuses: dict[str, int],
    one: Callable[[Request], Answer],
) -> Answer:
    inner = _request(request, item)
    try:
        if any(statuses.get(id, 424) >= 400 for id in item.get("dependsOn") or ()):
            raise Problem(424, "FailedDependency", "A request that this one depends on has failed.")
        if tenant.faults.throttled(tenant.clock()):
            wait = tenant.faults.timing.retry_after
            raise Problem(
                429,
                "TooManyRequests",
                "Too many requests.",
                {} if wait is None else {"Retry-After": str(wait)},
            )
        return one(inner)
    except Problem as problem:
        return problem.answer(inner)


def _request(outer: Request, item: dict[str, Any]) -> Request:
    method, url = item.get("method"), item.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise bad_request("Every request in a batch needs a method and a url.")
    path, _, query = url.partition("?")
    headers = {str(name).lower(): str(value) for name, value in (item.get("headers") or {}).items()}
    body = b"" if item.get("body") is None else msgspec.json.encode(item["body"])
    inner = Request(method.upper(), "/" + path.lstrip("/"), query, headers, body, outer.id)
    inner.now, inner.base, inner.roles = outer.now, outer.base, outer.roles
    inner.application = outer.application
    return inner


def _response(id: str, result: Answer) -> dict[str, Any]:
    response: dict[str, Any] = {"id": id, "status": result.status, "headers": result.headers}
    if "json" in result.headers.get("Content-Type", ""):
        response["body"] = msgspec.Raw(result.body)
    elif result.body:
        response["body"] = result.body.decode()
    return response
