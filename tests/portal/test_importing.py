"""Importing numbers in the portal: every row is shown before anything is written, and all of a file comes in or nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.access.roles import RANGE_MANAGER
from numberline.audit.models import Entry
from numberline.inventory.models import Number, Upload
from numberline.jobs.models import Task
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.people import signed_in, somebody_with
from tests.support.tasks import carry_out_waiting

GOOD = "first,last,range\n+442079460000,+442079460009,London\n+442079460100,,london\n"
BAD = """first,last,range
+442079460000,+442079460009,London
020 7946 0100,,London
+442079460200,,Lodnon
+442079460005,,London
"""


@pytest.fixture
def owner(database: str) -> Tenant:
    """The range London has the number 0 already."""
    tenant = make.tenant("Contoso & Sons")
    home = make.range_(tenant, numbers=["+442079460000"])
    make.number(tenant, "+442079460000", home)
    return tenant


@pytest.fixture
def manager(owner: Tenant) -> Client:
    return signed_in(somebody_with(RANGE_MANAGER, owner))


def upload(client: Client, owner: Tenant, data: str | bytes, name: str = "numbers.csv") -> str:
    """The address of the preview."""
    file = SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())
    answer = client.post(reverse("import_numbers", args=[owner.name]), {"file": file})
    assert answer.status_code == 302
    return answer["Location"]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_row_is_shown_with_what_it_would_do_and_nothing_is_written(
    manager: Client, owner: Tenant
) -> None:
    text = words(manager.get(upload(manager, owner, GOOD)).content.decode())
    assert "London gains 9 numbers; it has 1 of these already" in text
    assert "2 +442079460000 +442079460009 London adds 9, 1 there already" in text
    assert "3 +442079460100 london adds 1" in text
    assert Number.objects.of(owner.pk).count() == 1
    assert not Entry.objects.of(owner.pk).exists()


def test_wrong_rows_are_shown_each_with_what_is_wrong_and_the_file_can_not_be_imported(
    manager: Client, owner: Tenant
) -> None:
    where = upload(manager, owner, BAD)
    page = manager.get(where).content.decode()
    text = words(page)
    assert "4 row s 3 wrong" in text.replace("rows", "row s")
    assert "did you mean &quot;London&quot;?" in page
    assert "is not an E.164 number" in text
    assert "It repeats +442079460005 of row 2" in text
    assert "Import it" not in text
    assert len(re.findall("<tr data-row", manager.get(where + "?wrong").content.decode())) == 3


def test_a_number_that_no_country_gives_is_wrong_and_one_that_is_likely_mistyped_is_doubtful(
    manager: Client, owner: Tenant
) -> None:
    where = upload(manager, owner, "first,last,range\n+4420794600123,,London\n+44115496,,London\n")
    text = words(manager.get(where).content.decode())
    assert "+4420794600123 is too long for GB (+44): check the digits." in text
    assert "+44115496 is too short for GB (+44): check the digits." in text
    assert "2 wrong" in text
    where = upload(manager, owner, "first,last,range\n+441632960001,,London\n+442079460001,,London\n")
    text = words(manager.get(where).content.decode())
    assert "0 wrong 1 doubtful 2 new numbers" in text
    assert "adds 1 doubtful +441632960001 is not in the numbering plan of GB (+44)" in text
    assert "Import 2 numbers" in text
    beside = upload(manager, owner, "first,last,range\n+441632960001,,London\n+442079460001,,Nowhere\n")
    text = words(manager.get(beside).content.decode())
    assert "1 wrong 1 doubtful" in text, "a row beside a wrong one is not called fine"
    assert "fine" not in text
    only = manager.get(where + "?doubtful").content.decode()
    assert len(re.findall("<tr data-row", only)) == 1


def test_what_was_looked_at_is_imported_by_the_background_loop_with_reason_and_ticket(
    manager: Client, owner: Tenant
) -> None:
    where = upload(manager, owner, GOOD)
    answer = manager.post(where + "confirm/", {"reason": "new block of BT", "ticket": "CHG-9"})
    assert Number.objects.of(owner.pk).count() == 1
    assert [(task.kind, task.state) for task in carry_out_waiting(owner)] == [("import", "done")]
    assert Number.objects.of(owner.pk).count() == 11
    assert "London&quot; gained 10 numbers" in manager.get(answer["Location"]).content.decode()
    entry = Entry.objects.of(owner.pk).get(verb="import")
    assert (entry.actor, entry.reason, entry.ticket) == (
        "portal:range_manager@example.org",
        "new block of BT",
        "CHG-9",
    )
    assert not Upload.objects.of(owner.pk).exists()


def test_a_file_that_was_right_when_it_was_looked_at_is_refused_whole_when_it_no_longer_is(
    manager: Client, owner: Tenant
) -> None:
    where = upload(manager, owner, GOOD)
    make.range_(owner, "Leeds", numbers=["+442079460005"])
    manager.post(where + "confirm/", {"reason": "new block of BT"})
    (task,) = carry_out_waiting(owner)
    assert (task.state, Number.objects.of(owner.pk).count()) == ("refused", 1)
    assert "Leeds" in str(task.outcome)


def test_an_import_needs_a_reason(manager: Client, owner: Tenant) -> None:
    where = upload(manager, owner, GOOD)
    assert manager.post(where + "confirm/", {"reason": " "}).status_code == 422
    assert not Task.objects.of(owner.pk).exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        ("first,range\n+44".encode("utf-16"), "The file is UTF-16"),
        (b"first,range\n\xff\xfe\x00", "not UTF-8 text"),
        (b"first,range\n\0,London", "not text"),
        (b"number,place\n1,2", "the column &quot;first&quot; is missing"),
        (b'first,range\n"+44,London', "not valid CSV"),
        (b"first,range\n=cmd|' /C calc'!A0,<script>alert(1)</script>", "&lt;script&gt;alert(1)"),
        (b"first,range\n" + b"9" * 100_000 + b",London", "is not an E.164 number"),
    ],
)
def test_a_file_that_is_none_is_told_in_one_sentence(
    manager: Client, owner: Tenant, data: bytes, sentence: str
) -> None:
    answer = manager.get(upload(manager, owner, data))
    assert answer.status_code == 200
    assert sentence.casefold() in answer.content.decode().casefold()
    assert b"<script>alert" not in answer.content
    assert len(answer.content) < 150_000


def test_rows_can_be_pasted_and_nothing_at_all_is_told(manager: Client, owner: Tenant) -> None:
    where = reverse("import_numbers", args=[owner.name])
    assert manager.post(where, {"text": GOOD}).status_code == 302
    empty = manager.post(where, {"text": "  "})
    assert (empty.status_code, "Choose a file, or paste its rows." in empty.content.decode()) == (422, True)


def test_a_big_file_is_previewed_page_by_page(manager: Client, owner: Tenant) -> None:
    rows = "".join(f"+4420794{index:05},,London\n" for index in range(10_000, 13_000))
    where = upload(manager, owner, "first,last,range\n" + rows)
    page = manager.get(where)
    assert len(page.content) < 150_000
    assert b"from=200" in page.content
    assert b"+442079410200" in manager.get(where + "?from=200").content
    for hostile in ("-1", "x", "9" * 30, "١٢"):
        assert b"+442079410000" in manager.get(where, {"from": hostile}).content


def test_a_file_is_kept_for_a_day_and_another_tenants_is_not_there(manager: Client, owner: Tenant) -> None:
    where = upload(manager, owner, GOOD)
    other = make.tenant("fabrikam")
    manager_there = signed_in(somebody_with(None, other))
    assert manager_there.get(where).status_code == 404
    with clock.travel(clock.now() + 2 * make.DAY):
        upload(manager, owner, GOOD)
    assert manager.get(where).status_code == 404


def test_pasted_rows_that_are_wrong_are_mended_where_their_errors_stand(database: str) -> None:
    tenant = make.tenant()
    make.range_(tenant, "London")
    client = signed_in(somebody_with(RANGE_MANAGER, tenant))
    rows = "first,last,range\n+442079460000,,Nowhere <b>\n"
    page = client.post(reverse("import_numbers", args=[tenant.name]), {"text": rows}, follow=True)
    shown = page.content.decode()
    assert "make the range first" in shown
    assert f'href="{reverse("range_new", args=[tenant.name])}"' in shown
    assert "+442079460000,,Nowhere &lt;b&gt;</textarea>" in " ".join(shown.split()).replace(
        " </text", "</text"
    )
    mended = client.post(
        reverse("import_numbers", args=[tenant.name]),
        {"text": rows.replace("Nowhere <b>", "London")},
        follow=True,
    )
    assert "Import 1 number" in mended.content.decode()
