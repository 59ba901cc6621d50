"""What the tenant has bought: the names that rules may use, and calling plans that our own table does not know."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from numberline.core.person import PlanTable
from numberline.core.rules import STANDARD_NAMES, LicenceNames
from numberline.graph.client import GraphClient
from numberline.graph.errors import Stop
from numberline.tenants.find import touch_config
from numberline.tenants.models import Tenant

READ_AGAIN = timedelta(hours=24)


def plan_table(tenant: Tenant) -> PlanTable:
    """The service plans that decide in this tenant."""
    return PlanTable().with_tenant(
        {
            plan["servicePlanId"]: plan["servicePlanName"]
            for sku in tenant.skus
            for plan in sku["servicePlans"]
            if plan["servicePlanName"]
        }
    )


def licence_names(tenant: Tenant) -> LicenceNames:
    """What rules may call this tenant's licences."""
    return STANDARD_NAMES.with_tenant(tenant.skus)


def names_of_ids(tenant: Tenant) -> dict[str, str]:
    """What the ids of the tenant's products and service plans are called, as far as they were read."""
    names = {sku["skuId"]: sku["skuPartNumber"] for sku in tenant.skus}
    for sku in tenant.skus:
        names |= {plan["servicePlanId"]: plan["servicePlanName"] for plan in sku["servicePlans"]}
    return {key: name for key, name in names.items() if name}


def read_licences(
    tenant: Tenant,
    client: GraphClient,
    at: datetime,
    changed: Callable[[Tenant], object] = lambda tenant: None,
    older_than: timedelta = READ_AGAIN,
) -> None:
    """Read subscribedSkus when they were read longer ago than that; `changed` is called in the same transaction if
    they changed.

    The permission for it is optional (LicenseAssignment.Read.All): without it our own table decides alone.
    """
    if tenant.licences_read_at is not None and at - tenant.licences_read_at < older_than:
        return
    try:
        skus = _shape(client)
    except Stop as error:
        if error.code != "permission_missing":
            raise
        skus = tenant.skus
    before = tenant.skus
    with transaction.atomic():
        tenant.skus, tenant.licences_read_at = skus, at
        tenant.save(update_fields=["skus", "licences_read_at"])
        if skus != before:
            touch_config(tenant)
            changed(tenant)


def _shape(client: GraphClient) -> list[dict[str, Any]]:
    return sorted(
        (
            {
                "skuId": sku.sku_id,
                "skuPartNumber": sku.sku_part_number,
                "servicePlans": [
                    {"servicePlanId": plan.service_plan_id, "servicePlanName": plan.service_plan_name}
                    for plan in sku.service_plans or ()
                ],
            }
            for sku in client.subscribed_skus()
        ),
        key=lambda sku: str(sku["skuId"]),
    )
