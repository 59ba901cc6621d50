"""From JSON to structs, tolerant of what Microsoft's own documentation shows and strict about everything else."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Generic, TypeVar, cast

import httpx2
import msgspec

from numberline.graph.answers import stop
from numberline.graph.errors import Stop

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T]):
    """One page of a collection."""

    value: list[T]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    delta_link: str | None = msgspec.field(name="@odata.deltaLink", default=None)


class _Envelope(msgspec.Struct):
    value: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


def entity(response: httpx2.Response, of: type[T]) -> T:
    """A single entity, plain or wrapped as `{"value": {…}}` (the documentation shows the latter)."""
    content = response.content
    try:
        wrapped = msgspec.json.decode(content, type=_Envelope).value
        if wrapped is not msgspec.UNSET and bytes(wrapped).startswith(b"{"):
            content = bytes(wrapped)
        return msgspec.json.decode(content, type=of)
    except msgspec.DecodeError as error:
        raise _not_understood(response, error) from None


def page(response: httpx2.Response, of: type[T]) -> Page[T]:
    """A page of a collection, also in the documented form that repeats the key: `{"value":{…},"value":{…}}`."""
    try:
        decoded: Page[T] = _decoder(cast("Any", of)).decode(response.content)
    except msgspec.ValidationError as error:
        repeated = _repeated(response.content)
        if repeated is None:
            raise _not_understood(response, error) from None
        return _converted(response, repeated, of)
    except msgspec.DecodeError as error:
        raise _not_understood(response, error) from None
    return decoded


@cache
def _decoder(of: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(Page[of])


def _converted(response: httpx2.Response, body: dict[str, Any], of: type[T]) -> Page[T]:
    try:
        converted: Page[T] = msgspec.convert(body, type=cast("Any", Page)[of])
    except msgspec.ValidationError as error:
        raise _not_understood(response, error) from None
    return converted


def _repeated(content: bytes) -> dict[str, Any] | None:
    """The body with every `value` object collected into one list; None when it is not of that form."""
    pairs = json.loads(content, object_pairs_hook=list)
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        return None
    values = [value for key, value in pairs if key == "value"]
    if not values or not all(isinstance(value, list) and _is_object(value) for value in values):
        return None
    body = {key: value for key, value in pairs if key != "value"}
    return {**body, "value": [_plain(value) for value in values]}


def _is_object(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(item, tuple) for item in value)


def _plain(value: Any) -> Any:
    """Pairs back to objects, as far down as they go."""
    if isinstance(value, list):
        if _is_object(value):
            return {key: _plain(inner) for key, inner in value}
        return [_plain(inner) for inner in value]
    return value


def misshapen(response: httpx2.Response, detail: str) -> Stop:
    """JSON that is not what was asked for; `detail` says how."""
    return stop("malformed_answer", host=response.url.netloc.decode(), detail=detail, **_facts(response))


def _not_understood(response: httpx2.Response, error: msgspec.DecodeError) -> Stop:
    """JSON of another shape is `malformed_answer`; what is no JSON at all, `not_graph`."""
    if isinstance(error, msgspec.ValidationError):
        return misshapen(response, str(error))
    kind = response.headers.get("content-type", "").partition(";")[0] or "no content type"
    detail = f"HTTP {response.status_code}, {kind}"
    return stop("not_graph", host=response.url.netloc.decode(), detail=detail, **_facts(response))


def _facts(response: httpx2.Response) -> dict[str, Any]:
    raw = response.content[:300].decode("utf-8", "replace")
    return {"raw": raw, "status": response.status_code, "request_id": response.headers.get("request-id")}
