"""How much somebody may send, and that nothing reads what is more."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParser
from django.test import Client
from django.urls import reverse

from numberline.access.roles import RANGE_MANAGER
from tests import factories as make
from tests.portal.pages import text
from tests.portal.people import signed_in, somebody_with

MUCH = b"first,last,range\n" + b"+442079460001,,London\n" * 150_000


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("numbers.csv", MUCH)


def test_only_the_import_takes_much_and_only_of_who_is_signed_in(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = MultiPartParser.parse

    def parse(self: MultiPartParser) -> Any:
        read.append("it was read")
        return real(self)

    monkeypatch.setattr(MultiPartParser, "parse", parse)
    tenant = make.tenant()
    manager = signed_in(somebody_with(RANGE_MANAGER, tenant))
    imports, sign_in = reverse("import_numbers", args=[tenant.name]), reverse("account_login")
    for client, address in (
        (Client(), sign_in),
        (Client(enforce_csrf_checks=True), sign_in),
        (Client(), imports),
        (Client(), "/no/such/page"),
        (manager, reverse("numbers_bulk", args=[tenant.name])),
    ):
        answer = client.post(address, {"file": file()})
        assert answer.status_code == 413
        assert "This page takes at most 2.6 MB" in text(answer)
        assert answer["X-Frame-Options"] == "DENY"
    assert read == []
    assert manager.post(imports, {"file": file()}).status_code == 302
    assert read


@pytest.mark.parametrize("length", ["", "-1", "x", "9" * 5000])
def test_a_length_that_is_none_does_no_harm(database: str, length: str) -> None:
    answer = Client(raise_request_exception=False).post(
        reverse("account_login"), {"login": "x"}, headers={"content-length": length}
    )
    assert answer.status_code in (200, 400, 413)
