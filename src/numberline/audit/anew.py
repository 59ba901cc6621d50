"""Going on after the secret key was lost: an administrator's explicit act, which stays visible for ever (M20).

Without the key nobody can prove what it sealed, and nothing is appended to it: else anybody could pass a forged trail
off as one of a lost key. Here somebody says under their name that the key is lost; `verify` shows from then on which
part is not provable, and by whom, when and why the trail was begun anew.
"""

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from numberline.audit import canonical
from numberline.audit.chain import WAYS_OUT, extend_from, sound
from numberline.audit.earlier import VERB, Digest, Record
from numberline.audit.keys import keys_of
from numberline.audit.models import Head
from numberline.audit.record import Cause
from numberline.audit.stored import stored_rows


class KeyNotLost(Exception):
    """The trail is not one whose key is lost: there is nothing to begin anew."""


def begin_anew(tenant_id: int, name: str, at: datetime, cause: Cause) -> Record:
    """Begin the trail of this tenant (called `name`) anew under the key of today; gives what was recorded of the part before.

    Raises KeyNotLost when there is no trail, when its head verifies, or when it was altered under a key that is known.
    """
    with transaction.atomic():
        head = Head.objects.of(tenant_id).select_for_update().first()
        _refuse_unless_lost(tenant_id, name, head)
        assert head is not None
        record = _earlier(tenant_id, head)
        values = (
            *(canonical.time_text(at), cause.actor, VERB, "", ""),
            *(canonical.json_text(msgspec.to_builtins(record)), canonical.json_text({})),
            *("key_lost", cause.reason, cause.ticket, None),
        )
        extend_from(tenant_id, max(head.seq, record.last), record.mac, [values])
    return record


def _refuse_unless_lost(tenant_id: int, name: str, head: Head | None) -> None:
    if head is None:
        raise KeyNotLost(f"{name} has no audit trail that could be begun anew: see numberline audit verify")
    if sound(head):
        raise KeyNotLost(
            f"the key of the audit trail of {name} is not lost, it goes on as it is: nothing was changed"
        )
    if head.key in keys_of(tenant_id):
        raise KeyNotLost(
            f"the key of the audit trail of {name} is not lost, but somebody altered where the trail ends; {WAYS_OUT}"
        )


def _earlier(tenant_id: int, head: Head) -> Record:
    """All that is there, as it stands."""
    digest, known, lost = Digest(), keys_of(tenant_id), {head.key}
    last, before = 0, ""
    for values, mac in stored_rows(tenant_id):
        digest.take(tenant_id, values, mac)
        key: Any = values[canonical.KEY]
        lost |= {str(key)} - set(known)
        last, before = values[0], str(mac)
    return Record(
        head=str(head),
        key=head.key,
        seal=head.seal,
        last=last,
        mac=before,
        keys=sorted(lost),
        digest=digest.text,
    )
