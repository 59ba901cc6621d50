"""The table of causes: every text is known by its row, and the documentation says the same."""

import re
from pathlib import Path

import pytest

from numberline.graph import GiveUp, refusal
from numberline.graph.answers import error_text, sign_in_error, stop, wait
from numberline.graph.reasons import ALL, GENERAL, REFUSALS, SIGN_IN, Reason

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "microsoft-errors.md"
KINDS = {
    "wait": "waits and asks again",
    "give_up": "gives up on this item, the run goes on",
    "stop": "stops the run",
}
ABOUT = {
    "number": "the number: it becomes blocked and the next one is tried",
    "person": "the person: the number goes back and the person waits",
    "both": "this pair: the number goes back and a human looks at it",
    "policy": "the policy: the number stays, and the policy is tried again later",
}


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda r: r.code)
def test_every_refusal_is_known_by_its_example(reason: Reason) -> None:
    found = refusal(reason.example)
    assert (found.code, found.concerns, found.raw) == (reason.code, reason.concerns, reason.example)


@pytest.mark.parametrize("reason", SIGN_IN, ids=lambda r: r.code)
def test_every_refused_sign_in_is_known_by_its_example(reason: Reason) -> None:
    assert sign_in_error(reason.example).code == reason.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("User 'x' lacks appropriate licenses to assign a 'DirectRouting' number. Tenant 't'.", "not_licensed"),
        ("Telephone Number '+1' is not found from tenant 't'", "not_found_in_tenant"),
        ("Telephone Number '+1' has already been assigned to another user", "already_assigned"),
        ("Telephone Number '+1' has already been assigned to the user.", "already_theirs"),
        ("Service is unavailable. Please try again", "service_unavailable"),
        ("User 'u' is not found.", "person_unknown"),
        ("NotFound", "person_unknown"),
        ("Request_ResourceNotFound: Resource 'u' does not exist", "person_unknown"),
        ("The telephone number of user 'u' is managed in the on-premises Active Directory (msRTCSIP-Line).", "on_premises"),
        ("Telephone Number '+1' is managed in the on-premises Active Directory.", "number_on_premises"),
        ("BadRequest: Telephone Number '+1' is blocked from assignment.", "number_blocked"),
        ("Telephone Number '+1' is being ported and cannot be assigned.", "not_assignable"),
        ("The usage location 'GB' of user 'u' does not match the country/region 'US' of Telephone Number '+1'.", "country_mismatch"),
        ("Location 'l' is not found from tenant 't'.", "unknown_location"),
        ("User 'u' already has a primary telephone number assigned.", "person_has_number"),
        ("User 'on-premises.country.mismatch@contoso.example' is not found.", "person_unknown"),
        ("Policy \"Idle\" is not a user policy. You can assign only a user policy to a specific user.", "policy_not_found"),
        ("Provided policy name is not valid", "policy_not_found"),
        ("User 'policy.not.found@contoso.example' is not found.", "person_unknown"),
        ("", "refused"),
    ],
)  # fmt: skip
def test_the_texts_that_people_report_are_known(text: str, code: str) -> None:
    assert refusal(text).code == code


def test_only_refusals_of_the_number_itself_let_it_be_blocked() -> None:
    assert {reason.code for reason in REFUSALS if reason.concerns == "number"} == {
        "already_assigned",
        "not_assignable",
        "not_assigned",
        "not_found_in_tenant",
        "number_blocked",
        "number_not_accepted",
        "number_on_premises",
    }


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"error":{"code":"forbidden","message":"No."}}', "forbidden: No."),
        (b'{"error":{"code":"UnknownError","message":"{\\"code\\":\\"Forbidden\\",\\"message\\":\\"Access Denied.\\"}"}}', "Forbidden: Access Denied."),
        (b'{"error":{"code":"UnknownError","message":"{not json"}}', "UnknownError: {not json"),
        (b'{"error":{"code":"NotFound","message":null}}', "NotFound"),
        (b'{"error":"invalid_client","error_description":"AADSTS7000215: no"}', "invalid_client: AADSTS7000215: no"),
        (b'{"message":"of somebody else"}', None),
        (b"<html>", None),
        (b"", None),
    ],
)  # fmt: skip
def test_microsofts_forms_of_an_error_are_read(body: bytes, text: str | None) -> None:
    assert error_text(body) == text


def test_every_message_is_one_sentence_without_blanks_left() -> None:
    for reason in GENERAL:
        blanks = {"host": "h", "detail": "d"}
        made = (
            wait(reason.code, 1, **blanks)
            if reason.kind == "wait"
            else stop(reason.code, permission="P", **blanks)
        )
        text = str(made)
        assert text.endswith(".")
        assert not re.search(r"[{}]|\.\s+[A-Z]|\(\)", text), text
    assert str(refusal("x")) == (
        "Microsoft refused the request with a text that Numberline does not know: read Microsoft's own text beside "
        "this message and mend what it names, then try again."
    )
    assert isinstance(refusal("x"), GiveUp)


def section(reason: Reason) -> str:
    """What the page must say of a cause."""
    cause = reason.cause.replace("the permission {permission}", "a permission").replace(" ({detail})", "")
    cause = cause.replace("{host}", "the host")
    lines = [
        f"### `{reason.code}`",
        "",
        cause[0].upper() + cause[1:],
        "",
        f"- Example: `{reason.example}`",
        f"- Numberline {KINDS[reason.kind]}.",
        *([f"- Concerns {ABOUT[reason.concerns]}."] if reason.kind == "give_up" else []),
        f"- What to do: {reason.remedy.replace('{permission}', 'the permission')}",
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("reason", ALL, ids=lambda r: r.code)
def test_every_cause_is_documented_with_its_remedy(reason: Reason) -> None:
    assert section(reason) in PAGE.read_text(encoding="utf-8")


def test_the_page_documents_nothing_else() -> None:
    documented = re.findall(r"^### `(.+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert documented == [reason.code for reason in ALL]
    assert len(set(documented)) == len(documented)
