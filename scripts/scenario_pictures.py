"""Takes pictures of what every scenario shows in the workbench, on the example's data, in Chinese and English.

    .venv/bin/python scripts/scenario_pictures.py [--only production/energy …] [--seconds 20] [--home DIR]

`docs/images/scenarios/<wing>-<name>.<language>.png` is the top of each outcome, for the READMEs; the whole page goes
into `build/pictures`, for people to look at. A complaint of the browser, or a run that fails, ends it with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
SHOWN = ROOT / "docs" / "images" / "scenarios"
WHOLE = ROOT / "build" / "pictures"
TUJING = [sys.executable, "-m", "tujing.cli.main"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WIDTH, HEIGHT = 1440, 900


def tujing(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TUJING, *words], capture_output=True, text=True, check=False)  # noqa: S603 (our own command)


def runnable(only: list[str]) -> list[str]:
    listed = json.loads(tujing("scenario", "list", "--json").stdout)
    return [row["id"] for row in listed if row["runnable"] and (not only or row["id"] in only)]


def serve(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [*TUJING, "serve", str(home), "--port", str(port)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tujing.web.settings"}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/login/", timeout=5)  # noqa: S310
            return server, address
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    server.kill()
    raise SystemExit("the server did not answer")


def look(page: Page, address: str, scenario: str, language: str) -> None:
    page.goto(f"{address}/scenarios/{scenario}/run/")
    page.wait_for_selector("#run-outcome")
    page.wait_for_function("[...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.ready)")
    page.wait_for_timeout(400)
    name = f"{scenario.replace('/', '-')}.{language}.png"
    page.screenshot(path=WHOLE / name, full_page=True)
    page.locator("#run-outcome").screenshot(path=SHOWN / name)
    crop(SHOWN / name)


def crop(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        top = picture.crop((0, 0, picture.width, min(picture.height, 900)))
        top.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(path, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="ID")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--home", type=Path, help="a workspace to keep; by default one that is thrown away")
    args = parser.parse_args()
    SHOWN.mkdir(parents=True, exist_ok=True)
    WHOLE.mkdir(parents=True, exist_ok=True)
    scenarios, wrong = runnable(args.only), []
    with tempfile.TemporaryDirectory() as folder:
        home = args.home or Path(folder) / "home"
        if not home.exists():
            tujing("init", str(home), "--example", "motor-works")
        for scenario in scenarios:
            done = tujing("scenario", "run", scenario, "--workspace", str(home), "--time", str(args.seconds))
            print(scenario, "ran" if done.returncode == 0 else f"FAILED: {done.stderr[-800:]}", flush=True)
            if done.returncode:
                wrong.append(scenario)
        server, address = serve(home)
        try:
            passwords = dict(
                line.split("\t") for line in (home / "demo_accounts.txt").read_text(encoding="utf-8").splitlines()
            )
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
                    context = browser.new_context(
                        viewport={"width": WIDTH, "height": HEIGHT}, locale=locale, reduced_motion="reduce"
                    )
                    page = context.new_page()
                    page.on("pageerror", lambda error: wrong.append(str(error)))
                    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
                    page.goto(f"{address}/login/")
                    page.fill("#username", "owner")
                    page.fill("#password", passwords["owner"])
                    page.click("main button[data-once]")
                    page.wait_for_selector("#continue")
                    for scenario in [one for one in scenarios if one not in wrong]:
                        look(page, address, scenario, language)
                browser.close()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    print("\n".join(wrong) or "no complaint")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
