"""By which ids the tenant knows the policies that its ranges name; a name that it does not know is said once a range."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from numberline.graph.client import GraphClient
from numberline.graph.errors import GiveUp, Stop
from numberline.graph.policies import PERMISSION
from numberline.policies.models import PolicyName
from numberline.policies.profiles import Profile, Wish, profiles_of
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

KNOWN_FOR = timedelta(hours=24)
UNKNOWN_FOR = timedelta(minutes=15)

Key = tuple[str, str]


@dataclass(slots=True)
class Names:
    """Ids by folded type and name; empty for what the tenant does not have. `missing` says so in words.

    `permitted`: the application may ask for policies and set them.
    """

    ids: dict[Key, str] = field(default_factory=dict)
    missing: dict[Key, str] = field(default_factory=dict)
    permitted: bool = True

    def id_of(self, wish: Wish) -> str:
        """The id; empty when it is not known."""
        return self.ids.get(wish.key, "")


def named(profiles: Iterable[Profile]) -> list[Wish]:
    """Every policy that the profiles name, once."""
    return list({wish.key: wish for one in profiles for wish in one.wishes if wish.name}.values())


def look_up(tenant: Tenant, client: GraphClient, at: datetime, *, anew: bool = False) -> Names:
    """The ids of the policies that ranges name: as they were asked last, or asked now where that is too long ago
    (`anew`: all that the tenant did not have). Opens and closes the items about names and the permission."""
    profiles = profiles_of(tenant)
    names = Names()
    stored = {(row.type_key, row.name_key): row for row in PolicyName.objects.of(tenant.pk)}
    for wish in named(profiles.values()):
        row = stored.get(wish.key)
        if row is None or _stale(row, at, anew):
            row = _ask(tenant, client, wish, at, names) or row
        if row is not None:
            names.ids[wish.key] = row.policy_id
            if not row.policy_id:
                names.missing[wish.key] = row.detail
    note_permission(tenant.pk, at, missing=not names.permitted)
    _tell_unknown(tenant.pk, profiles, names, at)
    return names


def ask_name(client: GraphClient, wish: Wish) -> tuple[str, str]:
    """The id of a policy (empty: there is none), and what is wrong with it in words. Raises Wait and Stop."""
    try:
        found = client.policy_id(wish.type, wish.name) or ""
    except GiveUp as error:
        return "", f"{error.cause} ({error.raw})" if error.raw else error.cause
    return found, "" if found else f"the tenant has no {wish.words}"


def forget(tenant_id: int, wish: Wish) -> None:
    """Ask for this policy again before it is used: it may have been made anew under another id."""
    type_key, name_key = wish.key
    PolicyName.objects.of(tenant_id).filter(type_key=type_key, name_key=name_key).delete()


def note_permission(tenant_id: int, at: datetime, *, missing: bool) -> None:
    """Whether the application may set policies, on the worklist."""
    if missing:
        open_item(tenant_id, "policy_permission", at, detail=PERMISSION)
    elif Item.objects.of(tenant_id).filter(code="policy_permission", closed_at=None).exists():
        close_items(tenant_id, at, "policy_permission")


def _stale(row: PolicyName, at: datetime, anew: bool) -> bool:
    if row.policy_id:
        return at - row.asked_at >= KNOWN_FOR
    return anew or at - row.asked_at >= UNKNOWN_FOR


def _ask(tenant: Tenant, client: GraphClient, wish: Wish, at: datetime, names: Names) -> PolicyName | None:
    """Ask, and remember the answer; None without the permission."""
    names.permitted = names.permitted and PERMISSION in client.roles()
    if not names.permitted:
        return None
    try:
        found, detail = ask_name(client, wish)
    except Stop as error:
        if error.code != "permission_missing":
            raise
        names.permitted = False
        return None
    type_key, name_key = wish.key
    row, _ = PolicyName.objects.of(tenant.pk).update_or_create(
        type_key=type_key,
        name_key=name_key,
        defaults={"policy_id": found, "asked_at": at, "detail": detail},
    )
    return row


def _tell_unknown(tenant_id: int, profiles: Mapping[int, Profile], names: Names, at: datetime) -> None:
    wrong = {}
    for one in profiles.values():
        unknown = [wish for wish in one.wishes if wish.key in names.missing]
        if unknown:
            wrong[one.range] = "; ".join(f"{wish.words}: {names.missing[wish.key]}" for wish in unknown)
    rows = Item.objects.of(tenant_id).filter(code="policy_unknown", closed_at=None)
    told = dict(rows.values_list("range_name", "detail"))
    for name, detail in wrong.items():
        if told.get(name) != detail:
            open_item(tenant_id, "policy_unknown", at, range_name=name, detail=detail)
    for name in told.keys() - wrong.keys():
        close_items(tenant_id, at, "policy_unknown", range_name=name)
