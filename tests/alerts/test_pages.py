"""The pages of alerts say what is so, and the worker and commands do it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from numberline.alerts.tell import tell
from numberline.alerts.words import TYPES
from numberline.tenants.models import Tenant
from numberline.worklist.items import open_item
from tests import factories as make
from tests.alerts import servers
from tests.alerts.servers import Hook
from tests.support import pages
from tests.support.command import ROOT, Command
from tests.test_docs import Reader

pytestmark = (
    pytest.mark.sqlite
)  # the pages are the subject; what their commands do is tested on both databases

DOCS = ROOT / "docs"
SHOWN, ADDRESS = "hooks.contoso.example", "voice@contoso.example"


def settings(folder: Path, post: servers.Post) -> dict[str, str]:
    """The environment in which somebody follows the page."""
    ca, password = folder / "authority.pem", folder / "smtp-password"
    ca.write_bytes(servers.authority().cert_pem.bytes())
    password.write_text("s3cret")
    return {
        "NUMBERLINE_ALERT_CA_FILE": str(ca),
        "NUMBERLINE_SMTP_URL": f"smtp://numberline%40contoso.example@127.0.0.1:{post.port}",
        "NUMBERLINE_SMTP_PASSWORD_FILE": str(password),
        "NUMBERLINE_MAIL_FROM": "numberline@contoso.example",
    }


def unreachable() -> Tenant:
    """A tenant whose Microsoft does not answer."""
    nowhere = "https://127.0.0.1:1"
    return make.tenant(graph_url=nowhere, login_url=nowhere)


def test_getting_alerts_works_as_it_is_written(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable()
    page = DOCS / "how-to" / "get-alerts.md"
    with servers.webhook() as hook, servers.post_office() as post:
        post.user, post.password = "numberline@contoso.example", "s3cret"
        for name, value in settings(tmp_path, post).items():
            monkeypatch.setitem(cli._settings, name, value)
        host = hook.url.split("/")[2]

        def here(text: str) -> str:
            return text.replace(SHOWN, host)

        steps = [
            replace(step, text=here(step.text), shown=tuple(map(here, step.shown)))
            for step in pages.steps(page)
        ]
        reader = Reader(cli, tmp_path)
        reader.follow(steps)
        secret = reader.run("numberline alerts secret contoso").stdout.strip()
        request = hook.received[-1]
        genuine = snippet(page)["genuine"]
        assert genuine(request.headers, request.body, secret)
        assert not genuine(request.headers, request.body + b" ", secret)
        assert [address for _, address, _ in post.mails] == [ADDRESS]

        done = cli("sync", "contoso")
        assert done.code == 1
        assert json.loads(hook.received[-1].body)["data"]["code"] == "run_failing"
        assert post.mails[-1][2]["Subject"] == "Numberline, contoso: run failing"

        hook.answers = [404]
        failed = cli("alerts", "test", "contoso")
        assert (failed.code, failed.err) == (
            1,
            f"numberline: the webhook at {host}: it answered HTTP 404.\n",
        )


def snippet(page: Path) -> dict[str, Any]:
    """What the Python of the page defines."""
    (code,) = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    defined: dict[str, Any] = {}
    exec(code, defined)
    return defined


def test_nobody_to_tell_is_said_and_the_installation_has_a_secret_of_its_own(cli: Command) -> None:
    make.tenant()
    done = cli("alerts", "test", "contoso")
    assert (done.code, "nobody hears of alerts of contoso" in done.err) == (1, True)
    own, common = cli("alerts", "secret", "contoso").out, cli("alerts", "secret").out
    assert own.startswith("whsec_")
    assert own != common


def shown_on_the_page() -> dict[str, Any]:
    text = (DOCS / "reference" / "alerts.md").read_text(encoding="utf-8")
    found = map(json.loads, re.findall(r"^```json\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    return {message["type"]: message for message in found}


def test_the_page_of_reference_shows_what_is_sent(owner: Tenant, hook: Hook) -> None:
    shown = shown_on_the_page()
    open_item(owner.pk, "range_low", make.NOW, range_name="London")
    tell(owner)
    for n in range(20):
        open_item(owner.pk, "refused", make.NOW, person=make.oid(str(n)))
    tell(owner)
    for request in hook.received:
        sent = json.loads(request.body)
        page = shown[sent["type"]]
        assert list(sent) == list(page)
        assert set(sent["data"]) == set(page["data"]), "PostgreSQL keeps no order"
    text = (DOCS / "reference" / "alerts.md").read_text(encoding="utf-8")
    assert {kind for kind in TYPES.values() if f"`{kind}`" not in text} == set()
