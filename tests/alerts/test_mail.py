"""Mail: a real conversation with a mail server, and what a mail says."""

import pytest

from numberline.alerts.models import Delivery
from numberline.alerts.tell import tell, try_out
from numberline.tenants.models import Tenant
from numberline.worklist.codes import ADVICE
from numberline.worklist.items import close_items, open_item
from tests import factories as make
from tests.alerts import servers
from tests.alerts.conftest import Configure
from tests.alerts.servers import Post

TO = "voice@contoso.example"


def mail(
    configure: Configure, post: Post, query: str = "", scheme: str = "smtp", to: str = TO, **more: object
) -> None:
    who = "bot%40contoso.example:s3cret@" if post.user else ""
    url = f"{scheme}://{who}127.0.0.1:{post.port}{query}"
    configure(smtp_url=url, mail_from="numberline@contoso.example", alert_mail=to, **more)


def texts(post: Post) -> list[str]:
    return [str(message.get_payload(decode=True), "utf-8") for _, _, message in post.mails]  # type: ignore[arg-type]


def error(owner: Tenant) -> str:
    return Delivery.objects.of(owner.pk).latest("pk").error


def test_a_mail_says_what_it_is_about_and_what_to_do(owner: Tenant, post: Post) -> None:
    cause = "London has 1 available number, fewer than 10."
    open_item(owner.pk, "range_low", make.NOW, range_name="London", cause=cause)
    assert tell(owner) == 1
    ((sender, address, message),) = post.mails
    assert (sender, address, post.encrypted) == ("numberline@contoso.example", TO, [True])
    assert (message["From"], message["To"]) == (sender, address)
    assert message["Subject"] == "Numberline, contoso: range low, London"
    assert message["Auto-Submitted"] == "auto-generated"
    key = Delivery.objects.of(owner.pk).get().alert.key
    assert message["Message-ID"] == f"<{key}@contoso.example>"
    (text,) = texts(post)
    for part in (f"range_low: {cause}", ADVICE["range_low"].remedy, "Since: 2026-11-23T09:00:00Z"):
        assert part in text
    assert "numberline worklist contoso" in text


def test_a_mail_names_nobody_and_repeats_no_words_of_microsoft(owner: Tenant, post: Post) -> None:
    make.person(owner, "ann")
    open_item(owner.pk, "refused", make.NOW, person=make.oid("ann"), number=make.N1, detail="Ann Abbott is")
    tell(owner)
    ((_, _, message),) = post.mails
    assert not {"Ann", "ann@", make.N1} & set(str(message["Subject"]).split())
    (text,) = texts(post)
    assert "ann@contoso" not in text
    assert "Abbott" not in text
    assert make.oid("ann") in text


def test_a_digest_counts_and_tells_the_first_few(owner: Tenant, post: Post) -> None:
    for n in range(20):
        open_item(owner.pk, "refused", make.NOW, person=make.oid(str(n)))
    open_item(owner.pk, "run_failing", make.NOW)
    tell(owner)
    (text,) = texts(post)
    assert ("    20  refused" in text, "     1  run_failing" in text) == (True, True)
    assert "The first 6 of them:" in text
    close_items(owner.pk, make.NOW, "run_failing")
    tell(owner)
    assert post.mails[-1][2]["Subject"] == "Numberline, contoso: run failing (works again)"
    assert texts(post)[-1].startswith("It works again since")


def test_every_address_gets_a_mail_of_its_own_and_one_that_is_refused_takes_nothing_from_the_others(
    owner: Tenant, configure: Configure
) -> None:
    with servers.post_office() as post:
        mail(configure, post, to=f"gone@contoso.example, {TO}")
        post.refuse = {"gone@contoso.example": "550 5.1.1 no such mailbox"}
        open_item(owner.pk, "listing_short", make.NOW)
        assert tell(owner) == 1
        assert [(address, str(message["To"])) for _, address, message in post.mails] == [(TO, TO)]
        failed = Delivery.objects.of(owner.pk).get(delivered_at=None)
        assert failed.error == "the mail server refused the address (550 5.1.1 no such mailbox)"


@pytest.mark.parametrize(
    ("scheme", "query", "tls", "encrypted"),
    [("smtp", "", False, True), ("smtps", "", True, True), ("smtp", "?tls=none", False, False)],
)
def test_tls_is_used_as_it_is_set(
    owner: Tenant, configure: Configure, scheme: str, query: str, tls: bool, encrypted: bool
) -> None:
    with servers.post_office(tls=tls) as post:
        mail(configure, post, query, scheme)
        ((_, outcome),) = try_out(owner)
        assert (outcome.error, post.encrypted) == ("", [encrypted])


def test_without_starttls_nothing_is_sent_unless_that_was_asked_for(
    owner: Tenant, configure: Configure
) -> None:
    with servers.post_office() as post:
        post.starttls = False
        mail(configure, post)
        ((_, outcome),) = try_out(owner)
        assert (post.mails, "STARTTLS" in outcome.error) == ([], True)


def test_a_mail_server_that_is_not_trusted_gets_nothing(
    owner: Tenant, configure: Configure, tmp_path: object
) -> None:
    with servers.post_office() as post:
        mail(configure, post, alert_ca_file="")
        ((_, outcome),) = try_out(owner)
        assert (post.mails, "certificate" in outcome.error.lower()) == ([], True)


def test_the_user_signs_in_with_the_password_of_the_file(
    owner: Tenant, configure: Configure, tmp_path: object
) -> None:
    file = tmp_path / "password"  # type: ignore[operator]
    file.write_text("s3cret\n")
    with servers.post_office() as post:
        post.user, post.password = "bot@contoso.example", "s3cret"
        mail(configure, post)
        assert [outcome.error for _, outcome in try_out(owner)] == [""]
        url = f"smtp://bot%40contoso.example@127.0.0.1:{post.port}"
        who = {"smtp_url": url, "mail_from": "n@contoso.example", "alert_mail": TO}
        configure(**who, smtp_password_file=file)
        assert [outcome.error for _, outcome in try_out(owner)] == [""]
        file.write_text("wrong")
        ((_, outcome),) = try_out(owner)
        assert "535 5.7.8 wrong password" in outcome.error
        file.unlink()
        ((_, outcome),) = try_out(owner)
        assert "NUMBERLINE_SMTP_PASSWORD_FILE" in outcome.error
        assert len(post.mails) == 2


def test_a_mail_server_that_is_not_there_or_not_set_is_said_so(owner: Tenant, configure: Configure) -> None:
    with servers.post_office() as post:
        pass
    mail(configure, post)
    open_item(owner.pk, "listing_short", make.NOW)
    assert tell(owner) == 0
    assert "no connection to the mail server" in error(owner)
    configure()
    Tenant.objects.filter(pk=owner.pk).update(alert_mail=[TO])
    owner.refresh_from_db()
    assert [outcome.error for _, outcome in try_out(owner)] == [
        "no mail server is set: set NUMBERLINE_SMTP_URL"
    ]
