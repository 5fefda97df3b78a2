"""Makes docs/report.png, the README's picture: the demo's agent report in a browser, light, its top 1100 x 1335.

python tools/make_report_picture.py        takes about a minute; needs Debian's chromium and chromium-driver
"""

import base64
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver

from allears.history import PLAYED

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "report.png"
WIDTH_PX, HEIGHT_PX = 1100, 1335  # down to the legend of the time line
MOST_BYTES = 400_000


def photograph(page: Path) -> bytes:
    """PNG of the page's top in the light scheme."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or sys.exit("no chromium: apt-get install chromium")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(flag)
    driver = shutil.which("chromedriver") or sys.exit("no chromedriver: apt-get install chromium-driver")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        size = {"width": WIDTH_PX, "height": HEIGHT_PX, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        light = [{"name": "prefers-color-scheme", "value": "light"}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": light})
        browser.get(page.as_uri())
        browser.execute_async_script("const done = arguments[0]; document.fonts.ready.then(() => done(1))")
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    finally:
        browser.quit()
    return base64.b64decode(shot["data"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        demo = [sys.executable, "-m", "allears.cli", "demo", "--speed", "0", "--out", folder]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        picture = photograph(Path(folder, f"allears-agent-{PLAYED}.html"))
    if len(picture) > MOST_BYTES:
        sys.exit(f"the picture has {len(picture)} bytes, more than {MOST_BYTES}")
    PICTURE.write_bytes(picture)
    print(f"{PICTURE}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
