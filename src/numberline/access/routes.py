"""What each address of the portal asks of whoever opens it: the one table that the portal, the documentation and the
tests read. An address that is not in it is refused to everybody.

After a change here `python -m numberline.access.reference` writes docs/reference/roles.md anew."""

from dataclasses import dataclass

from numberline.access.permissions import Open, Permission

Need = Open | Permission


@dataclass(frozen=True, slots=True)
class Route:
    """What reading (GET, HEAD) and writing (POST) a route need; None: it can't be read, or not be written."""

    reads: Need | None
    writes: Need | None = None

    @property
    def in_tenant(self) -> bool:
        """Whether it is of one tenant, which its address names."""
        return isinstance(self.reads or self.writes, Permission)

    @property
    def methods(self) -> list[str]:
        """The methods that it takes."""
        return [*(["GET", "HEAD"] if self.reads else []), *(["POST"] if self.writes else [])]

    def need(self, method: str) -> Need | None:
        """What a request with this method needs; None: this method is not for it."""
        return self.reads if method in ("GET", "HEAD") else self.writes if method == "POST" else None


PERSON_ACTS = ("assign", "change", "swap", "release", "lock", "unlock", "exclude", "include")
NUMBER_ACTS = ("assign", "release", "adopt", "reserve", "unreserve", "block", "unblock", "lock", "unlock")
"""What is done by hand on one person or number, each a page below theirs."""

ROUTES: dict[str, Route] = {
    # Of no tenant
    "home": Route(Open.SIGNED_IN),
    "healthz": Route(Open.ANYONE),
    "readyz": Route(Open.ANYONE),
    "notified": Route(None, Open.ANYONE),
    "account_login": Route(Open.ANYONE, Open.ANYONE),
    "account_logout": Route(Open.ANYONE, Open.ANYONE),
    "account_link": Route(Open.ANYONE, Open.ANYONE),
    "mfa_authenticate": Route(Open.ANYONE, Open.ANYONE),
    "mfa_login_webauthn": Route(Open.ANYONE, Open.ANYONE),
    # One's own account
    "account": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "account_sessions": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "account_change_password": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "account_reauthenticate": Route(Open.SETTING_UP, Open.SETTING_UP),
    "mfa_reauthenticate": Route(Open.SETTING_UP, Open.SETTING_UP),
    "mfa_reauthenticate_webauthn": Route(Open.SETTING_UP, Open.SETTING_UP),
    "mfa_index": Route(Open.SETTING_UP),
    "mfa_activate_totp": Route(Open.SETTING_UP, Open.SETTING_UP),
    "mfa_deactivate_totp": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "mfa_add_webauthn": Route(Open.SETTING_UP, Open.SETTING_UP),
    "mfa_edit_webauthn": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "mfa_remove_webauthn": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "mfa_view_recovery_codes": Route(Open.SIGNED_IN),
    "mfa_generate_recovery_codes": Route(Open.SIGNED_IN, Open.SIGNED_IN),
    "mfa_download_recovery_codes": Route(Open.SIGNED_IN),
    # The installation
    "accounts": Route(Open.OWNER, Open.OWNER),
    "account_of": Route(Open.OWNER, Open.OWNER),
    "first_steps": Route(Open.OWNER, Open.OWNER),
    # A tenant
    "overview": Route(Permission.VIEW, Permission.SYNC),
    # People and numbers
    "search": Route(Permission.VIEW),
    "people": Route(Permission.VIEW),
    "people_export": Route(Permission.VIEW),
    "people_choices": Route(Permission.VIEW),
    "person_numbers": Route(Permission.VIEW),
    "person_partners": Route(Permission.VIEW),
    "numbers_export": Route(Permission.VIEW),
    "numbers": Route(Permission.VIEW),
    # A person, a number
    "numbers_bulk": Route(None, Permission.BULK),
    "person": Route(Permission.VIEW),
    **{f"person_{act}": Route(Permission.ACT, Permission.ACT) for act in PERSON_ACTS},
    "person_sync": Route(Permission.SYNC, Permission.SYNC),
    "number": Route(Permission.VIEW),
    # Activity
    "activity": Route(Permission.VIEW),
    "entry": Route(Permission.VIEW),
    "activity_export": Route(Permission.VIEW),
    "runs": Route(Permission.VIEW),
    "run": Route(Permission.VIEW),
    # Long work
    "task": Route(Permission.VIEW),
    "task_withdraw": Route(None, Permission.SYNC),
    "import_numbers": Route(Permission.BULK, Permission.BULK),
    "import_preview": Route(Permission.BULK),
    "import_confirm": Route(None, Permission.BULK),
    "plan": Route(Permission.VIEW),
    "plan_named": Route(Permission.VIEW),
    "plan_export": Route(Permission.VIEW),
    "plan_make": Route(None, Permission.SYNC),
    "plan_apply": Route(None, Permission.PLANS),
    "plan_refuse": Route(None, Permission.PLANS),
    "worklist": Route(Permission.VIEW),
    "worklist_assign": Route(None, Permission.WORKLIST),
    "worklist_snooze": Route(None, Permission.WORKLIST),
    "worklist_wake": Route(None, Permission.WORKLIST),
    **{f"number_{act}": Route(Permission.ACT, Permission.ACT) for act in NUMBER_ACTS},
    "tenant_steps": Route(Permission.VIEW),
    # Settings
    "settings": Route(Permission.VIEW),
    "settings_mode": Route(Permission.TENANT, Permission.TENANT),
    "settings_rename": Route(Permission.TENANT, Permission.TENANT),
    "settings_retire": Route(Permission.INSTALLATION, Permission.INSTALLATION),
    "settings_change": Route(Permission.TENANT, Permission.TENANT),
    "settings_credential": Route(Permission.TENANT, Permission.TENANT),
    "settings_alerts": Route(Permission.TENANT, Permission.TENANT),
    "settings_alerts_test": Route(None, Permission.TENANT),
    "settings_policies": Route(Permission.VIEW),
    "settings_audit": Route(Permission.VIEW, Permission.TENANT),
    "tenant_check": Route(Permission.VIEW, Permission.TENANT),
    # The team
    "team": Route(Permission.TEAM, Permission.TEAM),
    "team_member": Route(Permission.TEAM, Permission.TEAM),
    # Ranges and their rules. Asking what a rule would mean changes nothing, so whoever may look may ask.
    "ranges": Route(Permission.VIEW),
    "range_new": Route(Permission.RANGES, Permission.RANGES),
    "range": Route(Permission.VIEW),
    "range_cells": Route(Permission.VIEW),
    "range_edit": Route(Permission.RANGES, Permission.RANGES),
    "range_remove": Route(Permission.RANGES, Permission.RANGES),
    "rules_check": Route(Permission.VIEW, Permission.VIEW),
    "rule_answer": Route(Permission.VIEW, Permission.VIEW),
    "rule_everybody": Route(Permission.VIEW),
    "rule_convert": Route(Permission.VIEW, Permission.VIEW),
    "rule_values": Route(Permission.VIEW),
}


DEEDS = {
    "numbers_bulk": "reserve, block or release many numbers at once",
    "import_numbers": "import numbers",
    "import_preview": "import numbers",
    "import_confirm": "import numbers",
    "range_new": "make ranges",
    "range_edit": "change ranges",
    "range_remove": "remove ranges",
    "plan_apply": "apply plans",
    "plan_refuse": "refuse plans",
    "settings_mode": "change the mode",
    "settings_rename": "rename the tenant",
    "settings_retire": "retire the tenant",
    "settings_change": "change these settings",
    "settings_credential": "replace the credential",
    "settings_alerts": "change who hears of alerts",
    "settings_alerts_test": "send an alert to try it",
    "settings_audit": "verify the audit trail",
    **{f"person_{act}": f"{act} numbers of people" for act in ("assign", "change", "swap", "release")},
    **{f"person_{act}": f"{act} people" for act in ("lock", "unlock", "exclude", "include")},
    **{f"number_{act}": f"{act} numbers" for act in NUMBER_ACTS if act != "unreserve"},
    "number_unreserve": "take reservations back",
}
"""What is done at addresses whose permission covers more than that, as a refusal says it."""


def deed(name: str, need: Permission) -> str:
    """What somebody wanted to do at a route for which their role lacks a permission."""
    return DEEDS.get(name, need.sentence)
