"""`numberline tenant list`."""

import json

from django.db import connection

from numberline.database import place
from tests.support.command import Command


def test_without_a_tenant_the_list_says_where_it_looked(cli: Command) -> None:
    sentence = f"No tenant is connected yet in {place(connection)}: numberline tenant add --help says how.\n"
    assert cli("tenant", "list") == (0, sentence, "")
    assert json.loads(cli("tenant", "list", "--json").out) == {"items": []}
