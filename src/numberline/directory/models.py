"""People as the directory shows them, and where reading the directory stands."""

from typing import ClassVar, Self

from django.db import models

from numberline.columns import PlainText
from numberline.core.person import Entitlement
from numberline.scope import TenantManager
from numberline.tenants.models import Tenant


class Person(models.Model):
    """A user object of the directory, known by its immutable object id.

    `attributes` is the user object as Graph returned it, as JSON text (numberline.core.attributes).
    `lost_at` is when we first saw the person deleted or without Phone System: the grace runs from there;
    `licences_changed_at` when we last saw telephony licences come or go, or the account deleted or restored.
    `ready` is what Teams said last (null: not looked at yet); `look_at` when it is asked again.
    `taken_number` is the number that Teams shows on somebody else by now, until this person has another.
    `needs_look` marks people whose decision may change without any change in the directory, and `changed`
    people whose facts changed since the last decision. `name_key` is the name as lists order it. `limited_by` is the
    limit that held the decided change at the last look, since `limited_since` (numberline.planning.held).
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    object_id = models.CharField(max_length=36)
    upn = models.CharField(max_length=320, blank=True, default="")
    upn_key = models.CharField(max_length=320, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    name_key: "models.CharField[str, str]" = PlainText(max_length=300, blank=True, default="")
    attributes = models.TextField(default="{}")
    enabled = models.BooleanField(default=True)
    guest = models.BooleanField(default=False)
    resource_account = models.BooleanField(default=False)
    usage_location = models.CharField(max_length=2, blank=True, default="")
    entitlement = models.CharField(
        max_length=20, choices=[(e.value, e.value) for e in Entitlement], default=Entitlement.NONE.value
    )
    phone_system_since = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    deleted = models.CharField(max_length=10, blank=True, default="")
    lost_at = models.DateTimeField(null=True)
    licences_changed_at = models.DateTimeField(null=True)
    ready = models.BooleanField(null=True)
    look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    obstacle = models.TextField(blank=True, default="")
    locked = models.BooleanField(default=False)
    locked_until = models.DateTimeField(null=True)
    excluded = models.BooleanField(default=False)
    excluded_until = models.DateTimeField(null=True)
    released_by_hand = models.BooleanField(default=False)
    taken_number = models.CharField(max_length=40, blank=True, default="")
    round = models.PositiveIntegerField(default=0)
    changed = models.BooleanField(default=True)
    needs_look = models.BooleanField(default=False)
    action = models.CharField(max_length=10, blank=True, default="")
    code = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    limited_by = models.CharField(max_length=10, null=True)
    limited_since = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("tenant", "object_id"), name="person_once_per_tenant"),
        )
        indexes = (
            models.Index(fields=("tenant", "upn_key"), name="person_upn"),
            models.Index(fields=("tenant", "action", "code"), name="person_decision"),
            models.Index(fields=("tenant", "deleted", "name_key", "id"), name="person_name"),
            models.Index(fields=("tenant", "deleted", "action", "name_key", "id"), name="person_action"),
            models.Index(fields=("tenant", "deleted", "code", "name_key", "id"), name="person_code"),
            models.Index(
                fields=("tenant", "deleted", "name_key", "id"),
                condition=models.Q(locked=True),
                name="person_locked",
            ),
            models.Index(
                fields=("tenant", "deleted", "name_key", "id"),
                condition=models.Q(excluded=True),
                name="person_excluded",
            ),
            models.Index(
                fields=("tenant", "limited_by", "name_key", "id"),
                condition=models.Q(limited_by__isnull=False),
                name="person_limited_by",
            ),
            models.Index(fields=("tenant",), condition=models.Q(changed=True), name="person_changed"),
            models.Index(fields=("tenant",), condition=models.Q(needs_look=True), name="person_needs_look"),
            models.Index(
                fields=("tenant", "licences_changed_at"),
                condition=models.Q(licences_changed_at__isnull=False),
                name="person_licences_changed",
            ),
            models.Index(
                fields=("tenant", "locked_until"),
                condition=models.Q(locked_until__isnull=False),
                name="person_locked_until",
            ),
            models.Index(
                fields=("tenant", "excluded_until"),
                condition=models.Q(excluded_until__isnull=False),
                name="person_excluded_until",
            ),
        )

    def __str__(self) -> str:
        return self.upn or self.object_id


class Term(models.Model):
    """Something that a person can be found by, folded: a word, `@address`, or `=attribute=value`
    (numberline.directory.terms). Rows of people are never removed, so the database need not look for them.

    The key is all there is of it, so that SQLite keeps it as one tree (numberline.backends.sqlite3.schema)."""

    pk = models.CompositePrimaryKey("tenant", "text", "person")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    text: "models.CharField[str, str]" = PlainText(max_length=200)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        indexes = (models.Index(fields=("person", "text"), name="term_person"),)

    def __str__(self) -> str:
        return self.text


class Cursor(models.Model):
    """Where reading one tenant's directory stands: the link to ask next, committed with the page before it.

    `round` counts full rounds; people seen in the current one carry its number. `whole` says that the
    current round has come to its delta link, so that who was not seen in it is really gone.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="+", primary_key=True)
    link = models.TextField(blank=True, default="")
    selection = models.CharField(max_length=64, blank=True, default="")
    round = models.PositiveIntegerField(default=0)
    whole = models.BooleanField(default=False)
    round_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    def __str__(self) -> str:
        return f"round {self.round} of tenant {self.tenant_id}"
