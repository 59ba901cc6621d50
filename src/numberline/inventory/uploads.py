"""CSV files that were uploaded to be looked at: whoever may import in the tenant sees them, and one may confirm what
another uploaded."""

from datetime import datetime, timedelta

from numberline.inventory.models import Upload
from numberline.tenants.models import Tenant

KEPT = timedelta(days=1)
LONGEST_NAME = 200


class UploadUnknown(Exception):
    """No such file was uploaded here, or it was a day ago, or it is imported by now."""

    def __init__(self) -> None:
        super().__init__("the uploaded file is no longer there: upload it again")


def keep(tenant: Tenant, name: str, data: bytes, *, by: str, at: datetime) -> Upload:
    """Keep an uploaded file for a day, and forget those that are older."""
    rows = Upload.objects.of(tenant.pk)
    rows.filter(at__lt=at - KEPT).delete()
    return rows.create(name=name[:LONGEST_NAME] or "file", data=data, by=by, at=at)


def upload_of(tenant: Tenant, key: int) -> Upload:
    """The uploaded file with this key. Raises UploadUnknown."""
    found = Upload.objects.of(tenant.pk).filter(pk=key).first()
    if found is None:
        raise UploadUnknown
    return found
