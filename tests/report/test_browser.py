"""Both pages in a real browser: they render, ask nothing of the network, and fit a phone, in light and in dark."""

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "report"
VIEWS = [(1100, "light"), (1100, "dark"), (390, "light"), (390, "dark")]


def _open(browser: Any, path: Path, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": width < 700}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(path.as_uri())
    browser.execute_async_script("const done = arguments[0]; document.fonts.ready.then(() => done(1))")


def _requests(browser: Any) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in sent if not url.startswith("data:")]


def _keep(browser: Any, name: str) -> int:
    """Save the whole page as a picture under artefacts/; returns its bytes."""
    size = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
    shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return (ARTEFACTS / name).write_bytes(base64.b64decode(shot["data"]))


@pytest.mark.parametrize("kind", ["agent", "team"])
@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_page_renders_alone_and_fits(
    browser: Any, pages: SimpleNamespace, kind: str, width: int, scheme: str
) -> None:
    path = getattr(pages, kind)
    _open(browser, path, width, scheme)
    assert _requests(browser) == [path.as_uri()]
    assert browser.get_log("browser") == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert _keep(browser, f"{kind}-{width}-{scheme}.png") > 20_000
    drawn = browser.execute_script(
        "return [...document.querySelectorAll('.chart svg')].map(s => s.getBoundingClientRect())"
        ".filter(box => box.width > 0).map(box => [box.width, box.height])"
    )
    assert len(drawn) >= 8 and all(w > 200 and h > 30 for w, h in drawn)


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_dark_mode_reaches_into_the_charts(browser: Any, pages: SimpleNamespace, kind: str) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        _open(browser, getattr(pages, kind), 1100, scheme)
        script = (
            "const s = getComputedStyle; return [s(document.body).backgroundColor, "
            "s(document.querySelector('.chart svg text')).fill]"
        )
        seen[scheme] = browser.execute_script(script)
    assert all(light != dark for light, dark in zip(seen["light"], seen["dark"], strict=True))


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_text_stands_out_from_its_ground(browser: Any, pages: SimpleNamespace, kind: str) -> None:
    """Contrast of WCAG AA for muted text on paper and on cards, in both schemes."""
    for scheme in ("light", "dark"):
        _open(browser, getattr(pages, kind), 1100, scheme)
        style = "getComputedStyle(document.documentElement).getPropertyValue"
        for ground in ("paper", "card"):
            pair = [browser.execute_script(f"return {style}('--{n}')").strip() for n in ("muted", ground)]
            assert _contrast(*pair) >= 4.5, (scheme, ground, pair)


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_the_page_prints(browser: Any, pages: SimpleNamespace, kind: str) -> None:
    _open(browser, getattr(pages, kind), 1100, "dark")
    printed = browser.execute_cdp_cmd(
        "Page.printToPDF", {"printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69}
    )
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    assert (ARTEFACTS / f"{kind}.pdf").write_bytes(base64.b64decode(printed["data"])) > 20_000


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_no_table_is_cut_off_on_paper(browser: Any, pages: SimpleNamespace, kind: str) -> None:
    """At the width of A4 within its margins every table and chart ends before the edge."""
    metrics = {"width": 688, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(getattr(pages, kind).as_uri())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    cut = browser.execute_script(
        "return [...document.querySelectorAll('table, .chart svg')].filter(t => t.getBoundingClientRect().right > "
        "document.documentElement.clientWidth + 1).map(t => t.textContent.slice(0, 60))"
    )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    assert cut == []


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_every_region_can_be_reached_and_has_a_name_of_its_own(
    browser: Any, pages: SimpleNamespace, kind: str
) -> None:
    _open(browser, getattr(pages, kind), 1100, "light")
    unnamed = browser.execute_script(
        "return [...document.querySelectorAll('.scroll, [role=region]')].filter(r => r.tabIndex !== 0 || "
        "!r.getAttribute('aria-label')).length"
    )
    assert unnamed == 0
    named = (
        "return [...document.querySelectorAll('main > section, main > div > section')]"
        ".map(s => document.getElementById(s.getAttribute('aria-labelledby')).textContent)"
    )
    titles = browser.execute_script(named)
    assert len(titles) >= 4 and len(set(titles)) == len(titles)
    assert browser.execute_script(
        "return [...document.querySelectorAll('table')].every(t => t.querySelector('th[scope=col]') && "
        "t.querySelector('th[scope=row]'))"
    )


@pytest.mark.parametrize("kind", ["agent", "team"])
def test_every_chart_has_words_and_a_twin(browser: Any, pages: SimpleNamespace, kind: str) -> None:
    _open(browser, getattr(pages, kind), 1100, "light")
    unnamed = browser.execute_script(
        "return [...document.querySelectorAll('.chart')].filter(c => c.getAttribute('role') !== 'img' || "
        "(c.getAttribute('aria-label') || '').length < 20).length"
    )
    assert unnamed == 0
    cards = (
        "return [...document.querySelectorAll('.card')]"
        ".filter(c => c.querySelector('.chart') && !c.querySelector('table'))"
    )
    assert browser.execute_script(cards) == []
    headings = browser.execute_script(
        "return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])"
    )
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:], strict=False))
