"""Tasks that only look, and what they say of what they found."""

import pytest
from django.conf import settings

from numberline.alert_settings import AlertSettings
from numberline.audit.record import Cause
from numberline.jobs.models import State, Task
from numberline.jobs.tasks import ask
from numberline.tenants.mode import set_mode
from numberline.tenants.models import Tenant
from tests import factories as make
from tests.audit import attacks
from tests.runs.office import Office
from tests.support.tasks import carry_out_waiting


def done(tenant: Tenant, kind: str) -> Task:
    ask(tenant, kind, actor="cli:anna")
    (task,) = carry_out_waiting(tenant)
    return task


def test_a_check_says_what_works_and_what_is_missing_with_its_remedy(office: Office) -> None:
    good = done(office.tenant, "check")
    assert (good.state, good.sentence) == (State.DONE, "Everything that is needed works.")
    assert [row["check"] for row in good.outcome["checks"]][:2] == ["token", "permissions"]
    office.control.permissions(["User.Read.All", "TeamsTelephoneNumber.ReadWrite.All"])
    bad = done(office.tenant, "check")
    assert bad.state == State.FAILED
    assert bad.sentence == "2 things do not work: permissions, userConfigurations."
    missing = next(row for row in bad.outcome["checks"] if row["check"] == "permissions")
    assert missing["detail"] == "missing: TeamsUserConfiguration.Read.All"
    assert "grant admin consent" in missing["remedy"]


def test_verifying_the_audit_trail_names_what_was_altered(database: str) -> None:
    tenant = make.tenant()
    for mode in ("observe", "assign"):
        set_mode(tenant, mode, make.NOW, Cause("cli:anna", "trial"))
    good = done(tenant, "verify")
    assert (good.state, good.sentence) == (State.DONE, "The audit trail is whole: 2 entries.")
    attacks.alter(1, "actor", "somebody else", tenant.pk)
    bad = done(tenant, "verify")
    assert bad.state == State.FAILED
    assert bad.sentence.startswith("The audit trail is not whole: 1 fault in 2 entries.")
    (finding,) = bad.outcome["findings"]
    assert finding["text"].startswith("entry 1 was altered")


def test_a_test_of_alerts_without_receivers_is_refused(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ALERTS", AlertSettings())
    task = done(make.tenant(), "test_alerts")
    assert (task.state, "Nobody hears" in task.sentence) == (State.REFUSED, True)
