"""The products and service plans that the simulated tenant knows.

Ids and part numbers are Microsoft's own (Microsoft: licensing-service-plan-reference).
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, slots=True, eq=False)
class ServicePlan:
    """One service plan: its id, its name, and the service that provides it."""

    id: str
    name: str
    service: str


@dataclass(frozen=True, slots=True, eq=False)
class Sku:
    """One product that can be assigned to people."""

    id: str
    part_number: str
    plans: tuple[ServicePlan, ...]


_PLANS = """
efb87545-963c-4e0d-99df-69c6916d9eb0 EXCHANGE_S_ENTERPRISE exchange
9aaf7827-d63c-4b61-89c3-182f06f82e5c EXCHANGE_S_STANDARD exchange
4a82b400-a79f-41a4-b4e2-e94f5787b113 EXCHANGE_S_DESKLESS exchange
5dbe027f-2339-4123-9542-606e4d348a72 SHAREPOINTENTERPRISE SharePoint
c7699d2e-19aa-44de-8edf-1736da088ca1 SHAREPOINTSTANDARD SharePoint
902b47e5-dcb2-4fdc-858b-c63a90a2bdb9 SHAREPOINTDESKLESS SharePoint
e95bec33-7c88-4a70-8e19-b10bd9d0c014 SHAREPOINTWAC SharePoint
43de0ff5-c92c-492b-9116-175376d08c38 OFFICESUBSCRIPTION MicrosoftOffice
7547a3fe-08ee-4ccb-b430-5077c5041653 YAMMER_ENTERPRISE YammerEnterprise
a23b959c-7ce8-4e57-9140-b90eb88a9e97 SWAY Sway
c1ec4a95-1f05-45b3-a911-aa3fa01094f5 INTUNE_A SCO
41781fb2-bc02-4b7c-bd55-b576c07bb09d AAD_PREMIUM AADPremiumService
eec0eb4f-6444-4f95-aba0-50c24d67f998 AAD_PREMIUM_P2 AADPremiumService
8a256a2b-b617-496d-b51b-e76466e88db0 MFA_PREMIUM MultiFactorService
bea4c11e-220a-4e6d-8eb8-8ea15d019f90 RMS_S_ENTERPRISE RMSOnline
6c57d4b6-3b23-47a5-9bc9-69f17b4947b3 RMS_S_PREMIUM RMSOnline
b737dad2-2f6c-4c65-90e3-ca563267e8b9 PROJECTWORKMANAGEMENT ProjectWorkManagement
6c6042f5-6f01-4d67-b8c1-eb99d36eed3e STREAM_O365_E5 MicrosoftStream
9e700747-8b1d-45e5-ab8d-ef187ceec156 STREAM_O365_E3 MicrosoftStream
e212cbc7-0961-4c40-9825-01117710dcb1 FORMS_PLAN_E5 OfficeForms
2789c901-c14e-48ab-a76a-be334d9d793a FORMS_PLAN_E3 OfficeForms
07699545-9485-468e-95b6-2fca3738be01 FLOW_O365_P3 ProcessSimple
76846ad7-7776-4c40-a281-a386362dd1b9 FLOW_O365_P2 ProcessSimple
9c0dab89-a30c-4117-86e7-97bda240acd2 POWERAPPS_O365_P3 PowerAppsService
c68f8d98-5534-41c8-bf36-22fa496fa792 POWERAPPS_O365_P2 PowerAppsService
70d33638-9c74-4d01-bfd3-562de28bd4ba BI_AZURE_P2 PowerBI
57ff2da0-773e-42df-b2af-ffb7a2317929 TEAMS1 TeamspaceAPI
0feaeb32-d00e-4d66-bd5a-43b5b83db82c MCOSTANDARD MicrosoftCommunicationsOnline
afc06cb0-b4f4-4473-8286-d644f70d8faf MCOIMP MicrosoftCommunicationsOnline
3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40 MCOMEETADV MicrosoftCommunicationsOnline
4828c8ec-dc2e-4779-b502-87ac9ce28ab7 MCOEV MicrosoftCommunicationsOnline
f47330e9-c134-43b3-9993-e7f004506889 MCOEV_VIRTUALUSER MicrosoftCommunicationsOnline
4ed3ff63-69d7-4fb7-b984-5aec7f605ca8 MCOPSTN1 MicrosoftCommunicationsOnline
5a10155d-f5c1-411a-a8ec-e99aae125390 MCOPSTN2 MicrosoftCommunicationsOnline
54a152dc-90de-4996-93d2-bc47e670fc06 MCOPSTN5 MicrosoftCommunicationsOnline
346d83bf-6fe6-42ca-b424-b9300d2e21bf MCOPSTN6 MicrosoftCommunicationsOnline
16935b20-87c0-4908-934a-22aa267d0d26 MCOPSTN8 MicrosoftCommunicationsOnline
156a1efe-17cd-4b03-9f17-2eb512298fb3 MCOPSTN_PAYG_1 MicrosoftCommunicationsOnline
505e180f-f7e0-4b65-91d4-00d670bbd18c MCOPSTNC MicrosoftCommunicationsOnline
cb22fbd7-ed7d-4786-a27a-e4cd617b69c0 MCOFMC1 MicrosoftCommunicationsOnline
"""

_OFFICE = (
    "EXCHANGE_S_ENTERPRISE SHAREPOINTENTERPRISE SHAREPOINTWAC OFFICESUBSCRIPTION YAMMER_ENTERPRISE SWAY INTUNE_A"
    " AAD_PREMIUM MFA_PREMIUM RMS_S_ENTERPRISE RMS_S_PREMIUM PROJECTWORKMANAGEMENT TEAMS1 MCOSTANDARD"
)
_E3 = _OFFICE + " STREAM_O365_E3 FORMS_PLAN_E3 FLOW_O365_P2 POWERAPPS_O365_P2"
_E5_BARE = _OFFICE + " AAD_PREMIUM_P2 STREAM_O365_E5 FORMS_PLAN_E5 FLOW_O365_P3 POWERAPPS_O365_P3 BI_AZURE_P2"
_E5 = _E5_BARE + " MCOMEETADV MCOEV"
_ROOM = "TEAMS1 MCOSTANDARD MCOMEETADV MCOEV INTUNE_A"

_SKUS = {
    "SPE_E5": ("06ebc4ee-1bb5-47dd-8120-11324bc54e06", _E5),
    "SPE_E5_CALLINGMINUTES": ("a91fc4e0-65e5-4266-aa76-4037509c1626", _E5 + " MCOPSTN8"),
    "SPE_E3": ("05e9a617-0261-4cee-bb44-138d3ef5d965", _E3),
    "ENTERPRISEPREMIUM": ("c7df2760-2c81-4ef7-b578-5b5392b571df", _E5),
    "STANDARDPACK": (
        "18181a46-0d4e-45cd-891e-60aabd171b4e",
        "EXCHANGE_S_STANDARD SHAREPOINTSTANDARD SHAREPOINTWAC YAMMER_ENTERPRISE TEAMS1 MCOSTANDARD",
    ),
    "SPE_F1": (
        "66b55226-6b4f-492c-910c-a3b7a3c9d993",
        "EXCHANGE_S_DESKLESS SHAREPOINTDESKLESS YAMMER_ENTERPRISE INTUNE_A AAD_PREMIUM TEAMS1 MCOIMP",
    ),
    "MCOEV": ("e43b5b99-8dfb-405f-9987-dc307f34bcbd", "MCOEV"),
    "MCOPSTN1": ("0dab259f-bf13-4952-b7f8-7db8f131b28d", "MCOPSTN1"),
    "MCOPSTN2": ("d3b4fe1f-9992-4930-8acb-ca6ec609365e", "MCOPSTN2"),
    "MCOPSTN_5": ("11dee6af-eca8-419f-8061-6864517c1875", "MCOPSTN5"),
    "MCOPSTN_6": ("729dbb8f-8d56-4994-8e33-2f218f549544", "MCOPSTN6"),
    "MCOPSTNC": ("47794cd0-f0e5-45c5-9033-2eb6b5fc84e0", "MCOPSTNC"),
    "MCOTEAMS_ESSENTIALS": ("ae2343d1-0999-43f6-ae18-d816516f6e78", "MCOEV MCOPSTN1"),
    "BUSINESS_VOICE": ("e5a17adf-8f0d-4b57-bc14-d331235f9307", "MCOEV MCOPSTN1 MCOMEETADV"),
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)": (
        "dbd31205-338e-4dec-903d-44402e305e32",
        "MCOPSTN_PAYG_1",
    ),
    "Operator_Connect_Mobile": ("b84d58c9-0a0d-46cf-8a4b-d9f23c1674d5", "MCOFMC1"),
    "PHONESYSTEM_VIRTUALUSER": ("440eaaa8-b3e0-484b-a8be-62870b9ba70a", "MCOEV_VIRTUALUSER"),
    "Microsoft_Teams_Rooms_Pro": ("4cde982a-ede4-4409-9ae6-b003453c8ea6", _ROOM),
    "MCOCAP": ("295a8eb0-f78d-45c7-8b5b-1eed5ed02dff", "TEAMS1 MCOSTANDARD MCOEV"),
}

_CREDITS = frozenset({"MCOPSTNC", "MCOPSTN3", "MCOPSTNPP"})


class Catalogue:
    """The products of one tenant, by part number; more can be added while it runs."""

    def __init__(self) -> None:
        self.plans = {plan.name: plan for plan in map(_plan, _PLANS.strip().splitlines())}
        self.skus = {
            part: Sku(id, part, tuple(self.plans[name] for name in names.split()))
            for part, (id, names) in _SKUS.items()
        }

    def add(self, part_number: str, plans: list[str]) -> Sku:
        """Put a product of service plans, known or new, into the catalogue and give it back."""
        for name in plans:
            self.plans.setdefault(name, ServicePlan(_made_up_id(name), name, "MicrosoftCommunicationsOnline"))
        sku = Sku(_made_up_id("sku/" + part_number), part_number, tuple(self.plans[name] for name in plans))
        self.skus[part_number] = sku
        return sku

    def sku(self, part_number: str) -> Sku:
        """The product of that part number; KeyError with a sentence when there is none."""
        try:
            return self.skus[part_number]
        except KeyError:
            known = ", ".join(sorted(self.skus))
            raise KeyError(f"The simulator has no product {part_number!r}; it has {known}.") from None


def features(plan_names: set[str]) -> tuple[str, ...]:
    """Teams' own names for what these service plans give (Microsoft: Get-CsOnlineUser, FeatureTypes)."""
    found = []
    if "TEAMS1" in plan_names:
        found.append("Teams")
    if "MCOMEETADV" in plan_names:
        found.append("AudioConferencing")
    if plan_names & {"MCOEV", "MCOEVSMB", "MCOEV_GOV"}:
        found.append("PhoneSystem")
    if any(is_calling_plan(name) for name in plan_names):
        found.append("CallingPlan")
    if "MCOEV_VIRTUALUSER" in plan_names:
        found.append("VoiceApp")
    return tuple(found)


def is_calling_plan(name: str) -> bool:
    """Whether a service plan of this name is a calling plan; communications credits are none."""
    return name.startswith(("MCOPSTN", "PSTN5")) and name not in _CREDITS


def _plan(line: str) -> ServicePlan:
    id, name, service = line.split()
    return ServicePlan(id, name, service)


def _made_up_id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, "numberline/simulator/" + name))
