"""A number looks the same wherever it stands on a page: as its country writes it, also within what was said of it."""

import re

from django.urls import reverse

from numberline.access.roles import VIEWER
from numberline.runs.models import Run
from numberline.worklist.items import open_item
from tests import factories as make
from tests.portal.people import signed_in, somebody_with

RAW = re.compile(r"(?<![\w+])\+[1-9][0-9]{6,14}")


def test_a_sentence_about_a_number_writes_it_as_the_rest_of_its_row_does(database: str) -> None:
    owner = make.tenant()
    ann = make.person(owner, "ann")
    make.holding(make.number(owner, make.N1, state="assigned"), "ann")
    cause = f"Teams shows {make.N1} on somebody else."
    open_item(owner.pk, "found_other_holder", make.NOW, person=ann.object_id, number=make.N1, cause=cause)
    failures = [{"person": "ann@contoso.com", "number": make.N1, "why": f"{make.N1} is not free"}]
    run = Run.objects.of(owner.pk).create(
        kind="sync", outcome="failed", started_at=make.NOW, ended_at=make.NOW, counts={"failures": failures}
    )
    client = signed_in(somebody_with(VIEWER, owner))
    for address in (
        reverse("person", args=[owner.name, ann.object_id]),
        reverse("worklist", args=[owner.name]),
        reverse("run", args=[owner.name, run.pk]),
    ):
        page = client.get(address).content.decode()
        told = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<li\b.*?</li>", page, re.DOTALL)]
        about = [row for row in told if "somebody else" in row or "is not free" in row]
        assert about, address
        assert not [row for row in about if RAW.search(row.partition("On the command line")[0])], address
