"""Microsoft's telephony service plans: the table that entitlement is read from.

Source: "Product names and service plan identifiers for licensing" (Microsoft: licensing-service-plan-reference).
Plans that are missing there (``MCOPSTN9``, ``MCOPSTN_PAYG_2`` ...) are recognised by the name that the tenant's own
``subscribedSkus`` gives them, see `kind_by_name`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class PlanKind(StrEnum):
    """What a service plan is to Teams telephony."""

    PHONE_SYSTEM = "phone_system"
    CALLING_PLAN = "calling_plan"
    RESOURCE_ACCOUNT = "resource_account"
    COMMUNICATIONS_CREDITS = "communications_credits"
    TEAMS_PHONE_MOBILE = "teams_phone_mobile"
    SMS = "sms"
    AUDIO_CONFERENCING = "audio_conferencing"
    TEAMS = "teams"
    SKYPE_FOR_BUSINESS_ONLINE = "skype_for_business_online"
    OTHER = "other"


class ServicePlan(NamedTuple):
    """One service plan: its id in lower case, Microsoft's name, and its kind."""

    id: str
    name: str
    kind: PlanKind


_TABLE = """
4828c8ec-dc2e-4779-b502-87ac9ce28ab7|MCOEV|phone_system
ed777b71-af04-42ca-9798-84344c66f7c6|MCOEVSMB|phone_system
db23fce2-a974-42ef-9002-d78dd42a0f22|MCOEV_GOV|phone_system
f47330e9-c134-43b3-9993-e7f004506889|MCOEV_VIRTUALUSER|resource_account
0628a73f-3b4a-4989-bd7b-0f8823144313|MCOEV_VIRTUALUSER_GOV|resource_account
4ed3ff63-69d7-4fb7-b984-5aec7f605ca8|MCOPSTN1|calling_plan
3c8a8792-7866-409b-bb61-1b20ace0368b|MCOPSTN1_GOV|calling_plan
5a10155d-f5c1-411a-a8ec-e99aae125390|MCOPSTN2|calling_plan
54a152dc-90de-4996-93d2-bc47e670fc06|MCOPSTN5|calling_plan
346d83bf-6fe6-42ca-b424-b9300d2e21bf|MCOPSTN6|calling_plan
16935b20-87c0-4908-934a-22aa267d0d26|MCOPSTN8|calling_plan
7861360b-dc3b-4eba-a3fc-0d323a035746|MCOPSTNEAU|calling_plan
1346d5e6-15a6-4b88-9693-806ff7296a7a|PSTN5_US|calling_plan
9a0125a5-c8f8-4526-b231-49e2abe0ebce|Skype for Business PSTN Calling Domestic Small|calling_plan
156a1efe-17cd-4b03-9f17-2eb512298fb3|MCOPSTN_PAYG_1|calling_plan
6b340437-d6f9-4dc5-8cc2-99163f7f83d6|MCOPSTN3|communications_credits
505e180f-f7e0-4b65-91d4-00d670bbd18c|MCOPSTNC|communications_credits
cb22fbd7-ed7d-4786-a27a-e4cd617b69c0|MCOFMC1|teams_phone_mobile
754aec36-45fc-4eaa-bcaf-44f6cb1f553c|MCOSMS5|sms
2b9bf4f4-ac52-42c5-8456-f70ee4924295|MCOSMS_PAYG_1|sms
c85e4b03-254a-453b-af72-167a53f38530|MCOACBYOT_GCCHigh|audio_conferencing
bb038288-76ab-49d6-afc1-eaa6c222c65a|MCOMEETACPEA|audio_conferencing
3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40|MCOMEETADV|audio_conferencing
f1e3613f-3818-4254-9b5e-f02d803384e0|MCOMEETADV_AR_GCCHigh|audio_conferencing
f544b08d-1645-4287-82de-8d91f37c02a1|MCOMEETADV_GOV|audio_conferencing
9974d6cf-cd24-4ba2-921c-e2aa687da846|MCOMEETBASIC|audio_conferencing
986d454b-9027-4d9f-880b-f1b68f920cc4|MCOMEETBASIC_GOV|audio_conferencing
42a3ec34-28ba-46b6-992f-db53a675ac5b|MCO_TEAMS_IW|teams
57ff2da0-773e-42df-b2af-ffb7a2317929|TEAMS1|teams
fd500458-c24c-478e-856c-a6067a8376cd|TEAMS_AR_DOD|teams
9953b155-8aef-4c56-92f3-72b0487fce41|TEAMS_AR_GCCHIGH|teams
a42de799-58ae-4e6a-aa1d-948e7abec726|TEAMS_DESKLESS|teams
304767db-7d23-49e8-a945-4a7eb65f9f28|TEAMS_GOV|teams
afc06cb0-b4f4-4473-8286-d644f70d8faf|MCOIMP|skype_for_business_online
8a9f17f1-5872-44e8-9b11-3caade9dc90f|MCOIMP_GOV|skype_for_business_online
0feaeb32-d00e-4d66-bd5a-43b5b83db82c|MCOSTANDARD|skype_for_business_online
a31ef4a2-f787-435e-8335-e47eb0cafc94|MCOSTANDARD_GOV|skype_for_business_online
"""

# Credits pay for calls beyond a plan; they give no number (Microsoft: licensing-service-plan-reference).
CREDITS = frozenset({"MCOPSTNC", "MCOPSTN3", "MCOPSTNPP"})


def kind_by_name(name: str) -> PlanKind:
    """The kind of a plan that the table does not list, by the name the tenant gives it: ``MCOPSTN...`` less credits."""
    upper = name.upper()
    if upper in CREDITS:
        return PlanKind.COMMUNICATIONS_CREDITS
    return PlanKind.CALLING_PLAN if upper.startswith("MCOPSTN") else PlanKind.OTHER


def _read(table: str) -> tuple[ServicePlan, ...]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return tuple(ServicePlan(plan_id, name, PlanKind(kind)) for plan_id, name, kind in rows)


SERVICE_PLANS: tuple[ServicePlan, ...] = _read(_TABLE)
"""Every telephony service plan that Microsoft lists."""

PLAN_ID: dict[str, str] = {plan.name: plan.id for plan in SERVICE_PLANS}
"""Service plan id by Microsoft's name."""
