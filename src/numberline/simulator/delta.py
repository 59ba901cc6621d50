"""`/users/delta`: rounds, tokens and their end (Microsoft: user-delta, delta-query-overview)."""

import re
import zlib
from typing import Any

import msgspec

from . import identifiers, odata, people_pages
from .directory import PAGE
from .state import Tenant
from .web import Answer, Problem, Request, bad_request

WEEK = 7 * 24 * 3600.0
ALLOWED = {"$select", "$filter", "$deltatoken", "$skiptoken"}
_IDS = re.compile(r"\s*id\s+eq\s+'([^']+)'\s*", re.IGNORECASE)


class Token(msgspec.Struct, array_like=True, frozen=True):
    """What a nextLink or deltaLink remembers."""

    kind: str  # full or delta
    select: int
    position: int  # the page of a full round; the last version sent of a delta round
    base: int  # the version when the round began
    minimal: bool
    generation: int
    issued_at: float
    ids: tuple[str, ...] = ()


class Delta:
    """Answers delta queries."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._pages = people_pages.PreparedPages(tenant)
        self._selects: list[tuple[str, ...]] = []

    def answer(self, request: Request) -> Answer:
        """One page of a round."""
        options = odata.options(request.query, ALLOWED)
        text = options.get("$skiptoken") or options.get("$deltatoken") or ""
        if text and text != "latest":
            if options.keys() & {"$select", "$filter"}:
                raise bad_request(
                    "The query parameters of a delta query are encoded in its token and cannot be repeated."
                )
            token = self._read(text, request)
        else:
            token = self._begin(options, request, latest=text == "latest")
            if text == "latest":
                return self._page(request, b"[]", None, token)
        return self._full(request, token) if token.kind == "full" else self._changes(request, token)

    def _begin(self, options: dict[str, str], request: Request, *, latest: bool) -> Token:
        select = people_pages.selected(odata.names(options.get("$select")))
        if select not in self._selects:
            self._selects.append(select)
        version = self._tenant.directory.visible_version(self._before(request))
        return Token(
            "delta" if latest else "full",
            self._selects.index(select),
            version if latest else 0,
            version,
            "return=minimal" in request.headers.get("prefer", ""),
            self._tenant.token_generation,
            request.now,
            _ids(options.get("$filter")),
        )

    def _full(self, request: Request, token: Token) -> Answer:
        select, directory = self._selects[token.select], self._tenant.directory
        if token.ids:
            found = [p for id in token.ids if (p := directory.get(id)) and p.removed is None]
            body = msgspec.json.encode([people_pages.tracked(person, select) for person in found])
            return self._page(request, body, None, self._after(token, token.base, request))
        distortion = self._distorted(request, token)
        if distortion is not None:
            return distortion
        body = self._pages.get(select, token.position)
        following = msgspec.structs.replace(token, position=token.position + 1)
        cut = self._tenant.faults.strikes("short_listing", "delta")
        if cut is not None and not cut.share:
            body = b"[]"
        if following.position >= directory.pages or cut:
            page = self._page(request, self._last(body), None, self._after(token, token.base, request))
            page.distorted = cut is not None
            return page
        page = self._page(request, body, following, None)
        page.afterwards = lambda: self._pages.get(select, following.position)
        return page

    def _changes(self, request: Request, token: Token) -> Answer:
        distortion = self._distorted(request, token)
        if distortion is not None:
            return distortion
        select, before = self._selects[token.select], self._before(request)
        items: list[dict[str, Any]] = []
        sent = token.position
        for version, person in self._tenant.directory.changed_since(token.position, before):
            if len(items) == PAGE:
                following = msgspec.structs.replace(token, position=sent)
                return self._page(request, msgspec.json.encode(items), following, None)
            sent = version
            changed = self._tenant.directory.properties_since(person, token.base)
            if token.ids and person.id not in token.ids:
                continue
            if person.removed is not None:
                items.append(people_pages.removed(person))
            elif changed.intersection(select):
                shown = [name for name in select if name in changed] if token.minimal else select
                items.append(people_pages.tracked(person, shown))
        end = self._tenant.directory.visible_version(before)
        return self._page(
            request, msgspec.json.encode(items), None, self._after(token, max(sent, end), request)
        )

    def _after(self, token: Token, version: int, request: Request) -> Token:
        return msgspec.structs.replace(
            token,
            kind="delta",
            position=version,
            base=version,
            issued_at=request.now,
            generation=self._tenant.token_generation,
        )

    def _distorted(self, request: Request, token: Token) -> Answer | None:
        if self._tenant.faults.strikes("empty_pages", "delta"):
            return self._page(request, b"[]", token, None)
        if token.kind == "full" and self._tenant.faults.strikes("duplicate_pages", "delta"):
            return self._page(
                request, self._pages.get(self._selects[token.select], token.position), token, None
            )
        return None

    def _last(self, body: bytes) -> bytes:
        """The last page of a full round; it may also tell of people who were deleted before."""
        if not self._tenant.answers["removed_in_full_round"]:
            return body
        gone = [people_pages.removed(person) for person in self._tenant.directory.deleted()]
        return msgspec.json.encode([*msgspec.json.decode(body), *gone])

    def _page(self, request: Request, items: bytes, following: Token | None, delta: Token | None) -> Answer:
        if following is not None:
            link = b'"@odata.nextLink":' + self._link(request, "$skiptoken", following)
        else:
            assert delta is not None, "a page without a next link ends the round"
            link = b'"@odata.deltaLink":' + self._link(request, "$deltatoken", delta)
        context = msgspec.json.encode(f"{request.base}/$metadata#users")
        return Answer(200, b"".join((b'{"@odata.context":', context, b",", link, b',"value":', items, b"}")))

    def _link(self, request: Request, name: str, token: Token) -> bytes:
        packed = msgspec.json.encode(token).decode()
        text = identifiers.encode(f"{zlib.crc32(packed.encode()):08x}{packed}")
        return msgspec.json.encode(f"{request.base}/users/delta?{name}={text}")

    def _read(self, text: str, request: Request) -> Token:
        try:
            packed = identifiers.decode(text)
            if f"{zlib.crc32(packed[8:].encode()):08x}" != packed[:8]:
                raise ValueError(text)
            token = msgspec.json.decode(packed[8:], type=Token)
        except (ValueError, msgspec.MsgspecError) as error:
            raise bad_request("Badly formed token.") from error
        struck = self._tenant.faults.strikes("expire_tokens", "delta")
        old = token.generation < self._tenant.token_generation or request.now - token.issued_at > WEEK
        if old or struck or token.select >= len(self._selects):
            raise self._expired(request, token)
        return token

    def _expired(self, request: Request, token: Token) -> Problem:
        answer = self._tenant.answers["expired_token"]
        message = f"The sync state generation is not found; generation={token.generation};[highest={self._tenant.token_generation}]."
        if answer == "gone":
            select = (
                ",".join(("id", *self._selects[token.select])) if token.select < len(self._selects) else "id"
            )
            location = f"{request.base}/users/delta?$deltatoken=&$select={select}"
            text = "Resync is required. Replace any local items with the server's version."
            return Problem(410, "resyncRequired", text, {"Location": location})
        return Problem(int(answer), "syncStateNotFound", message)

    def _before(self, request: Request) -> float:
        return request.now - self._tenant.faults.timing.delta_delay


def _ids(text: str | None) -> tuple[str, ...]:
    if not text:
        return ()
    matches = [_IDS.fullmatch(part) for part in re.split(r"\bor\b", text)]
    ids = tuple(match[1].lower() for match in matches if match)
    if len(ids) != len(matches) or len(ids) > 50:
        raise bad_request(
            "Only 'id eq' with at most 50 objects is supported in the $filter of a delta query."
        )
    return ids
