"""An alert as it is sent: JSON for a webhook, plain text for people. docs/reference/alerts.md has the form."""

from typing import Any

import msgspec

from numberline.alerts.models import Alert, Kind

VERSION = 1
TYPES = {
    Kind.OPENED: "worklist.opened",
    Kind.CLOSED: "worklist.closed",
    Kind.DIGEST: "worklist.digest",
    Kind.TEST: "alert.test",
}


def payload(alert: Alert, tenant: str) -> bytes:
    """The body of the webhook. The same alert gives the same bytes."""
    told = {
        "type": TYPES[Kind(alert.kind)],
        "timestamp": alert.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": VERSION,
        "id": alert.key,
        "tenant": tenant,
        "data": alert.body,
    }
    return msgspec.json.encode(told)


def subject(alert: Alert, tenant: str) -> str:
    """The subject of the mail: what kind of thing it is, and in which tenant. Never whom it is about."""
    body = alert.body
    if alert.kind == Kind.TEST:
        return f"Numberline, {tenant}: a test"
    if alert.kind == Kind.DIGEST:
        count = sum(body["opened"].values()) + sum(body["closed"].values())
        return f"Numberline, {tenant}: {count:,} things on the worklist"
    about = body["range"] or body["subject"]
    end = " (works again)" if alert.kind == Kind.CLOSED else ""
    return f"Numberline, {tenant}: {_plain(body['code'])}{f', {about}' if about else ''}{end}"


def text(alert: Alert, tenant: str) -> str:
    """The text of the mail."""
    end = f"Everything that is open: numberline worklist {tenant}\n"
    if alert.kind == Kind.TEST:
        return f"This is a test: alerts about {tenant} reach you.\n"
    if alert.kind == Kind.DIGEST:
        return f"{_digest(alert.body)}\n{end}"
    if alert.kind == Kind.CLOSED:
        return f"It works again since {alert.body['until']}. It was:\n\n{_item(alert.body)}\n{end}"
    return f"{_item(alert.body)}\n{end}"


def _digest(body: dict[str, Any]) -> str:
    lines = [f"{count:6,}  {code}" for code, count in body["opened"].items()]
    lines += [f"{count:6,}  {code}: works again" for code, count in body["closed"].items()]
    told, total = len(body["items"]), sum(body["opened"].values())
    first = f"The first {told} of them:" if told < total else "One by one:"
    return "\n".join([*lines, "", first, "", *(_item(item) for item in body["items"])])


def _item(item: dict[str, Any]) -> str:
    about = {
        "Number": item["number"],
        "Range": item["range"],
        "About": item["subject"],
        "Person (object id)": item["person"],
        "Since": item["since"],
        "What to do": item["remedy"],
    }
    lines = [f"  {name}: {value}" for name, value in about.items() if value]
    return "\n".join([f"{item['code']}: {item['cause']}", *lines, ""])


def _plain(code: str) -> str:
    return code.replace("_", " ")
