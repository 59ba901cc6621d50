"""A tenant in which everything that somebody can name or write is hostile: what Microsoft says of people and numbers, what
colleagues wrote, what failed."""

from allauth.usersessions.models import UserSession

from numberline import clock
from numberline.accounts.models import User
from numberline.audit.record import Cause, Fact, record
from numberline.inventory.models import Number, Upload
from numberline.inventory.uploads import keep
from numberline.jobs.models import Task
from numberline.overrides.block import block
from numberline.overrides.lock import lock
from numberline.overrides.people import exclude
from numberline.runs.models import Run
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from numberline.worklist.models import Item
from tests import factories as make
from tests.portal.samples import NUMBER, PERSON, RANGE, task_of


def poison(tenant: Tenant, text: str) -> Upload:
    """Put this text wherever a tenant made by `samples.prepare` takes text; gives an uploaded file that is full of it."""
    cause = Cause("cli:anna", text, text[:200])
    person = make.person(
        tenant,
        PERSON,
        at=make.NOW,
        **dict.fromkeys(
            ("displayName", "city", "department", "jobTitle", "officeLocation", "companyName", "state"), text
        ),
        userPrincipalName=f"ann{text[:40]}@contoso.example",
    )
    apart = make.range_(tenant, f"Leeds {text}"[:100], provider=text[:100], location=text[:60], rule="")
    make.number(tenant, "+441132460001", apart, provider=text[:60], city=text[:60])
    record(tenant.pk, clock.now(), cause, Fact("mode", after={"mode": text, text: text}, code=text[:20]))
    block(tenant, "+441132460001", make.NOW, cause)
    lock(tenant, NUMBER, make.NOW, cause)
    exclude(person, make.NOW, cause)
    Number.objects.of(tenant.pk).filter(text="+442079460002").update(reserved_purpose=text, state="reserved")
    open_item(tenant.pk, "by_hand_failed", make.NOW, person=make.oid(PERSON), cause=text, detail=text)
    Item.objects.of(tenant.pk).update(assignee=text[:60], cause=text, detail=text)
    Task.objects.of(tenant.pk).filter(pk=task_of(tenant)).update(
        state="failed", sentence=text, step=text[:40], reason=text, ticket=text[:200]
    )
    Run.objects.of(tenant.pk).filter(pk=task_of(tenant)).update(error=text, outcome="failed", step=text[:40])
    Tenant.objects.filter(pk=tenant.pk).update(
        organisation=text, domain=text[:100], alert_webhook=f"https://{RANGE}.example/{text}"[:200]
    )
    User.objects.update(name=text[:150])
    UserSession.objects.update(user_agent=text[:200])
    rows = f'first,last,range,provider\n+442079460500,,"{text}","{text}"\n{text},,,\n'.encode()
    return keep(tenant, f"{text}.csv", rows, by="portal:ann@example.org", at=clock.now())
