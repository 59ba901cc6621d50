"""Reading single people directly: one who is asked about, those whom a full round did not show, and the numbers of
those whose licences have just changed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from numberline.assignments.found import reconcile_holders
from numberline.assignments.models import Assignment
from numberline.audit.record import Cause
from numberline.core.person import Entitlement
from numberline.core.states import State
from numberline.directory.find import person_named
from numberline.directory.intake import Intake, take_people
from numberline.directory.models import Cursor, Person
from numberline.graph.client import GraphClient
from numberline.graph.types import GraphNumber, Removed
from numberline.inventory import teams
from numberline.inventory.membership import Homes
from numberline.runs.reading import Read
from numberline.tenants.licences import plan_table
from numberline.tenants.models import Tenant
from numberline.worklist.items import close_items, open_item
from numberline.worklist.models import Item

SETTLING = timedelta(minutes=15)
"""For how long after a change of licences Teams is asked whether Microsoft took the number away: it takes up to ten
minutes as a rule (Microsoft: operator-connect-configure). What comes later the next whole list shows."""
LOOKS = 50
"""Numbers that one run asks Teams about for that reason: of more, the next whole list tells."""


def read_person(tenant: Tenant, client: GraphClient, text: str, at: datetime, cause: Cause) -> Read:
    """Read one person (object id or UPN) directly, with the numbers that Teams shows on them and those that they hold
    here; back-off is ignored (M3). Raises PersonUnknown when neither Microsoft nor we know them."""
    cursor, _ = Cursor.objects.of(tenant.pk).get_or_create()
    user = client.user(text)
    if user is not None:
        intake = take_people(tenant, [user], [], plan_table(tenant), at, cursor.round)
        key = user.id
    else:
        known = person_named(tenant.pk, text)
        intake = gone(tenant, client, known, at, cursor.round)
        key = known.object_id
    Person.objects.of(tenant.pk).filter(object_id=key).update(changed=True, look_at=None)
    said = client.numbers_of(key)
    shown = {number.telephone_number for number in said}
    held = Assignment.objects.of(tenant.pk).filter(person=key, until=None)
    missing = held.exclude(number__text__in=shown).values_list("number__text", flat=True)
    _look(tenant, client, missing, at, cause, said)
    return Read(intake, person=key)


def gone(tenant: Tenant, client: GraphClient, person: Person, at: datetime, round_: int) -> Intake:
    """Note that Microsoft no longer shows this person: soft-deleted when it can still be restored."""
    soft = client.deleted_user(person.object_id) is not None
    removed = Removed(person.object_id, "changed" if soft else "deleted")
    return take_people(tenant, [], [removed], plan_table(tenant), at, round_)


def look_after_licences(tenant: Tenant, client: GraphClient, at: datetime, cause: Cause) -> None:
    """Ask Teams about the numbers of people whose licences changed a moment ago: Microsoft takes a number away with
    the licence and does not give it back with it, and between two whole lists nothing else would tell."""
    people = Person.objects.of(tenant.pk).filter(licences_changed_at__gt=at - SETTLING, deleted="")
    entitled = people.exclude(entitlement__in=(Entitlement.NONE, Entitlement.SUSPENDED))
    latest = entitled.order_by("-licences_changed_at", "pk").values_list("object_id", flat=True)
    held = Assignment.objects.of(tenant.pk).filter(until=None, category="primary", freed_in_teams_at=None)
    concerned = held.filter(person__in=list(latest[: 10 * LOOKS]), number__state=State.ASSIGNED)
    _look(tenant, client, concerned.order_by("pk").values_list("number__text", flat=True)[:LOOKS], at, cause)


def _look(
    tenant: Tenant,
    client: GraphClient,
    texts: Iterable[str],
    at: datetime,
    cause: Cause,
    said: Iterable[GraphNumber] = (),
) -> None:
    """Ask Teams about each of these numbers, and conclude from the answers, and from what it `said` already."""
    heard = list(said)
    unknown = []
    for text in list(texts):
        number = client.number(text)
        if number is None:
            unknown.append(text)
        else:
            heard.append(number)
    if not (heard or unknown):
        return
    result = teams.take_page(tenant, heard, Homes.load(tenant.pk), at)
    teams.forget(tenant.pk, unknown)
    reconcile_holders(tenant, at, cause, {*result.seen, *unknown})


def settle_absent(
    tenant: Tenant, client: GraphClient, at: datetime, cause: Cause, *, asked: bool = False
) -> Intake:
    """Look up, one by one, the people whom a whole full round no longer showed.

    Deletions older than the cursor are not in a fresh round. When more people are missing than the limits for
    releases allow, nothing is concluded: the round may have come back short (spec section 1, M18); unless an
    administrator `asked` for a full one after the worklist had said so.
    """
    cursor = Cursor.objects.of(tenant.pk).get()
    people = Person.objects.of(tenant.pk).filter(deleted="")
    absent = people.filter(round__lt=cursor.round)
    intake = Intake()
    if not cursor.whole:
        return intake
    missing, known = absent.count(), people.count()
    limits = tenant.limits
    short = missing > min(max(limits["release"], known * limits["percent"] // 100), limits["most"])
    told = Item.objects.of(tenant.pk).filter(code="directory_short", closed_at=None).exists()
    if short and not (asked and told):
        detail = f"{missing} of {known} people were not shown"
        open_item(tenant.pk, "directory_short", at, detail=detail)
        return intake
    for person in list(absent):
        user = client.user(person.object_id)
        if user is None:
            intake.add(gone(tenant, client, person, at, cursor.round))
        else:
            intake.add(take_people(tenant, [user], [], plan_table(tenant), at, cursor.round))
    close_items(tenant.pk, at, "directory_short")
    return intake
