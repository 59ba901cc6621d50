"""Reading pages and sending forms, as a person does."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

GAPS = re.compile(r"\s+")


def text(answer: HttpResponse | Any) -> str:
    """A page with its white space put together."""
    return GAPS.sub(" ", answer.content.decode())


def seen(answer: HttpResponse | Any) -> str:
    """The mark of what a form's page showed; empty when there is nothing to send."""
    found = re.search(r'name="seen" value="([0-9a-f]*)"', answer.content.decode())
    return found[1] if found else ""


def sent(client: Client, address: str, **fields: Any) -> Any:
    """Open a form's page and send it, with a reason unless another is given."""
    page = client.get(address)
    return client.post(address, {"seen": seen(page), "reason": "asked for", **fields})
