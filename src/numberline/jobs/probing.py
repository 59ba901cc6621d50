"""Tasks that only look: whether Microsoft answers, whether the audit trail is whole, whether alerts reach people. Each gives
a state, a sentence and what the command prints with `--json`."""

from typing import Any

from numberline.alerts.tell import try_out
from numberline.audit.verify import verify
from numberline.jobs.models import State
from numberline.policies.checking import check_all
from numberline.runs.heads import noted_heads
from numberline.tenants.check import to_json, works
from numberline.tenants.models import Tenant

Told = tuple[State, str, dict[str, Any]]

NAMED = 100
"""So many faults of an audit trail are kept; the command names them all."""


def check_microsoft(tenant: Tenant) -> Told:
    """What works in the tenant, what is missing and how to mend it. It failed where something that is needed does not
    work."""
    checks = check_all(tenant)
    missing = [check for check in checks if not check.ok and check.needed]
    if not works(checks):
        count = "One thing does" if len(missing) == 1 else f"{len(missing)} things do"
        return (
            State.FAILED,
            f"{count} not work: {', '.join(c.name for c in missing)}.",
            to_json(tenant, checks),
        )
    optional = [check.name for check in checks if not check.ok]
    rest = f" Not there, and optional: {', '.join(optional)}." if optional else ""
    return State.DONE, f"Everything that is needed works.{rest}", to_json(tenant, checks)


def verify_trail(tenant: Tenant) -> Told:
    """Whether the audit trail is whole, by itself and by what runs noted of it. It failed where it is not."""
    verdict = verify(tenant.pk, noted_heads(tenant.pk))
    told = verdict.to_json()
    count = len(verdict.findings)
    told["findings"] = told["findings"][:NAMED]
    told["more"] = max(0, count - NAMED)
    entries = f"{verdict.entries:,} {'entry' if verdict.entries == 1 else 'entries'}"
    if verdict.whole:
        return State.DONE, f"The audit trail is whole: {entries}.", told
    if verdict.whole_since is not None:
        since = f"The audit trail is whole since entry {verdict.whole_since:,}, with which it was begun anew."
        return State.DONE, f"{since} What stands before can't be proved.", told
    faults = "1 fault" if count == 1 else f"{count:,} faults"
    sentence = (
        f"The audit trail is not whole: {faults} in {entries}. Keep the database as it is and look into it."
    )
    return State.FAILED, sentence, told


def test_alerts(tenant: Tenant) -> Told:
    """Send a test to everybody who hears of the tenant's alerts. It failed where one did not take it."""
    told = try_out(tenant)
    if not told:
        return (
            State.REFUSED,
            "Nobody hears of this tenant's alerts: name a webhook or mail addresses first.",
            {},
        )
    rows = [{"receiver": target.shown, "error": outcome.error or None} for target, outcome in told]
    wrong = [f"{target.shown}: {outcome.error}." for target, outcome in told if not outcome.delivered]
    taken = ", ".join(target.shown for target, outcome in told if outcome.delivered)
    if wrong:
        good = f"Taken by {taken}. " if taken else ""
        return State.FAILED, f"{good}Not taken by {' '.join(wrong)}", {"receivers": rows}
    return State.DONE, f"Taken by {taken}.", {"receivers": rows}
