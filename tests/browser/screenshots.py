"""A picture of every page of the portal, wide and narrow, light and dark: `make screenshots`.

The tenant is the demo's, with its month behind it. `NAME.png` is wide and light; `-dark`, `-narrow` and `-narrow-dark`
stand beside it. Only those that documentation shows are kept in the repository.
"""

import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

from playwright.sync_api import BrowserContext, Page

from numberline.access.permissions import Open
from numberline.cli.demo import place
from numberline.cli.demo import portal as demo_portal
from numberline.cli.start import ready
from tests.support import browser as browsers

FOLDER = Path("docs/images")
PEOPLE = 2000
SIZES = {"": (1280, 800), "-narrow": (390, 844)}
TALLEST, SHOWN = 1300, 600
"""Pixels below which a long page is cut: at fewer where it is wide and light, as documentation shows it."""


BEGIN = {"range_edit": ".rule-editor"}
"""Where documentation's picture of a page begins, if not at its top."""


def main() -> None:
    """Make the pictures in the folder that is named, else in docs/images; `ONLY` in their names if a second is given."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    folder.mkdir(parents=True, exist_ok=True)
    with place.fresh_folder(keep=False) as data:
        listening = demo_portal.listening(0)
        base = demo_portal.address(listening)
        place.reached_at(base)
        ready()
        from numberline.cli.demo.company import Telling, Wish, opened
        from numberline.jobs.loop import Loop

        wish = Wish(PEOPLE, 1, 0, history=True)
        with opened(data, wish, Telling(lambda: 0.0, Event())) as company, demo_portal.answering(listening):
            loop = Loop(pace=5.0)
            working = threading.Thread(target=loop.run)
            working.start()
            try:
                take(base, [page for page in addresses(company.tenant_id) if only in page[0]], folder)
            finally:
                loop.stop()
                working.join()


def take(base: str, pages: list[tuple[str, str, bool]], folder: Path) -> None:
    """Every page in every size and theme, inside as the owner, outside as nobody."""
    from numberline.accounts.models import User
    from tests.portal.people import signed_in

    cookies = signed_in(User.objects.get(owner=True)).cookies.items()
    with browsers.chromium() as browser:
        for size, (width, height) in SIZES.items():
            for dark in (False, True):
                inside, outside = (
                    browsers.context(browser, base, dark=dark, width=width, height=height) for _ in range(2)
                )
                inside.add_cookies(
                    [{"name": name, "value": cookie.value, "url": base} for name, cookie in cookies]
                )
                for name, address, open_ in pages:
                    file = folder / f"{name}{size}{'-dark' if dark else ''}.png"
                    tallest = SHOWN if width > 1000 and not dark else TALLEST
                    _picture(outside if open_ else inside, address, file, (width, tallest))
                inside.close()
                outside.close()


def _picture(context: BrowserContext, address: str, file: Path, size: tuple[int, int]) -> None:
    page: Page = context.new_page()
    width, tallest = size
    if browsers.shows(page, address):
        page.wait_for_load_state("networkidle")
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(600, min(tallest, tall))})
        if file.stem in BEGIN:
            page.evaluate("chosen => document.querySelector(chosen).scrollIntoView()", BEGIN[file.stem])
        page.screenshot(path=file)
        file.write_bytes(smaller(file.read_bytes()))
        across = page.evaluate("document.documentElement.scrollWidth")
        told = f" WIDER THAN THE SCREEN: {across} px" if across > width else ""
        sys.stdout.write(f"{file}  {file.stat().st_size // 1024} kB{told}\n")
    page.close()


def smaller(png: bytes) -> bytes:
    """The same picture, pressed as hard as can be: browsers press in a hurry."""
    head, at, parts, pressed = png[:8], 8, [], b""
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IDAT":
            pressed += data
        elif kind == b"IEND":
            parts += [(b"IDAT", zlib.compress(zlib.decompress(pressed), 9)), (kind, data)]
        else:
            parts.append((kind, data))
    return head + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )


def addresses(tenant_id: int) -> Iterator[tuple[str, str, bool]]:
    """Name, address and whether it is for anybody, of each page of the access table."""
    from django.urls import NoReverseMatch, reverse

    from numberline.access.routes import ROUTES

    known = _things(tenant_id)
    for name, route in ROUTES.items():
        if route.reads is None:
            continue
        first = name.partition("_")[0]
        own = {"tenant": "contoso"} if route.in_tenant else {}
        for arguments in (known.get(name), known.get(first), {}):
            if arguments is None:
                continue
            try:
                yield name, reverse(name, kwargs=own | arguments), route.reads is Open.ANYONE
                break
            except NoReverseMatch:
                continue


def _things(tenant_id: int) -> dict[str, dict[str, Any]]:
    """What the pages of one thing are shown for: somebody who moved, their number, a range, a run, a plan."""
    from numberline.accounts.models import User
    from numberline.assignments.models import Assignment
    from numberline.audit.models import Entry
    from numberline.planning.models import StoredPlan
    from numberline.runs.models import Run

    entry = Entry.objects.of(tenant_id).filter(verb="swap").latest("seq")
    held = Assignment.objects.of(tenant_id).select_related("number").get(person=entry.person, until=None)
    colleague = User.objects.get(owner=False)
    return {
        "person": {"object_id": entry.person},
        "number": {"text": held.number.text},
        "range": {"name": "London Park Lane BT Direct Routing"},
        "run": {"key": Run.objects.of(tenant_id).filter(kind="sync").latest("pk").pk},
        "entry": {"seq": entry.seq},
        "plan_named": {"name": StoredPlan.objects.of(tenant_id).latest("pk").name},
        "account_of": {"account_id": colleague.pk},
        "team_member": {"grant_id": colleague.grants.get().pk},
    }


if __name__ == "__main__":
    main()
