"""The table of what Microsoft answers: how to know it, what it means, what to do.

One row a cause. `docs/reference/microsoft-errors.md` documents each row, and a test holds the two together.
Rows are tried in order, so the special stands before the general. Texts were collected from Microsoft's pages
and public issue threads; Microsoft documents no codes for refused assignments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from numberline.graph.errors import Concerns

Kind = Literal["wait", "give_up", "stop"]


@dataclass(frozen=True)
class Reason:
    """One known cause: our code, what to do (kind), plain cause and remedy, and the texts that it is known by."""

    code: str
    kind: Kind
    cause: str
    remedy: str
    pattern: str = ""
    concerns: Concerns = "both"
    example: str = ""

    def matches(self, text: str) -> bool:
        """Whether Microsoft's text means this cause. Quoted names are left out: a person may be called anything.
        What stays is the name of the property that a text complains of."""
        words = re.sub(r"'(?!telephoneNumber')[^']*'", "''", text)
        return bool(self.pattern) and re.search(self.pattern, words, re.IGNORECASE | re.DOTALL) is not None


REFUSALS: tuple[Reason, ...] = (
    Reason(
        "policy_type_unknown",
        "give_up",
        "Microsoft knows no policies of this type.",
        "Correct the policy type in the range's `policies`, as in TenantDialPlan or OnlineVoiceRoutingPolicy.",
        pattern=r"policy ?type\b.*(not supported|not valid|invalid|unknown|not found)",
        concerns="policy",
        example="Policy type 'TenantDialPlans' is not supported.",
    ),
    Reason(
        "policy_not_found",
        "give_up",
        "The tenant has no policy of this name, or none that can be given to a person.",
        "Correct the name in the range's `policies`, or make the policy in the Teams admin centre.",
        pattern=r"\bpolicy\b[^.]*(not found|does not exist|cannot be found|not a user policy)|policy name is not valid",
        concerns="policy",
        example="Policy 'UK-London' of type 'TenantDialPlan' is not found.",
    ),
    Reason(
        "policy_items",
        "give_up",
        "Microsoft takes fewer policy assignments in one request.",
        "Wait, Numberline asks for fewer at a time.",
        pattern=r"policy assignments?\b.*(one|a|per|single) request|too many policy assignments",
        concerns="policy",
        example="At most 20 policy assignments are accepted in one request.",
    ),
    Reason(
        "number_on_premises",
        "give_up",
        "This number is managed in the on-premises directory, so the cloud cannot assign it.",
        "Take the number out of the range, or clear it in Active Directory and synchronise.",
        pattern=r"telephone number '' is (managed|set|mastered) .*on.?premises",
        concerns="number",
        example="Telephone Number '+442079460012' is managed in the on-premises Active Directory.",
    ),
    Reason(
        "on_premises",
        "give_up",
        "The person's number is set in the on-premises directory and synchronised, so the cloud cannot change it.",
        "Clear msRTCSIP-Line for this person in Active Directory, synchronise, and try again.",
        pattern=r"on.?premises|msRTCSIP|OnPremLineURI",
        concerns="person",
        example="The user's phone number is managed in on-premises AD; msRTCSIP-Line is set and synced",
    ),
    Reason(
        "no_location",
        "give_up",
        "This number needs an emergency location, and none was given.",
        "Set `location` on the range, or give the number an emergency location in the Teams admin centre.",
        pattern=r"(emergency (location|address)|location ?id)\b.*(required|missing|must|not (set|specified|provided|found)|invalid)"
        r"|(requires?|missing|without|no) (an? )?(valid )?(emergency (location|address)|location ?id)",
        concerns="both",
        example="An emergency location is required to assign this number",
    ),
    Reason(
        "unknown_location",
        "give_up",
        "The emergency location does not exist in this tenant.",
        "Correct `location` on the range: the Teams admin centre shows the ids of emergency locations.",
        pattern=r"\blocation( ?id)? ?('')? (is |was )?(not found|invalid|unknown)|\blocation( ?id)? ?('')? does not exist",
        concerns="both",
        example="Location '4f5e…' is not found from tenant '8b1f…'.",
    ),
    Reason(
        "country_mismatch",
        "give_up",
        "The number belongs to another country than the person's usage location.",
        "Correct the person's usage location in Entra, or let the person draw from a range of the right country.",
        pattern=r"(usage ?location|country|region).*(mismatch|match|differ|same|not (valid|allowed|supported))"
        r"|(mismatch|differ).*(usage ?location|country|region)",
        concerns="both",
        example="The usage location of the user does not match the country of the telephone number",
    ),
    Reason(
        "already_theirs",
        "give_up",
        "The person already has exactly this number.",
        "Wait, Numberline looks at the number and records what it finds.",
        pattern=r"already (been )?assigned to (the|this|the same) (user|target|person)",
        concerns="both",
        example="Telephone Number '+442079460012' has already been assigned to the user.",
    ),
    Reason(
        "not_assigned",
        "give_up",
        "Nobody holds this number in Teams, so there is nothing to take back.",
        "Wait, Numberline looks at the number and records what it finds.",
        pattern=r"number\b.*\b(is|was) not (currently )?assigned|not assigned to (any|a) ",
        concerns="number",
        example="Telephone Number '+442079460012' is not assigned.",
    ),
    Reason(
        "already_assigned",
        "give_up",
        "The number is already assigned to somebody or something else in Teams.",
        "See who holds it with `numberline number show`; Numberline leaves it there and takes the next number.",
        pattern=r"already (been )?(assigned|in use|taken)(?! a)",
        concerns="number",
        example="Telephone Number '+442079460012' has already been assigned to another user",
    ),
    Reason(
        "person_has_number",
        "give_up",
        "The person already has a primary number in Teams.",
        "Sync the tenant so that Numberline records that number; the person keeps it.",
        pattern=r"(user|target)\b.*(already has|has already been assigned a|already assigned a)\b.*(number|line)",
        concerns="person",
        example="User 'adele@contoso.example' already has a primary telephone number assigned",
    ),
    Reason(
        "not_licensed",
        "give_up",
        "The person's licence does not allow this type of number, or Teams has not yet taken note of it.",
        "Check Teams Phone (and a Calling Plan for Calling Plan numbers); a new licence can take up to 24 hours to reach Teams.",
        pattern=r"lacks? (the )?(appropriate|required) licen[cs]e|(not|isn'?t) licen[cs]ed|licen[cs]e.*(missing|required)"
        r"|(no|without|requires?|missing) (an? |the )?(valid |appropriate |phone system |teams phone |calling plan )*licen[cs]e",
        concerns="person",
        example="User 'adele@contoso.example' lacks appropriate licenses to assign a 'CallingPlan' number",
    ),
    Reason(
        "not_found_in_tenant",
        "give_up",
        "Teams does not know this number as a number of this tenant, or knows it under another type.",
        "Check in the Teams admin centre that the number is there and that the range has its type.",
        pattern=r"(telephone|phone)? ?number.*not found (from|in) (the )?tenant",
        concerns="number",
        example="Telephone Number '+442079460012' is not found from tenant '8b1f…'",
    ),
    Reason(
        "number_blocked",
        "give_up",
        "Teams refuses to assign this number because it is blocked from assignment there.",
        "Lift the block with Remove-CsPhoneNumberAssignmentBlock, or keep the number blocked in Numberline too.",
        pattern=r"number.*(blocked|block).*assign|assignment.?block",
        concerns="number",
        example="The telephone number is blocked from assignment until 2026-12-01",
    ),
    Reason(
        "not_assignable",
        "give_up",
        "This number cannot be given to a person: it is of another use, is being ported, or is not active.",
        "Look at the number in the Teams admin centre, and take it out of the range if it is meant for something else.",
        pattern=r"not support assignment|(being|is) ported|number\b.*(cannot|can ?not|can't) be assigned",
        concerns="number",
        example="Telephone Number '+442079460012' does not support assignment to a user.",
    ),
    Reason(
        "number_not_accepted",
        "give_up",
        "Microsoft does not accept the text of this number, as may be with an extension (`;ext=`).",
        "Assign a number with an extension by PowerShell (Set-CsPhoneNumberAssignment), and take it out of the range.",
        pattern=r"invalid value\b.*telephone ?number|(telephone|phone) ?number\b.*(is )?(invalid|malformed|not valid)",
        concerns="number",
        example="Invalid value specified for property 'telephoneNumber'.",
    ),
    Reason(
        "service_unavailable",
        "give_up",
        "Teams says that its service is unavailable for this request; it often passes, and sometimes stays with one person.",
        "Wait, Numberline tries again; if it stays, open a ticket with Microsoft for this person.",
        pattern=r"service is (temporarily |currently )?unavailable",
        concerns="person",
        example="Service is unavailable. Please try again",
    ),
    Reason(
        "person_unknown",
        "give_up",
        "Teams does not know this person yet: the account is new, has no licence, or is gone.",
        "Check that the person exists and is licensed; a new account can take hours to reach Teams.",
        pattern=r"(user|target|object|resource)\b.*(not found|does not exist|could ?n.t be found|was not found)"
        r"|(cannot|can.?t|unable to) find (the )?(user|target|object)|^\s*not ?found\b|Request_ResourceNotFound",
        concerns="person",
        example="User 'adele@contoso.example' was not found",
    ),
    Reason(
        "refused",
        "give_up",
        "Microsoft refused the request with a text that Numberline does not know.",
        "Read Microsoft's own text beside this message and mend what it names, then try again.",
        concerns="both",
        example="Tenant policy 7-B forbids this",
    ),
)
"""What Teams may answer to an assignment, at once or in the operation's `statusDetail`; `refused` ends the list."""

SIGN_IN: tuple[Reason, ...] = (
    Reason(
        "wrong_secret",
        "stop",
        "The client secret is wrong, or its id was given instead of its value.",
        "Create a new client secret for the application in Entra and give Numberline its value (`numberline tenant credential` if the tenant is connected).",
        pattern=r"AADSTS7000215",
        example="AADSTS7000215: Invalid client secret provided.",
    ),
    Reason(
        "secret_expired",
        "stop",
        "The client secret has expired.",
        "Create a new client secret for the application in Entra and give Numberline its value (`numberline tenant credential` if the tenant is connected).",
        pattern=r"AADSTS7000222",
        example="AADSTS7000222: The provided client secret keys for app are expired.",
    ),
    Reason(
        "certificate_unknown",
        "stop",
        "The application does not accept this certificate, which is not uploaded there or has expired.",
        "Upload the certificate's public part to the application in Entra, or give Numberline one that is there (`numberline tenant credential`).",
        pattern=r"AADSTS70002[17]\b|AADSTS700024|AADSTS5002730|AADSTS7000218|AADSTS50012\b",
        example="AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.",
    ),
    Reason(
        "unknown_tenant",
        "stop",
        "There is no Microsoft 365 tenant with this id.",
        "Check the tenant id against the overview page of Entra.",
        pattern=r"AADSTS90002|AADSTS900023|AADSTS900021|AADSTS50059|tenant .*not found|invalid_tenant",
        example="AADSTS90002: Tenant '11111111-…' not found.",
    ),
    Reason(
        "unknown_application",
        "stop",
        "This tenant has no application with this client id, or it is disabled there.",
        "Check the application (client) id, and that an administrator of this tenant has consented to it.",
        pattern=r"AADSTS700016|AADSTS7000229|AADSTS7000112|AADSTS700011|AADSTS500011|AADSTS650052",
        example="AADSTS700016: Application with identifier '2222…' was not found in the directory 'Contoso'.",
    ),
    Reason(
        "sign_in_refused",
        "stop",
        "Microsoft Entra refuses to sign the application in.",
        "Read Microsoft's own text beside this message; its AADSTS code is explained at login.microsoftonline.com/error.",
        pattern=r"AADSTS\d+|invalid_client|unauthorized_client|invalid_request|invalid_grant|access_denied",
        example="AADSTS53003: Access has been blocked by Conditional Access policies.",
    ),
)
"""What the token endpoint may answer (Microsoft: reference-error-codes)."""

GENERAL: tuple[Reason, ...] = (
    Reason(
        "permission_missing",
        "stop",
        "The application lacks the permission {permission}.",
        "Add {permission} to the application's Microsoft Graph application permissions in Entra and grant admin consent.",
        pattern=r"insufficient (permission|privilege)|access.?denied|Authorization_RequestDenied|forbidden",
        example="Insufficient permission(s) for the request. API requires any of the following permission(s): TeamsTelephoneNumber.ReadWrite.All",
    ),
    Reason(
        "token_refused",
        "stop",
        "Microsoft Graph refuses the token that the sign-in service gave.",
        "Check that the Graph address and the login address belong to the same cloud, and the clock of this machine.",
        example="InvalidAuthenticationToken: Access token validation failure.",
    ),
    Reason(
        "unreachable",
        "stop",
        "{host} cannot be reached ({detail}).",
        "Check the address, the name resolution, the firewall and the proxy between this machine and it.",
        example="[Errno 111] Connection refused",
    ),
    Reason(
        "certificate_untrusted",
        "stop",
        "The TLS certificate of {host} is not trusted ({detail}).",
        "Check the address; if it is right, give the certificate of its authority with --ca-file.",
        example="certificate verify failed: unable to get local issuer certificate",
    ),
    Reason(
        "not_graph",
        "stop",
        "{host} answered with something that is not Microsoft's ({detail}).",
        "Check the address, and that no proxy or sign-in page of the network answers in its place.",
        example="<html><body>Sign in to the guest network</body></html>",
    ),
    Reason(
        "malformed_answer",
        "stop",
        "{host} answered in a shape that Numberline does not understand ({detail}).",
        "Update Numberline; if it is up to date, report this message together with the request id.",
        example='{"value": [{"telephoneNumber": 5}]}',
    ),
    Reason(
        "throttled_too_long",
        "stop",
        "Microsoft has throttled this tenant for longer than Numberline waits within one run.",
        "Wait for the next run; if it happens often, lower the rates or ask what else calls Graph for this tenant.",
        example="429 Too Many Requests, Retry-After: 3600",
    ),
    Reason(
        "throttled",
        "wait",
        "Microsoft asks this tenant to slow down.",
        "Wait, Numberline waits as long as Microsoft asks and lowers its rate.",
        example="429 Too Many Requests, Retry-After: 10",
    ),
    Reason(
        "server_error",
        "wait",
        "Microsoft Graph is having trouble ({detail}).",
        "Wait, Numberline tries again; see the service health page of Microsoft 365 if it stays.",
        example="503 Service Unavailable",
    ),
    Reason(
        "microsoft_down",
        "wait",
        "Microsoft does not answer at {host} ({detail}).",
        "Wait, nothing is asked of it until then and Numberline goes on by itself; see the service health page of Microsoft 365 if it stays.",
        example="503 Service Unavailable, to several calls in a row",
    ),
    Reason(
        "connection_lost",
        "wait",
        "The connection to {host} broke before the answer was complete ({detail}).",
        "Wait, Numberline tries again; check the network if it stays.",
        example="Server disconnected without sending a response",
    ),
    Reason(
        "operation_unknown",
        "wait",
        "Microsoft accepted the request and gave no usable link to follow it.",
        "Wait, Numberline looks at the number itself before it does anything else.",
        example="202 Accepted, without a Location header",
    ),
    Reason(
        "listing_incomplete",
        "wait",
        "Microsoft's listing repeated itself before its end, so it cannot be relied on.",
        "Wait, Numberline reads it again on the next run and releases nothing meanwhile.",
        example="numberAssignments, page 3 is page 2 again",
    ),
)
"""Everything else: permissions, the way to Microsoft, and answers that are no answers."""

ALL: tuple[Reason, ...] = (*REFUSALS, *SIGN_IN, *GENERAL)


def by_code(code: str) -> Reason:
    """The row of this code; `KeyError` when there is none."""
    return _BY_CODE[code]


_BY_CODE = {reason.code: reason for reason in ALL}
