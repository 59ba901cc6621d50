"""What a tenant is connected with, in words: the permissions of its application, and where an administrator grants them."""

from urllib.parse import quote, urlencode

PERMISSIONS: dict[str, str] = {
    "User.Read.All": "reads people, their attributes and licences, who was deleted, and the organisation's name",
    "TeamsTelephoneNumber.ReadWrite.All": "lists the numbers that Teams has, assigns them and takes them back",
    "TeamsUserConfiguration.Read.All": "asks Teams whether a person is ready for a number, and which they have",
    "TeamsPolicyUserAssign.ReadWrite.All": "sets Teams policies; needed only where a range names any",
    "LicenseAssignment.Read.All": "reads the names of the products that were bought, for rules; optional",
}
"""Microsoft Graph application permissions, and what is done with each (Microsoft: permissions-reference)."""

CHECKS: dict[str, str] = {
    "token": "Signing in",
    "permissions": "Permissions",
    "users": "Directory",
    "organization": "Organisation",
    "subscribedSkus": "Licences bought",
    "numberAssignments": "List of numbers",
    "userConfigurations": "Teams' settings of people",
    "policies": "Policies of ranges",
}
"""What each part of the check is called on pages."""


def consent_link(login_url: str, entra_id: str, client_id: str) -> str:
    """Where an administrator of the tenant grants everything that the application asks for (Microsoft:
    grant-admin-consent)."""
    return f"{login_url.rstrip('/')}/{quote(entra_id, safe='')}/adminconsent?{urlencode({'client_id': client_id})}"
