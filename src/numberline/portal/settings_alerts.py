"""Who hears of a tenant's alerts: its own webhook and mail addresses or the installation's, and a test of them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from numberline.alerts.receivers import NONE, targets_of, troubled
from numberline.core.receivers import without_path
from numberline.inventory.config_moved import Seen
from numberline.inventory.range_settings import Given, SettingsError
from numberline.jobs.models import Kind
from numberline.portal.cause import NoReason
from numberline.portal.looked import latest, looking
from numberline.portal.request import InTenant
from numberline.portal.settings_change import LONGEST, REFUSALS, Problems, say, write

KEEP, OURS, NOBODY, OTHER = "keep", "installation", "none", "own"


def settings_alerts(request: InTenant) -> HttpResponse:
    """The receivers and the form for them; posted: name others. A webhook's address is never shown again: it may hold
    a secret."""
    if request.method != "POST":
        return _page(request)
    try:
        written = write(request, _given(request.POST))
    except SettingsError as error:
        return _page(request, problems=error.problems, status=422)
    except NoReason as error:
        return _page(request, refusal=str(error), status=422)
    except REFUSALS as error:
        return _page(request, refusal=str(error), status=409)
    if written:
        say(request, "Alerts", written)
    else:
        messages.info(request, "Alerts: it was so already.")
    return redirect("settings_alerts", tenant=request.visit.tenant.name)


def settings_alerts_test(request: InTenant) -> HttpResponse:
    """Have a test sent to every receiver."""
    return looking(request, Kind.TEST_ALERTS, "settings_alerts")


def _given(post: Mapping[str, Any]) -> dict[str, Given]:
    """The keys as the configuration file has them; a webhook that is to stay is not among them."""
    given: dict[str, Given] = {}
    hook, mail = post.get("webhook", KEEP), post.get("mail", KEEP)
    if hook in (OURS, NOBODY):
        given["alerts.webhook"] = None if hook == OURS else NONE
    elif hook == OTHER:
        # An empty address is no wish to go back to the installation's.
        given["alerts.webhook"] = str(post.get("url", "")).strip() or "no address"
    if mail == OURS:
        given["alerts.mail"] = None
    elif mail == OTHER:
        text = str(post.get("addresses", "")).replace(",", "\n").replace(";", "\n")
        given["alerts.mail"] = [line.strip() for line in text.split("\n") if line.strip()]
    return given


def _page(
    request: InTenant, *, problems: Problems | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    tenant, ours, post = request.visit.tenant, installation.ALERTS, request.POST
    bad = troubled(tenant.pk)
    addresses = "\n".join(tenant.alert_mail or ())
    context = {
        "receivers": [(one, bad.get((one.channel, one.address))) for one in targets_of(tenant)],
        "hook": without_path(tenant.alert_webhook) if tenant.alert_webhook not in ("", NONE) else "",
        "our_hook": without_path(ours.webhook),
        "our_mail": ", ".join(ours.mail),
        "chosen_hook": post.get("webhook") or {"": OURS, NONE: NOBODY}.get(tenant.alert_webhook, KEEP),
        "chosen_mail": post.get("mail") or (OURS if tenant.alert_mail is None else OTHER),
        "addresses": post.get("addresses", addresses)[:LONGEST],
        "problems": {key.removeprefix("alerts."): some for key, some in (problems or {}).items()},
        "refusal": refusal,
        "task": latest(tenant, Kind.TEST_ALERTS),
        "seen": Seen.now(tenant),
    }
    return render(request, "portal/settings_alerts.html", context, status=status)
