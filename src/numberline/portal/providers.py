"""What providers are called. Graph tells of an operator only its id, which nobody knows by heart: it is called as the
ranges call it that have its numbers."""

import re
from collections import defaultdict
from collections.abc import Mapping

from numberline.access.visit import Visit
from numberline.inventory.models import Number
from numberline.inventory.tally import tally

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def called(visit: Visit) -> dict[str, str]:
    """The name of each provider that numbers of the tenant have: of an id what the ranges of its numbers say, if they
    agree; else the beginning of the id."""
    kinds = list(tally(visit.tenant.pk, "provider", "range_key"))
    ids = {str(provider) for provider, _ in kinds if ID.fullmatch(str(provider))}
    names: defaultdict[str, set[str]] = defaultdict(set)
    if ids:
        said = dict(visit.ranges.exclude(provider="").values_list("pk", "provider"))
        for provider, home in kinds:
            if provider in ids and home in said:
                names[str(provider)].add(said[int(home)])
    return {str(provider): _name(str(provider), names.get(str(provider), set())) for provider, _ in kinds}


def provider_of(row: Number, names: Mapping[str, str]) -> str:
    """What the provider of a number is called: as its range says, else by `called`; empty when nothing is known."""
    said = row.range.provider if row.range is not None else ""
    return said or names.get(row.provider, row.provider)


def _name(provider: str, names: set[str]) -> str:
    if not ID.fullmatch(provider):
        return provider
    return min(names) if len(names) == 1 else f"Operator {provider[:8]}"
