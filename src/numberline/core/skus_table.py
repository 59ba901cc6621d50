"""Microsoft's products (SKUs) that carry a telephony service plan.

Source: "Product names and service plan identifiers for licensing" (Microsoft: licensing-service-plan-reference).
Used to resolve names in rules and to license people in the simulator; entitlement itself is read from service
plans, because a plan can be switched off inside a product.
"""

from __future__ import annotations

from typing import NamedTuple


class Sku(NamedTuple):
    """One product: id in lower case, part number, name, and the names of its telephony service plans."""

    id: str
    part_number: str
    name: str
    plans: tuple[str, ...]


_TABLE = """
e5a17adf-8f0d-4b57-bc14-d331235f9307|BUSINESS_VOICE|Microsoft 365 Business Voice (UK)|MCOEV,MCOPSTN1,MCOMEETADV
d52db95a-5ecb-46b6-beb0-190ab5cda4a8|BUSINESS_VOICE_DIRECTROUTING|Microsoft 365 Business Voice (without Calling Plan)|MCOEV,MCOMEETADV
8330dae3-d349-44f7-9cad-1b23c64baabe|BUSINESS_VOICE_DIRECTROUTING_MED|Microsoft 365 Business Voice (without Calling Plan) for US|MCOEV,MCOMEETADV
a6051f20-9cbc-47d2-930d-419183bf6cf1|BUSINESS_VOICE_MED2|Microsoft 365 Business Voice|MCOEV,MCOPSTN1,MCOMEETADV
08d7bce8-6e16-490e-89db-1d508e5e9609|BUSINESS_VOICE_MED2_TELCO|Microsoft 365 Business Voice (US)|MCOPSTN1,MCOMEETADV
c42b9cae-ea4f-4ab7-9717-81576235ccac|DEVELOPERPACK_E5|Microsoft 365 E5 Developer (without Windows and Audio Conferencing)|MCOEV
c7df2760-2c81-4ef7-b578-5b5392b571df|ENTERPRISEPREMIUM|Office 365 E5|MCOEV,MCOMEETADV
a4585165-0533-458a-97e3-c400570268c4|ENTERPRISEPREMIUM_FACULTY|Office 365 A5 for faculty|MCOEV,MCOMEETADV
8900a2c0-edba-4079-bdf3-b276e293b6a8|ENTERPRISEPREMIUM_GOV|Office 365 G5 GCC|MCOEV_GOV,MCOMEETADV_GOV
26d45bd9-adf1-46cd-a9e1-51e9a5524128|ENTERPRISEPREMIUM_NOPSTNCONF|Office 365 E5 Without Audio Conferencing|MCOEV
1341559b-49df-443c-8e79-fa604fed2d82|ENTERPRISEPREMIUM_NOPSTNCONF_NOPBI_GOV|Office 365 GCC G5 without Audio Conferencing|MCOEV_GOV
ee656612-49fa-43e5-b67e-cb1fdf7699df|ENTERPRISEPREMIUM_STUDENT|Office 365 A5 for students|MCOEV,MCOMEETADV
e2be619b-b125-455f-8660-fb503e431a5d|M365_G5_GCC|Microsoft 365 GCC G5|MCOEV_GOV,MCOMEETADV_GOV
b0f809d5-a662-4391-a5aa-136e9c565b9d|M365_G5_GOV|Microsoft 365 GCC G5 w/o WDATP/CAS Unified|MCOEV_GOV,MCOMEETADV_GOV
e97c048c-37a4-45fb-ab50-922fbf07a370|M365EDU_A5_FACULTY|Microsoft 365 A5 for faculty|MCOEV,MCOMEETADV
46c119d4-0379-4a9d-85e4-97c66d3f909e|M365EDU_A5_STUDENT|Microsoft 365 A5 for Students|MCOEV,MCOMEETADV
295a8eb0-f78d-45c7-8b5b-1eed5ed02dff|MCOCAP|Microsoft Teams Shared Devices|MCOEV
420c7602-7f70-4895-9394-d3d679ea36fb|MCOCAP_FACULTY|Microsoft Teams Shared Devices for Faculty|MCOEV
b1511558-69bd-4e1b-8270-59ca96dba0f3|MCOCAP_GOV|Microsoft Teams Shared Devices for GCC|MCOEV_GOV
e43b5b99-8dfb-405f-9987-dc307f34bcbd|MCOEV|Microsoft Teams Phone Standard|MCOEV
d01d9287-694b-44f3-bcc5-ada78c8d953e|MCOEV_DOD|Microsoft Teams Phone Standard for DOD|MCOEV
d979703c-028d-4de5-acbf-7955566b69b9|MCOEV_FACULTY|Microsoft Teams Phone Standard for Faculty|MCOEV
7035277a-5e49-4abc-a24f-0ec49c501bb5|MCOEV_GCCHIGH|Microsoft Teams Phone Standard for GCCHIGH|MCOEV
a460366a-ade7-4791-b581-9fbff1bdaa85|MCOEV_GOV|Microsoft Teams Phone Standard for GCC|MCOEV_GOV
1f338bbc-767e-4a1e-a2d4-b73207cc5b93|MCOEV_STUDENT|Microsoft Teams Phone Standard for Students|MCOEV
ffaf2d68-1c95-4eb3-9ddd-59b81fba0f61|MCOEV_TELSTRA|Microsoft Teams Phone Standard for TELSTRA|MCOEV
b0e7de67-e503-4934-b729-53d595ba5cd1|MCOEV_USGOV_DOD|Microsoft Teams Phone Standard_USGOV_DOD|MCOEV
985fcb26-7b94-475b-b512-89356697be71|MCOEV_USGOV_GCCHIGH|Microsoft Teams Phone Standard_USGOV_GCCHIGH|MCOEV
aa6791d3-bb09-4bc2-afed-c30c3fe26032|MCOEVSMB_1|Microsoft Teams Phone Standard for Small and Medium Business|MCOEVSMB
0dab259f-bf13-4952-b7f8-7db8f131b28d|MCOPSTN1|Skype for Business PSTN Domestic Calling|MCOPSTN1
d3b4fe1f-9992-4930-8acb-ca6ec609365e|MCOPSTN2|Skype for Business PSTN Domestic and International Calling|MCOPSTN2
d43177b5-475b-4880-92d4-d54c27b5efbd|MCOPSTN5|Skype for Business PSTN Calling Domestic Small|Skype for Business PSTN Calling Domestic Small
54a152dc-90de-4996-93d2-bc47e670fc06|MCOPSTN5|Skype for Business PSTN Domestic Calling (120 Minutes)|MCOPSTN5
d13e9d1b-316a-4946-98c6-362c97a4fdfe|MCOPSTN5_US|Microsoft 365 Domestic Calling Plan (120 minutes) - US|PSTN5_US
923f58ab-fca1-46a1-92f9-89fda21238a8|MCOPSTN_1_GOV|Microsoft Teams Domestic Calling Plan for GCC|MCOPSTN1_GOV
11dee6af-eca8-419f-8061-6864517c1875|MCOPSTN_5|Microsoft 365 Domestic Calling Plan (120 min)|MCOPSTN5,MCOSMS5
729dbb8f-8d56-4994-8e33-2f218f549544|MCOPSTN_6|Microsoft Teams Domestic Calling Plan (240 min)|MCOPSTN6
47794cd0-f0e5-45c5-9033-2eb6b5fc84e0|MCOPSTNC|Communications Credits|MCOPSTNC
de3312e1-c7b0-46e6-a7c3-a515ff90bc86|MCOPSTNEAU2|TELSTRA Calling for O365|MCOPSTNEAU
06b48c5f-01d9-4b18-9015-03b52040f51a|MCOPSTNPP|Skype for Business PSTN Usage Calling Plan|MCOPSTN3
ae2343d1-0999-43f6-ae18-d816516f6e78|MCOTEAMS_ESSENTIALS|Teams Phone with Calling Plan|MCOEV,MCOPSTN1
6070a4c8-34c6-4937-8dfb-39bbc6397a60|MEETING_ROOM|Microsoft Teams Rooms Standard|MCOEV,MCOMEETADV
9571e9ac-2741-4b63-95fd-a79696f0d0ac|MEETING_ROOM_GOV|Microsoft Teams Rooms Standard for GCC|MCOEV_GOV,MCOMEETADV_GOV
b4348f75-a776-4061-ac6c-36b9016b01d1|MEETING_ROOM_GOV_NOAUDIOCONF|Microsoft Teams Rooms Standard for GCC without Audio Conferencing|MCOEV_GOV
61bec411-e46a-4dab-8f46-8b58ec845ffe|MEETING_ROOM_NOAUDIOCONF|Microsoft Teams Rooms Standard without Audio Conferencing|MCOEV
db684ac5-c0e7-4f92-8284-ef9ebde75d33|Microsoft_365_E5|Microsoft 365 E5 (500 seats min)_HUB|MCOEV,MCOMEETADV
18a4bd3f-0b5b-4887-b04f-61dd0ee15f5e|Microsoft_365_E5_(no_Teams)|Microsoft 365 E5 (no Teams)|MCOEV,MCOMEETADV
6ee4114a-9b2d-4577-9e7a-49fa43d222d3|Microsoft_365_E5_EEA_(no_Teams)_with_Calling_Minutes|Microsoft 365 E5 EEA (no Teams) with Calling Minutes|MCOEV,MCOPSTN8,MCOMEETADV
90277bc7-a6fe-4181-99d8-712b08b8d32b|Microsoft_365_E5_EEA_(no_Teams)_without_Audio_Conferencing|Microsoft 365 E5 EEA (no Teams) without Audio Conferencing|MCOEV
a640eead-25f6-4bec-97e3-23cfd382d7c2|Microsoft_365_E5_EEA_(no_Teams)_without_Audio_Conferencing_(500_seats_min)_HUB|Microsoft 365 E5 EEA (no Teams) without Audio Conferencing (500 seats min)_HUB|MCOEV
2113661c-6509-4034-98bb-9c47bd28d63c|Microsoft_365_E5_without_Audio_Conferencing|Microsoft 365 E5 without Audio Conferencing (500 seats min)_HUB|MCOEV
9a18296a-025f-4e37-9ffa-30bf8d1ce775|MICROSOFT_365_E7|Microsoft 365 E7|MCOEV,MCOMEETADV
dbd31205-338e-4dec-903d-44402e305e32|Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)|Microsoft Teams Calling Plan pay-as-you-go (country zone 1)|MCOPSTN_PAYG_1,MCOSMS_PAYG_1
9b196e97-5830-4c2e-adc2-1e10ebf5dee5|Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)|Microsoft Teams Calling Plan pay-as-you-go (country zone 1 - US)|MCOPSTN_PAYG_1
4cde982a-ede4-4409-9ae6-b003453c8ea6|Microsoft_Teams_Rooms_Pro|Microsoft Teams Rooms Pro|MCOEV,MCOMEETADV
c25e2b36-e161-4946-bef2-69239729f690|Microsoft_Teams_Rooms_Pro_FAC|Microsoft Teams Rooms Pro for EDU|MCOEV,MCOMEETADV
31ecb341-2a17-483e-9140-c473006d1e1a|Microsoft_Teams_Rooms_Pro_GCC|Microsoft Teams Rooms Pro for GCC|MCOEV_GOV,MCOMEETADV_GOV
21943e3a-2429-4f83-84c1-02735cd49e78|Microsoft_Teams_Rooms_Pro_without_Audio_Conferencing|Microsoft Teams Rooms Pro without Audio Conferencing|MCOEV
4fb214cb-a430-4a91-9c91-4976763aa78f|MTR_PREM|Teams Rooms Premium|MCOEV,MCOMEETADV
3271cf8e-2be5-4a09-a549-70fd05baaa17|O365_w/o_Teams_Bundle_M5|Microsoft 365 E5 EEA (no Teams)|MCOEV,MCOMEETADV
1e988bf3-8b7c-4731-bec0-4e2a2946600c|O365_w/o_Teams_Bundle_M5_(500_seats_min)_HUB|Microsoft 365 E5 EEA (no Teams) (500 seats min)_HUB|MCOEV,MCOMEETADV
71772aeb-4bb8-4f74-9dd4-36c7a9b5ca74|Office_365_E5_EEA_(no_Teams)_without_Audio_Conferencing|Office 365 E5 EEA (no Teams) without Audio Conferencing|MCOEV
cf50bae9-29e8-4775-b07c-56ee10e3776d|Office_365_w/o_Teams_Bundle_E5|Office 365 E5 EEA (no Teams)|MCOEV,MCOMEETADV
b84d58c9-0a0d-46cf-8a4b-d9f23c1674d5|Operator_Connect_Mobile|Teams Phone Mobile|MCOFMC1
440eaaa8-b3e0-484b-a8be-62870b9ba70a|PHONESYSTEM_VIRTUALUSER|Microsoft Teams Phone Resource Account|MCOEV_VIRTUALUSER
0e142028-345e-45da-8d92-8bfd4093bbb9|PHONESYSTEM_VIRTUALUSER_FACULTY|Microsoft Teams Phone Resource Account for Faculty|MCOEV_VIRTUALUSER
2cf22bcb-0c9e-4bc6-8daf-7e7654c0f285|PHONESYSTEM_VIRTUALUSER_GOV|Microsoft Teams Phone Resource Account for GCC|MCOEV_VIRTUALUSER_GOV
e3f0522e-ebb7-4561-9f90-b44516d65b77|PHONESYSTEM_VIRTUALUSER_USGOV_GCCHIGH|Microsoft Teams Phone Resource Account_USGOV_GCCHIGH|MCOEV_VIRTUALUSER
06ebc4ee-1bb5-47dd-8120-11324bc54e06|SPE_E5|Microsoft 365 E5|MCOEV,MCOMEETADV
a91fc4e0-65e5-4266-aa76-4037509c1626|SPE_E5_CALLINGMINUTES|Microsoft 365 E5 with Calling Minutes|MCOEV,MCOPSTN8,MCOMEETADV
cd2925a3-5076-4233-8931-638a8c94f773|SPE_E5_NOPSTNCONF|Microsoft 365 E5 without Audio Conferencing|MCOEV
4eb45c5b-0d19-4e33-b87c-adfc25268f20|SPE_E5_USGOV_GCCHIGH|Microsoft 365 E5_USGOV_GCCHIGH|MCOEV,MCOMEETADV_AR_GCCHigh
"""


def _read(table: str) -> tuple[Sku, ...]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return tuple(Sku(sku_id, part, name, tuple(plans.split(","))) for sku_id, part, name, plans in rows)


SKUS: tuple[Sku, ...] = _read(_TABLE)
"""Every product with a telephony plan. Part numbers are not unique: Microsoft lists ``MCOPSTN5`` twice."""
