"""Calls on subscriptions (Microsoft: subscription-post-subscriptions, -get, -update, -delete, -reauthorize)."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from . import identifiers, odata, timestamps
from .state import Tenant
from .subscriptions import LONGEST, SHORTEST, Subscription
from .web import Answer, Problem, Request, answer, bad_request

CREATABLE = {
    "changeType",
    "notificationUrl",
    "lifecycleNotificationUrl",
    "resource",
    "expirationDateTime",
    "clientState",
    "includeResourceData",
    "latestSupportedTlsVersion",
    "@odata.type",
}
CHANGEABLE = {"expirationDateTime", "notificationUrl", "@odata.type"}
RESOURCE = re.compile(r"/?users(?:/[0-9a-f-]{36})?", re.IGNORECASE)
TLS = (None, "v1_0", "v1_1", "v1_2", "v1_3")
STATE_LENGTH = 128


def create(tenant: Tenant, request: Request) -> Answer:
    """POST: everything is checked, then both addresses are validated, and only then it is there."""
    _not_too_often(tenant, request)
    body = _body(request, CREATABLE)
    wanted = Subscription(
        id=identifiers.guid(tenant.random),
        application=request.application,
        resource=_resource(body),
        change_types=_change_types(body),
        url=_address(tenant, body, "notificationUrl"),
        lifecycle_url=_address(tenant, body, "lifecycleNotificationUrl", optional=True),
        client_state=_client_state(body),
        expires_at=_expires(body, request.now),
        tls=body.get("latestSupportedTlsVersion"),
    )
    if wanted.tls not in TLS:
        raise bad_request(f"latestSupportedTlsVersion '{wanted.tls}' is not known.")
    if body.get("includeResourceData"):
        raise bad_request("Resource data cannot be included in change notifications of users.")
    _not_there_yet(tenant, wanted, request.now)
    _within_quota(tenant, wanted, request.now)

    def validated() -> Answer:
        tenant.subscriptions.add(wanted)
        return answer(_shown(tenant, request, wanted, whole=True), 201)

    return _after_handshakes(tenant, [wanted.url, wanted.lifecycle_url], validated)


def read_all(tenant: Tenant, request: Request) -> Answer:
    """GET: the application's own."""
    odata.options(request.query, set())
    own = [one for one in tenant.subscriptions.live(request.now) if one.application == request.application]
    context = f"{request.base}/$metadata#subscriptions"
    items = [{k: v for k, v in _shown(tenant, request, one).items() if k[0] != "@"} for one in own]
    return answer({"@odata.context": context, "value": items})


def read(tenant: Tenant, request: Request, id: str) -> Answer:
    """GET one."""
    odata.options(request.query, set())
    return answer(_shown(tenant, request, _own(tenant, request, id)))


def update(tenant: Tenant, request: Request, id: str) -> Answer:
    """PATCH: renews, and authorises again."""
    _not_too_often(tenant, request)
    one, body = _own(tenant, request, id), _body(request, CHANGEABLE)
    if not body.keys() & {"expirationDateTime", "notificationUrl"}:
        raise bad_request("Nothing that can be changed is given: expirationDateTime or notificationUrl.")
    expires = _expires(body, request.now) if "expirationDateTime" in body else one.expires_at
    url = _address(tenant, body, "notificationUrl") if "notificationUrl" in body else one.url

    def validated() -> Answer:
        one.url, one.expires_at = url, expires
        tenant.subscriptions.authorise(one)
        return answer(_shown(tenant, request, one))

    if url == one.url and not tenant.answers["renewal_validates"]:
        return validated()
    return _after_handshakes(tenant, [url], validated)


def delete(tenant: Tenant, request: Request, id: str) -> Answer:
    """DELETE."""
    _not_too_often(tenant, request)
    tenant.subscriptions.drop(_own(tenant, request, id).id)
    return Answer(204)


def reauthorize(tenant: Tenant, request: Request, id: str) -> Answer:
    """POST reauthorize: does not renew."""
    _not_too_often(tenant, request)
    tenant.subscriptions.authorise(_own(tenant, request, id))
    return Answer(204)


def _after_handshakes(tenant: Tenant, urls: list[str | None], validated: Callable[[], Answer]) -> Answer:
    async def settle() -> Answer:
        for url in dict.fromkeys(url for url in urls if url):
            await tenant.handshake(url)
        return validated()

    waiting = Answer()
    waiting.settle = settle
    return waiting


def _not_too_often(tenant: Tenant, request: Request) -> None:
    if tenant.subscriptions.throttled(request.now):
        raise Problem(
            429, "TooManyRequests", "Too many requests. Please try again later.", {"Retry-After": "20"}
        )


def _body(request: Request, known: set[str]) -> dict[str, Any]:
    body = request.json()
    strange = sorted(body.keys() - known)
    if strange == ["lifecycleNotificationUrl"]:
        raise bad_request("lifecycleNotificationUrl cannot be changed after the subscription was created.")
    if strange:
        raise bad_request(f"The property '{strange[0]}' cannot be set on a subscription.")
    return body


def _own(tenant: Tenant, request: Request, id: str) -> Subscription:
    one = tenant.subscriptions.get(id, request.now)
    if one is None or one.application != request.application:
        raise Problem(404, "ResourceNotFound", "The object was not found.")
    return one


def _resource(body: dict[str, Any]) -> str:
    resource = body.get("resource")
    if not isinstance(resource, str) or not RESOURCE.fullmatch(resource):
        raise bad_request(f"Invalid 'resource' attribute of the subscription: '{resource}'.")
    return resource


def _change_types(body: dict[str, Any]) -> tuple[str, ...]:
    types = tuple(part.strip() for part in str(body.get("changeType") or "").split(","))
    if not set(types) <= {"updated", "deleted"} or len(set(types)) < len(types):
        raise bad_request(f"Invalid 'changeType' attribute for users: '{body.get('changeType')}'.")
    return types


def _address(tenant: Tenant, body: dict[str, Any], name: str, *, optional: bool = False) -> Any:
    url = body.get(name)
    if url is None and optional:
        return None
    parts = urlsplit(url if isinstance(url, str) else "")
    if not parts.hostname or parts.fragment or parts.scheme not in ("https", *tenant.also_delivers_by):
        raise bad_request(f"Invalid '{name}' attribute: it must be an absolute https address.")
    return url


def _client_state(body: dict[str, Any]) -> str | None:
    state = body.get("clientState")
    if state is not None and (not isinstance(state, str) or len(state) > STATE_LENGTH):
        raise bad_request(f"Invalid 'clientState' attribute: at most {STATE_LENGTH} characters.")
    return state


def _expires(body: dict[str, Any], now: float) -> float:
    try:
        at = timestamps.seconds(str(body.get("expirationDateTime")))
    except ValueError:
        raise bad_request("Invalid 'expirationDateTime' attribute of the subscription.") from None
    if at <= now:
        raise bad_request("Subscription expiration must be in the future.")
    if at > now + LONGEST:
        raise bad_request(
            f"Subscription expiration can only be {LONGEST // 60} minutes in the future for this resource."
        )
    return max(at, now + SHORTEST)


def _not_there_yet(tenant: Tenant, wanted: Subscription, now: float) -> None:
    for one in tenant.subscriptions.live(now):
        same = (one.application, one.resource.strip("/").lower(), set(one.change_types)) == (
            wanted.application,
            wanted.resource.strip("/").lower(),
            set(wanted.change_types),
        )
        if same and (one.url == wanted.url or tenant.answers["duplicate_other_url"] == "refused"):
            raise Problem(409, "Conflict", "A subscription with this changeType and resource already exists.")


def _within_quota(tenant: Tenant, wanted: Subscription, now: float) -> None:
    own = sum(one.application == wanted.application for one in tenant.subscriptions.live(now))
    if own >= tenant.answers["subscription_quota"]:
        raise Problem(
            403, "Forbidden", "The application has reached its quota of subscriptions in this tenant."
        )


def _shown(tenant: Tenant, request: Request, one: Subscription, *, whole: bool = False) -> dict[str, Any]:
    told = whole or tenant.answers["client_state_shown"]
    return {
        "@odata.context": f"{request.base}/$metadata#subscriptions/$entity",
        "id": one.id,
        "resource": one.resource,
        "applicationId": one.application,
        "changeType": ",".join(one.change_types),
        "clientState": one.client_state if told else None,
        "notificationUrl": one.url,
        "lifecycleNotificationUrl": one.lifecycle_url,
        "expirationDateTime": timestamps.text(one.expires_at),
        "creatorId": tenant.id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": one.tls or "v1_2",
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationQueryOptions": None,
        "notificationUrlAppId": None,
    }
