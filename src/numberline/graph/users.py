"""The user object as Graph returns it, the attributes that rules read, and a page of users delta."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from numberline.graph.types import Entity, Removed


class GraphUser(Entity, frozen=True, kw_only=True):
    """A user with the properties that we `$select` (Microsoft: resources/user); None means null or absent.

    `removed` is delta's `@removed`: such an item carries nothing but the id.
    """

    id: str
    city: str | None = None
    office_location: str | None = None
    usage_location: str | None = None
    department: str | None = None
    company_name: str | None = None
    job_title: str | None = None
    state: str | None = None
    country: str | None = None
    street_address: str | None = None
    postal_code: str | None = None
    employee_id: str | None = None
    employee_type: str | None = None
    mail: str | None = None
    user_principal_name: str | None = None
    display_name: str | None = None
    given_name: str | None = None
    surname: str | None = None
    mail_nickname: str | None = None
    mobile_phone: str | None = None
    fax_number: str | None = None
    preferred_language: str | None = None
    on_premises_distinguished_name: str | None = None
    on_premises_security_identifier: str | None = None
    password_policies: str | None = None
    user_type: str | None = None
    account_enabled: bool | None = None
    on_premises_sync_enabled: bool | None = None
    business_phones: list[str] | None = None
    other_mails: list[str] | None = None
    proxy_addresses: list[str] | None = None
    im_addresses: list[str] | None = None
    assigned_licenses: list[dict[str, Any]] | None = None
    assigned_plans: list[dict[str, str | None]] | None = None
    on_premises_extension_attributes: dict[str, str | None] | None = None
    deleted_date_time: str | None = None
    removed: dict[str, Any] | None = msgspec.field(name="@removed", default=None)

    def attributes(self) -> dict[str, Any]:
        """The person's attributes under Graph's names: nulls left out, extension attributes flattened.

        This runs once for every person of every tenant, so it is written for speed.
        """
        values = _values(self)
        found = {name: value for name, value in zip(_NAMES, values, strict=False) if value is not None}
        extensions = values[_EXTENSIONS]
        if extensions and any(extensions.values()):  # Graph sends all fifteen, mostly null
            for name, value in extensions.items():
                if value is not None:
                    found[name] = value
        return found


_values = msgspec.structs.astuple
# What follows the extension attributes are facts about the object, not attributes of the person.
_EXTENSIONS = GraphUser.__struct_encode_fields__.index("onPremisesExtensionAttributes")
_NAMES = GraphUser.__struct_encode_fields__[:_EXTENSIONS]


class DeltaPage(msgspec.Struct, frozen=True):
    """One page of users delta. Exactly one of the links is set: `next_link` while there is more, then `delta_link`.

    No id occurs twice: when Microsoft repeats an object within the page, what it said last counts. Across
    pages repeats and replays are normal, and a page may be empty (Microsoft: delta-query-overview).
    """

    users: tuple[GraphUser, ...] = ()
    removed: tuple[Removed, ...] = ()
    next_link: str | None = None
    delta_link: str | None = None


def delta_page(items: Iterable[GraphUser], next_link: str | None, delta_link: str | None) -> DeltaPage:
    """Sort the items of a page into users and removals, the last word on each object winning."""
    last = {item.id: item for item in items}
    return DeltaPage(
        users=tuple(item for item in last.values() if item.removed is None),
        removed=tuple(
            Removed(item.id, _reason(item.removed)) for item in last.values() if item.removed is not None
        ),
        next_link=next_link,
        delta_link=delta_link,
    )


def last_words(pages: Sequence[DeltaPage]) -> tuple[list[GraphUser], list[Removed]]:
    """The users and removals of pages that follow each other, no id twice: what Microsoft said last of each counts."""
    if len(pages) == 1:
        return list(pages[0].users), list(pages[0].removed)
    last: dict[str, GraphUser | Removed] = {}
    for page in pages:
        last |= {user.id: user for user in page.users}
        last |= {gone.id: gone for gone in page.removed}
    return (
        [item for item in last.values() if isinstance(item, GraphUser)],
        [item for item in last.values() if isinstance(item, Removed)],
    )


def _reason(removed: dict[str, Any]) -> Literal["changed", "deleted"]:
    """`deleted` only when Microsoft says so: an unknown reason is taken as the one that can be undone."""
    return "deleted" if removed.get("reason") == "deleted" else "changed"
