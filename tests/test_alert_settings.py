"""The settings of alerts."""

import pytest

from numberline.alert_settings import Smtp, alert_settings
from numberline.environment import SettingError

FROM = {"NUMBERLINE_MAIL_FROM": "numberline@contoso.example"}


def smtp(url: str) -> Smtp | None:
    return alert_settings({**FROM, "NUMBERLINE_SMTP_URL": url}).smtp


def test_without_any_setting_nobody_hears_and_nothing_is_sent() -> None:
    assert alert_settings({}).mail == ()
    assert (alert_settings({}).webhook, alert_settings({}).smtp) == ("", None)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("smtp://mail.example", Smtp("mail.example", 587, "starttls")),
        ("smtps://mail.example", Smtp("mail.example", 465, "tls")),
        ("smtp://mail.example:25?tls=none", Smtp("mail.example", 25, "none")),
        ("smtp://a%40b:c%3Ad@mail.example:2525", Smtp("mail.example", 2525, "starttls", "a@b", "c:d")),
    ],
)
def test_the_mail_server_is_read_from_a_url(url: str, meant: Smtp) -> None:
    assert smtp(url) == meant
    assert "c:d" not in repr(smtp(url))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "mail.example",
            "https://mail.example",
            "smtp://",
            "smtp://mail.example:x",
            "smtp://mail.example/box",
        ),
        *(
            "smtp://mail.example?tls=maybe",
            "smtp://mail.example?security=none",
            "smtps://mail.example?tls=none",
        ),
        "smtp://user@mail.example?tls=none",
    ],
)
def test_a_mail_server_that_can_not_be_meant_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="NUMBERLINE_SMTP_URL"):
        smtp(url)


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"NUMBERLINE_ALERT_WEBHOOK": "http://h.example/"}, "NUMBERLINE_ALERT_WEBHOOK: .* https://"),
        ({"NUMBERLINE_ALERT_MAIL": "ann"}, "NUMBERLINE_ALERT_MAIL: .* not a mail address"),
        ({"NUMBERLINE_ALERT_MAIL": "a@b.example"}, "set NUMBERLINE_SMTP_URL too"),
        ({"NUMBERLINE_SMTP_URL": "smtp://mail.example"}, "set NUMBERLINE_MAIL_FROM too"),
        ({"NUMBERLINE_MAIL_FROM": "Numberline"}, "NUMBERLINE_MAIL_FROM: .* not a mail address"),
    ],
)
def test_what_can_not_be_used_is_said_in_one_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        alert_settings(environ)
