"""Who holds which number, and the changes that make it so."""

from typing import Any, ClassVar, Self

from django.db import models

from numberline.inventory.models import Number
from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Assignment(models.Model):
    """A person holds a number, from `since` until `until` (null: still).

    `category` is Teams' own (primary, private, alternate); only a primary number counts as the person's,
    and `second` is a further primary that Teams shows on somebody who has one (worklist: double_claim).
    `source` is `numberline` for what we gave, `found` for what was set in Teams directly, and `adopted` once that was
    taken over (M19).
    `freed_in_teams_at` is when Teams first showed it free without us: it stays assigned here, out of everyone's
    reach, until the grace has passed; `freed_code` says why (`freed_in_teams`, `entitlement_changed`).
    `policies_due` marks what we gave until its range's policies have been taken down for the person
    (numberline.policies.due). `given_outside` is how the person was when a human gave the number although its range's
    rule did not match them; null for all others (numberline.assignments.outside).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    number = models.ForeignKey(Number, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    source = models.CharField(max_length=12)
    category = models.CharField(max_length=12, default="primary")
    freed_in_teams_at = models.DateTimeField(null=True)
    freed_code = models.CharField(max_length=40, blank=True, default="")
    policies_due = models.BooleanField(default=False)
    given_outside: "models.JSONField[Any, dict[str, Any] | None]" = models.JSONField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("number",), condition=models.Q(until=None), name="one_holder_per_number"
            ),
            models.UniqueConstraint(
                fields=("tenant", "person"),
                condition=models.Q(until=None, category="primary"),
                name="one_number_per_person",
            ),
        )
        indexes = (
            models.Index(
                # All that asking who holds a number now needs, however many are asked about.
                fields=("tenant", "person", "-since", "until", "category"),
                name="assignment_person",
            ),
            models.Index(
                fields=("tenant",), condition=models.Q(policies_due=True), name="assignment_policies_due"
            ),
            models.Index(
                fields=("tenant",),
                condition=models.Q(freed_in_teams_at__isnull=False, until=None),
                name="assignment_freed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number_id} held by {self.person}"


class Kind(models.TextChoices):
    """What a change does."""

    ASSIGN = "assign"
    RELEASE = "release"
    CHANGE = "change"
    SWAP = "swap"


class Phase(models.TextChoices):
    """How far a change has come. The next step of a killed process is read from here."""

    INTENDED = "intended"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SUCCEEDED = "succeeded"
    DONE = "done"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


OPEN_PHASES = (Phase.INTENDED, Phase.SENDING, Phase.ACCEPTED, Phase.SUCCEEDED)


class Change(models.Model):
    """An intent to give a number to a person, to take it back, to give another in its place, or to swap two.

    It is written before Microsoft is asked. `INTENDED` has surely not been sent; from `SENDING` on (committed before
    the request leaves) it may have reached Microsoft. `sent_at` is the last time it was sent, `attempts` how often,
    `doubtful` whether an attempt stayed without a clear answer, `operation` the path of Microsoft's operation.

    A change takes `from_number` from `person` and gives `number`; a swap exchanges these with `partner`, for whom a
    second row stands (its `leader` is the first) so that the constraints hold for both; all steps are the leader's.
    Both are several requests: `leg` counts those done (numberline.assignments.legs), and what is said of the request
    above is of the leg under way. `back`: what was done is being undone. `asked` has a bit for each leg whose request
    may have reached Microsoft; `taking_doubted` and `giving_doubted` say that one of an earlier leg stayed in doubt;
    until `watch_until` one that was repeated may be carried out once more.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ASSIGN)
    person = models.CharField(max_length=36)
    number = models.ForeignKey(Number, on_delete=models.CASCADE, related_name="+")
    from_number = models.ForeignKey(Number, on_delete=models.CASCADE, null=True, related_name="+")
    partner = models.CharField(max_length=36, blank=True, default="")
    leader = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    from_state = models.CharField(max_length=12)
    location_id = models.CharField(max_length=100, blank=True, default="")
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.INTENDED)
    open = models.BooleanField(default=True)
    leg = models.PositiveSmallIntegerField(default=0)
    back = models.BooleanField(default=False)
    asked = models.PositiveSmallIntegerField(default=0)
    taking_doubted = models.BooleanField(default=False)
    giving_doubted = models.BooleanField(default=False)
    watch_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    actor = models.CharField(max_length=200)
    ticket = models.CharField(max_length=200, blank=True, default="")
    run_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    doubtful = models.BooleanField(default=False)
    operation = models.TextField(blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error = models.TextField(blank=True, default="")

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("number",), condition=models.Q(open=True), name="one_open_change_per_number"
            ),
            models.UniqueConstraint(
                fields=("from_number",),
                condition=models.Q(open=True),
                name="one_open_change_per_from_number",
            ),
            models.UniqueConstraint(
                fields=("tenant", "person"), condition=models.Q(open=True), name="one_open_change_per_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number_id} to {self.person}: {self.phase}"
