"""Addresses: what we ask for, and which links of Microsoft's we follow with our token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urljoin, urlsplit

NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"
OPERATIONS = "/admin/teams/telephoneNumberManagement/operations"
USER_CONFIGURATIONS = "/admin/teams/userConfigurations"

_OPERATION = re.compile(
    r"^/v1\.0" + re.escape(OPERATIONS) + r"(?:/([^/()'{}]+)|[({]'([^']+)'[)}])$", re.IGNORECASE
)


class ForeignLink(ValueError):
    """The link does not lead to the Graph root that we were given, so our token must not go there."""


def select(names: Sequence[str]) -> str:
    """A `$select` of these properties."""
    return "$select=" + ",".join(names)


def text_filter(name: str, value: str) -> str:
    """`$filter=name eq 'value'`, with everything encoded, `+` above all: unencoded it becomes a space."""
    doubled = value.replace("'", "''")
    return f"$filter={name}%20eq%20%27{quote(doubled, safe='')}%27"


def segment(key: str) -> str:
    """A key as one segment of a path; a user principal name may hold `#` and more."""
    return quote(key, safe="@")


def own(root: str, link: str) -> str:
    """The link, absolute, when it leads to our Graph root; else `ForeignLink`."""
    absolute = urljoin(f"{root}/v1.0/", link)
    if _origin(absolute) != _origin(root):
        raise ForeignLink(f"the link leads to {urlsplit(absolute).netloc!r}")
    return absolute


def operation_link(root: str, location: str) -> str:
    """The `Location` of an accepted request as `{root}/v1.0/…/operations('id')`.

    Both key spellings are accepted, and the braces of a mistyped example (Microsoft:
    telephonenumberlongrunningoperation-get). Raises `ForeignLink` for anything else.
    """
    found = _OPERATION.match(urlsplit(own(root, location)).path)
    if found is None:
        raise ForeignLink("the link is not one of an operation")
    key = quote(unquote(found[1] or found[2]), safe="")
    return f"{root}/v1.0{OPERATIONS}('{key}')"


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or 443
