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

    Follows `@odata.nextLink`; where there is none, goes on by `$skip` until a page brings nothing new, because a
    page may be shorter than we asked for without being the last. Any error ends the listing by being raised.
    """
    seen: dict[str, GraphNumber] = {}
    received = 0
    start = f"{NUMBERS}?$top={TOP}"
    while True:
        linked, size = False, 0
        for found in pages(get, root, start, GraphNumber):
            linked = linked or found.next_link is not None
            size = len(found.value)
            received += size
            fresh = [n for n in found.value if seen.get(n.telephone_number) != n]
            seen.update((n.telephone_number, n) for n in fresh)
            if fresh:
                yield fresh
        if linked or not size:
            return
        if not fresh:
            if size < TOP:
                return
            raise _incomplete()
        start = f"{NUMBERS}?$top={TOP}&$skip={received}"


def _incomplete() -> Exception:
    return wait("listing_incomplete", 60.0)
