"""What the directory says of a person, in words."""

from collections.abc import Mapping
from typing import Any


def attributes_spoken(attributes: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each attribute that says anything, by Graph's names in their order; licences and plans by their names."""
    known = sorted((name, value) for name, value in attributes.items() if value not in (None, "", []))
    return [(name, spoken(value, names)) for name, value in known]


def spoken(value: object, names: Mapping[str, str]) -> str:
    """An attribute's value as text: lists by commas, licences and plans by their names where they are known."""
    if isinstance(value, list):
        return ", ".join(spoken(part, names) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, dict):
        return str(value)
    key, status = value.get("servicePlanId") or value.get("skuId") or "", value.get("capabilityStatus")
    name = names.get(str(key), str(key))
    return f"{name} ({status})" if status not in (None, "Enabled") else name
