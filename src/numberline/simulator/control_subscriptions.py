"""Control verbs for subscriptions and what is sent by them."""

from collections.abc import Callable
from typing import Any

import msgspec

from .delivery import Delivery
from .state import Tenant


def verbs(tenant: Tenant, delivery: Delivery) -> dict[str, Callable[..., Any]]:
    """The verbs by name."""
    subscriptions = SubscriptionVerbs(tenant, delivery)
    names = "deliver subscriptions drop_subscription require_authorisation mix_notifications notifications"
    return {name: getattr(subscriptions, name) for name in names.split()}


class SubscriptionVerbs:
    """What Microsoft does with subscriptions by itself; without an id every subscription is meant."""

    def __init__(self, tenant: Tenant, delivery: Delivery) -> None:
        self._tenant = tenant
        self._delivery = delivery

    def deliver(self, http: bool = False, ca_file: str | None = None) -> None:
        """Deliver to addresses on loopback from now on, with `http` to those without TLS too."""
        self._delivery.allow(http=http, ca_file=ca_file)

    def subscriptions(self) -> list[dict[str, Any]]:
        """Every subscription that is in force."""
        return [msgspec.to_builtins(one) for one in self._tenant.subscriptions.live(self._tenant.now())]

    def drop_subscription(self, id: str | None = None) -> None:
        """Forget it without a word."""
        for one in self._named(id):
            self._tenant.subscriptions.drop(one.id)

    def require_authorisation(self, id: str | None = None, within: float = 3600.0) -> None:
        """Send `reauthorizationRequired`; nothing else is delivered from `within` seconds on until it is done."""
        now = self._tenant.now()
        for one in self._named(id):
            one.paused_at = now + within
            self._tenant.subscriptions.require_authorisation(one, now)

    def mix_notifications(self, items: list[dict[str, Any]]) -> None:
        """Put these items, of other tenants, into the next post."""
        self._delivery.mixed = list(items)

    def notifications(self) -> dict[str, Any]:
        """Every post that was sent, and how many notices wait."""
        posts = [msgspec.to_builtins(post) for post in self._delivery.posts]
        return {"posts": posts, "waiting": self._delivery.waiting}

    def _named(self, id: str | None) -> list[Any]:
        found = [one for one in self._tenant.subscriptions.live(self._tenant.now()) if id in (None, one.id)]
        if id is not None and not found:
            raise ValueError(f"There is no subscription {id}.")
        return found
