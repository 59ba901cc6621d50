"""Which addresses may hear of alerts."""

import pytest

from numberline.core.receivers import ReceiverError, mail_address, webhook_url


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example",
        "https://h.example:8443/a/b?c=d",
        "http://127.0.0.1:8000/x",
        "http://[::1]/",
        "http://localhost/",
    ],
)
def test_a_webhook_is_https_or_on_this_machine(url: str) -> None:
    assert webhook_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "h.example",
            "//h.example",
            "ftp://h.example",
            "https://",
            "https:///path",
            "https://h.example:x/",
        ),
        *(
            "http://h.example/",
            "http://127.0.0.1.h.example/",
            "http://10.0.0.1/",
            "http://localhost.h.example/",
        ),
        *(
            "https://user@h.example/",
            "https://u:p@h.example/",
            "https://h.example/#x",
            "https://h.example/a b",
        ),
        *(
            "https://h.example/\n",
            "https://h\u00f6.example/",
            "https://[::1/",
            f"https://h.example/{'x' * 500}",
        ),
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ReceiverError):
        webhook_url(url)


def test_a_mail_address_stands_as_in_an_envelope() -> None:
    assert mail_address("o'hara+x@mail.contoso.example") == "o'hara+x@mail.contoso.example"
    for text in (
        "",
        "ann",
        "@b.example",
        "a@",
        "a@b..c",
        "A <a@b.example>",
        "a@b.example, c@d.example",
        "a@b\nBcc: x@y",
    ):
        with pytest.raises(ReceiverError):
            mail_address(text)
