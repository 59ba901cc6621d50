"""A picture of every page of the portal, wide and narrow, light and dark: `make screenshots`.

The tenant is the demo's, with its month behind it. `NAME.png` is wide and light; `-dark`, `-narrow` and `-narrow-dark`
stand beside it. Only those that documentation shows are kept in the repository.
"""

import sys
import threading
import zlib
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext, Page

from numberline.cli.demo import place
from numberline.cli.demo import portal as demo_portal
from numberline.cli.start import ready
from tests.support import browser as browsers

if TYPE_CHECKING:
    from tests.browser.shots import Shot

Cookies = list[tuple[str, str]]

FOLDER = Path("docs/images")
PEOPLE = 2000
SIZES = {"": (1280, 800), "-narrow": (390, 844)}
TALLEST, SHOWN = 1300, 600
"""Pixels below which a long page is cut: at fewer where it is wide and light, as documentation shows it."""


HIGHER = {"overview": 760}
"""Those of documentation that say more with a few lines more."""
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
        from numberline import clock
        from numberline.accounts import links
        from numberline.cli.demo.company import Telling, Wish, opened
        from numberline.jobs.loop import Loop
        from numberline.tenants.models import Tenant
        from tests.browser.shots import Shot, shots
        from tests.browser.shots_eyes import asked_for, connected, looking, priya

        wish = Wish(PEOPLE, 1, 0, history=True)
        with opened(data, wish, Telling(lambda: 0.0, Event())) as company, demo_portal.answering(listening):
            loop = Loop(pace=5.0)
            working = threading.Thread(target=loop.run)
            working.start()
            tenant = Tenant.objects.get(pk=company.tenant_id)
            try:
                asked_for(tenant)
                eyes = looking(tenant, base)
                link = links.make(priya(), clock.now(), "cli:anna", grant=priya().grants.get()).address
                take(base, eyes, [shot for shot in shots(tenant, link) if only in shot.name], folder)
            finally:
                loop.stop()
                working.join()
            if only in "home":  # with one tenant alone nobody sees the choice
                connected(tenant)
                take(base, eyes, [Shot("home", "/")], folder)


def take(base: str, eyes: dict[str, Cookies], pages: list["Shot"], folder: Path) -> None:
    """Every page in every size and theme, by whoever is to see it."""
    with browsers.chromium() as browser:
        for size, (width, height) in SIZES.items():
            for dark in (False, True):
                contexts = {
                    who: browsers.context(browser, base, dark=dark, width=width, height=height)
                    for who in eyes
                }
                for who, cookies in eyes.items():
                    contexts[who].add_cookies(
                        [{"name": name, "value": value, "url": base} for name, value in cookies]
                    )
                for shot in pages:
                    file = folder / f"{shot.name}{size}{'-dark' if dark else ''}.png"
                    tallest = HIGHER.get(shot.name, SHOWN) if width > 1000 and not dark else TALLEST
                    _picture(contexts[shot.who], shot, file, (width, tallest))
                for context in contexts.values():
                    context.close()


def _picture(context: BrowserContext, shot: "Shot", file: Path, size: tuple[int, int]) -> None:
    page: Page = context.new_page()
    width, tallest = size
    if browsers.shows(page, shot.address):
        page.wait_for_load_state("networkidle")
        if shot.then is not None:
            shot.then(page)
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


if __name__ == "__main__":
    main()
