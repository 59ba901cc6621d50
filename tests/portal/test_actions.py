"""What is set by hand in the portal: shown before it is done, asked for with a reason, refused beside the form."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from numberline.access.roles import SERVICE_DESK
from numberline.audit.models import Entry
from numberline.directory.find import PersonUnknown, person_named
from numberline.inventory.models import Number
from numberline.inventory.placement import DECLARED_PURPOSE
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.portal.pages import seen, sent, text
from tests.portal.people import signed_in, somebody_with

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE inventory_number; --",
    "formula": "=HYPERLINK(1)",
    "template": "{{ request.user.password }}{% debug %}",
    "long": "x" * 5000,
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "backwards": "a\u202eb",
    "surrogate": "\udc80".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
}
WORDS = ("reason", "ticket", "until", "person", "purpose")


@pytest.fixture
def tenant(database: str) -> Tenant:
    tenant = make.tenant()
    make.number(tenant, make.N1, make.range_(tenant))
    make.person(tenant)
    return tenant


@pytest.fixture
def client(tenant: Tenant) -> Client:
    return signed_in(somebody_with(SERVICE_DESK, tenant))


def of_number(tenant: Tenant, act: str, number: str = make.N1) -> str:
    return reverse(f"number_{act}", args=[tenant.name, number])


def of_person(tenant: Tenant, act: str) -> str:
    return reverse(f"person_{act}", args=[tenant.name, make.oid("ann")])


def state(tenant: Tenant) -> str:
    return make.number_row(tenant, make.N1).state


def entries(tenant: Tenant) -> int:
    return Entry.objects.of(tenant.pk).count()


def test_a_button_says_what_will_happen_and_the_page_who_and_what_is_touched(
    client: Client, tenant: Tenant
) -> None:
    Number.objects.of(tenant.pk).update(state="reserved", reserved_for=make.oid("ann"))
    page = text(client.get(of_number(tenant, "block")))
    assert '<button class="primary">Block +44 20 7946 0001</button>' in page
    assert "+44 20 7946 0001 is reserved for ann@contoso.example." in page
    assert "Its reservation for ann@contoso.example ends." in page


def test_what_was_done_is_told_once_on_the_page_of_the_number(client: Client, tenant: Tenant) -> None:
    answer = sent(client, of_number(tenant, "block"))
    assert answer.status_code == 302
    told = f"{make.N1} is blocked."
    assert told in text(client.get(answer["Location"]))
    assert told not in text(client.get(answer["Location"]))
    assert state(tenant) == "blocked"


def test_the_record_says_who_did_it_why_and_for_which_ticket(client: Client, tenant: Tenant) -> None:
    sent(client, of_number(tenant, "block"), reason="nuisance calls", ticket="INC-7")
    entry = Entry.objects.of(tenant.pk).get(verb="block")
    assert (entry.actor, entry.reason, entry.ticket) == (
        "portal:service_desk@example.org",
        "nuisance calls",
        "INC-7",
    )


@pytest.mark.parametrize(
    ("act", "back", "then"),
    [("reserve", "unreserve", "reserved"), ("block", "unblock", "blocked"), ("lock", "unlock", "available")],
)
def test_what_is_set_on_a_number_can_be_ended(
    client: Client, tenant: Tenant, act: str, back: str, then: str
) -> None:
    sent(client, of_number(tenant, act))
    row = make.number_row(tenant, make.N1)
    assert (row.state, row.locked) == (then, act == "lock")
    sent(client, of_number(tenant, back))
    row = make.number_row(tenant, make.N1)
    assert (row.state, row.locked) == ("available", False)


@pytest.mark.parametrize(
    ("act", "back", "mark"), [("lock", "unlock", "locked"), ("exclude", "include", "excluded")]
)
def test_what_is_set_on_a_person_can_have_an_end_and_be_ended(
    client: Client, tenant: Tenant, act: str, back: str, mark: str
) -> None:
    sent(client, of_person(tenant, act), until="2099-12-31")
    who = make.person_row(tenant)
    assert getattr(who, mark)
    assert getattr(who, f"{mark}_until").year == 2099
    sent(client, of_person(tenant, back))
    assert not getattr(make.person_row(tenant), mark)


def test_what_would_end_nothing_says_so_and_promises_nothing(client: Client, tenant: Tenant) -> None:
    for act, word in (("unreserve", "reserved"), ("unblock", "blocked"), ("unlock", "locked")):
        page = client.get(of_number(tenant, act)).content.decode()
        assert f"It is not {word}, so nothing changes." in page
        assert "again." not in page
    for act, word in (("unlock", "locked"), ("include", "left out")):
        page = client.get(of_person(tenant, act)).content.decode()
        assert f"They are not {word}, so nothing changes." in page
        assert "The next sync" not in page


@pytest.mark.parametrize("act", ["lock", "exclude", "number_lock"])
def test_what_has_an_end_can_be_given_another(client: Client, tenant: Tenant, act: str) -> None:
    of_one = act == "number_lock"
    address = of_number(tenant, "lock") if of_one else of_person(tenant, act)
    page = address.rsplit("/", 2)[0] + "/"
    assert "'s end" not in unescape(text(client.get(page)))
    sent(client, address, until="2099-12-31")
    assert "'s end" in unescape(text(client.get(page)))
    assert f'href="{address}"' in text(client.get(page))
    assert "ed until 2099-12-31" in text(client.get(address))
    sent(client, address, until="2098-06-30")
    row = make.number_row(tenant, make.N1) if of_one else make.person_row(tenant)
    ends = row.excluded_until if act == "exclude" else row.locked_until
    assert ends.year == 2098


def test_a_number_is_reserved_for_a_person_by_their_upn(client: Client, tenant: Tenant) -> None:
    sent(client, of_number(tenant, "reserve"), person="ANN@contoso.example", purpose="new desk", until="30d")
    row = make.number_row(tenant, make.N1)
    assert (row.reserved_for, row.reserved_purpose) == (make.oid("ann"), "new desk")
    assert row.until is not None


def test_without_a_reason_nothing_happens(client: Client, tenant: Tenant) -> None:
    answer = sent(client, of_number(tenant, "block"), reason="  ")
    assert answer.status_code == 422
    assert "This field is required." in text(answer)
    assert state(tenant) == "available"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"person": "nobody@contoso.example"}, "Nobody in the directory as last read is called"),
        ({"purpose": DECLARED_PURPOSE}, "write another one"),
    ],
)
def test_a_refusal_stands_beside_the_form_and_nothing_was_changed(
    client: Client, tenant: Tenant, fields: dict[str, str], refusal: str
) -> None:
    answer = sent(client, of_number(tenant, "reserve"), **fields)
    assert answer.status_code == 409
    assert refusal in text(answer)
    assert 'value="asked for"' in text(answer)
    assert (state(tenant), entries(tenant)) == ("available", 0)


@pytest.mark.parametrize("until", ["yesterday", "2001-01-01", "99999d", "-1d", "0001-01-01T00:00:00+23:00"])
def test_an_end_that_is_none_says_how_to_write_one(client: Client, tenant: Tenant, until: str) -> None:
    answer = sent(client, of_number(tenant, "lock"), until=until)
    assert answer.status_code == 422
    assert not make.number_row(tenant, make.N1).locked


def test_a_number_that_somebody_holds_is_not_blocked_and_the_page_says_what_to_do(
    client: Client, tenant: Tenant
) -> None:
    make.holding(make.number_row(tenant, make.N1))
    answer = client.get(of_number(tenant, "block"))
    assert "is held by ann@contoso.example: release it first" in text(answer)
    assert "<button class=" not in text(answer).partition("<main")[2]
    assert client.post(of_number(tenant, "block"), {"reason": "asked for"}).status_code == 409
    assert state(tenant) == "assigned"


def test_what_moved_since_it_was_shown_is_not_done(client: Client, tenant: Tenant) -> None:
    page = client.get(of_number(tenant, "block"))
    Number.objects.of(tenant.pk).update(state="reserved", reserved_for=make.oid("ann"))
    answer = client.post(of_number(tenant, "block"), {"seen": seen(page), "reason": "asked for"})
    assert answer.status_code == 409
    assert "This has changed since the page was shown" in text(answer)
    assert "+44 20 7946 0001 is reserved for ann@contoso.example." in text(answer)
    assert state(tenant) == "reserved"
    again = client.post(of_number(tenant, "block"), {"seen": seen(answer), "reason": "asked for"})
    assert (again.status_code, state(tenant)) == (302, "blocked")


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_refused_or_shown_as_it_is(client: Client, tenant: Tenant, kind: str) -> None:
    bad = HOSTILE[kind]
    for field in WORDS:
        answer = sent(client, of_number(tenant, "reserve"), **{field: bad})
        assert answer.status_code in (302, 409, 422), field
        if answer.status_code == 302:
            answer = client.get(answer["Location"])
            sent(client, of_number(tenant, "unreserve"))
        shown = answer.content.decode()
        assert "<script>alert" not in shown, field
        assert answer.status_code == 422 or "\x1b" not in shown, field
        assert "argon2" not in shown, field
    assert state(tenant) == "available"


def test_ten_megabytes_are_refused(client: Client, tenant: Tenant) -> None:
    answer = sent(client, of_number(tenant, "block"), reason="x" * 10_000_000)
    assert (answer.status_code, state(tenant)) == (413, "available")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"reason=\xff\xfe&seen=\xff", "application/x-www-form-urlencoded"),
        (b"reason=%FF%FE&seen=%80", "application/x-www-form-urlencoded"),
        (b"reason=x", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"reason=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--b\r\nnot a part", "multipart/form-data; boundary=b"),
        (b"{", "application/json"),
    ],
)
def test_a_body_in_the_wrong_encoding_is_refused(
    client: Client, tenant: Tenant, body: bytes, kind: str
) -> None:
    answer: Any = client.generic("POST", of_number(tenant, "block"), body, content_type=kind)
    assert answer.status_code in (400, 409, 422)
    assert state(tenant) == "available"


def test_a_forged_mark_or_id_does_nothing(client: Client, tenant: Tenant) -> None:
    for forged in ("", "0" * 24, "' OR 1=1", "\x00"):
        answer = client.post(of_number(tenant, "block"), {"seen": forged, "reason": "x"})
        assert answer.status_code == 409
    other = make.tenant("fabrikam")
    make.number(other, make.N2)
    make.person(other, "ben")
    assert client.post(of_number(tenant, "block", make.N2), {"reason": "x"}).status_code == 404
    assert client.post(of_number(other, "block", make.N2), {"reason": "x"}).status_code == 404
    answer = sent(client, of_number(tenant, "reserve"), person=make.oid("ben"))
    assert answer.status_code == 409
    assert "ben@" not in text(answer)
    assert {row.state for row in (make.number_row(tenant, make.N1), make.number_row(other, make.N2))} == {
        "available"
    }


def test_a_form_without_its_token_is_refused(tenant: Tenant) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(somebody_with(SERVICE_DESK, tenant))
    answer = client.post(of_number(tenant, "block"), {"reason": "asked for"})
    assert (answer.status_code, state(tenant)) == (403, "available")


def test_the_mark_of_a_page_does_not_age_by_itself(client: Client, tenant: Tenant) -> None:
    later = make.NOW + timedelta(days=1)
    page = client.get(of_number(tenant, "block"))
    Number.objects.of(tenant.pk).update(teams_at=later, city="London")
    assert client.post(of_number(tenant, "block"), {"seen": seen(page), "reason": "x"}).status_code == 302


def test_a_name_that_several_people_have_asks_who_is_meant(client: Client, tenant: Tenant) -> None:
    for name, department in (("one", "Sales"), ("two", "Legal")):
        make.person(tenant, name, displayName="Sam Young", department=department)
    answer = sent(client, of_number(tenant, "reserve"), person="Sam Young", purpose="new desk")
    page = unescape(text(answer))
    with pytest.raises(
        PersonUnknown, match=r"'sam young' is the name of one@.*, two@.*: say which by its UPN"
    ):
        person_named(tenant.pk, "sam young")
    assert (answer.status_code, state(tenant)) == (409, "available")
    assert "“Sam Young” may mean 2 people: choose who is meant." in page
    assert "Nobody in the directory" not in page
    assert "one@contoso.example, Sales" in page
    assert '<input type="radio" name="person" value="two@contoso.example">' in page
    assert 'value="new desk"' in page, "what was written stays"
    fields = {"seen": seen(answer), "reason": "asked for", "person": ["Sam Young", "two@contoso.example"]}
    assert client.post(of_number(tenant, "reserve"), fields).status_code == 302
    assert make.number_row(tenant, make.N1).reserved_for == make.oid("two")
