"""How things are named in addresses that may be called anything."""

import re

from django.urls import register_converter

_ESCAPE = re.compile("[~/]")
_ESCAPED = re.compile("~(7E|2F|2E)")


class RangeName:
    """The name of a range as one part of an address: a slash in it, or dots alone, would make other parts of it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The name. ValueError (so that there is no such page) when it is not written as `to_url` writes it."""
        name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        if self.to_url(name) != value:
            raise ValueError(value)
        return name

    def to_url(self, value: str) -> str:
        """The part of the address, which Django quotes further."""
        if value in (".", ".."):
            return value.replace(".", "~2E")
        return _ESCAPE.sub(lambda found: f"~{ord(found[0]):02X}", value)


def register() -> None:
    """Make `<range_name:...>` known to Django's paths."""
    register_converter(RangeName, "range_name")
