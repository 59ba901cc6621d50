"""Reading a whole collection, and never taking a part of it for the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx2

from numberline.graph.answers import stop, wait
from numberline.graph.decoding import Page, page
from numberline.graph.links import NUMBERS, ForeignLink, own
from numberline.graph.types import GraphNumber

T = TypeVar("T")
Get = Callable[[str], httpx2.Response]

TOP = 1000
"""Numbers in a page, the documented maximum (Microsoft: telephonenumbermanagementroot-list-numberassignments)."""

REPEATED_PAGE_TRIES = 3
EMPTY_PAGES = 20
"""Empty pages in a row that still count as going on."""


def pages(get: Get, root: str, url: str, of: type[T]) -> Iterator[Page[T]]:
    """The pages of a collection by `@odata.nextLink`. A link that was followed before raises `Wait`."""
    followed = {url}
    link: str | None = url
    while link is not None:
        answer = page(get(link), of)
        yield answer
        link = follow(root, answer.next_link)
        if link in followed:
            raise _incomplete()
        if link is not None:
            followed.add(link)


def follow(root: str, link: str | None) -> str | None:
    """The link when it leads to our Graph root; a link to another host stops the run, our token must not go there."""
    if link is None:
        return None
    try:
        return own(root, link)
    except ForeignLink as error:
        raise stop("not_graph", host=root.removeprefix("https://"), detail=str(error)) from None


def number_pages(get: Get, root: str) -> Iterator[list[GraphNumber]]:
    """Every number of the tenant, page by page, repeats left out; ends only when the listing did.

    Follows `@odata.nextLink`; where there never is one, goes on by `$skip` until a page brings nothing new, because
    a page may be shorter than we asked for without being the last. Any error ends the listing by being raised.
    """
    seen: dict[str, GraphNumber] = {}
    received, empty, linked, url = 0, 0, False, f"{NUMBERS}?$top={TOP}"
    while empty <= EMPTY_PAGES:
        found, fresh = _next_numbers(get, url, seen, linked=linked)
        received += len(found.value)
        seen.update((number.telephone_number, number) for number in fresh)
        if fresh:
            yield fresh
        empty = 0 if fresh else empty + 1
        link = follow(root, found.next_link)
        if link is None and (linked or not fresh):
            return
        linked = linked or link is not None
        url = link or f"{NUMBERS}?$top={TOP}&$skip={received}"
    raise _incomplete()


def _next_numbers(
    get: Get, url: str, seen: dict[str, GraphNumber], *, linked: bool
) -> tuple[Page[GraphNumber], list[GraphNumber]]:
    """A page and what is new on it. A page that only repeats others may stand in the place of one that we then miss:
    it is asked for again, and in the end refused. (A short one without any links: the tenant ignores `$skip`.)"""
    for _ in range(REPEATED_PAGE_TRIES):
        found = page(get(url), GraphNumber)
        fresh = [number for number in found.value if seen.get(number.telephone_number) != number]
        ignores_skip = not linked and found.next_link is None and len(found.value) < TOP
        if fresh or not found.value or ignores_skip:
            return found, fresh
    raise _incomplete()


def _incomplete() -> Exception:
    return wait("listing_incomplete", 60.0)
