"""A person with a browser: signs in, opens pages, keeps every complaint of the browser and a picture of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SHOTS = REPOSITORY / "test-artefacts"
AXE = REPOSITORY / "frontend/node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")
DESKTOP = (1440, 900)
TABLET = (1024, 768)
TELL_REFUSALS = """
addEventListener("securitypolicyviolation", (refused) =>
  console.error(`refused by the policy: ${refused.effectiveDirective} ${refused.blockedURI} ${refused.sample}`));
"""
"""What the content security policy refuses becomes a complaint, with the directive that did."""
SHIFTS = """
() => new Promise((resolve) => {
  const named = ({ node }) => node?.outerHTML?.slice(0, 120);
  const told = (one) => `${one.value.toFixed(4)}: ${one.sources.map(named).join(" | ")}`;
  const counts = (one) => !one.hadRecentInput && one.value > 0.05;
  new PerformanceObserver((list) => resolve(list.getEntries().filter(counts).map(told)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve([]), 50);
})
"""
"""The observer is called at once when there is something to tell; that nothing comes must be waited for. Half of what
the Web Vitals call good (0.1) counts; `benchmarks/platform/site_in_browser.py` asks for none at all."""
APPEARS_MS = 30_000
"""Within which a page shows what it is waited for; long only where a machine is busy."""
WORK_MS = 120_000


class Visitor:
    """Signs in on making, by an account of the example; `leave` fails on anything the browser complained of."""

    def __init__(
        self, browser, site, language: str, size: tuple[int, int] = DESKTOP, account: str = "owner", tour: bool = False
    ) -> None:
        self.address, passwords = site
        self.language, self.size = language, size
        locale = "zh-CN" if language == "zh" else "en-GB"
        viewport = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=viewport, locale=locale, reduced_motion="reduce")
        self.context.add_init_script(TELL_REFUSALS)
        self.page = self.context.new_page()
        self.page.set_default_timeout(APPEARS_MS)
        self.complaints: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._on_response)
        self.page.goto(f"{self.address}/login/")
        self.page.fill("#username", account)
        self.page.fill("#password", passwords[account])
        with self.page.expect_navigation():
            self.page.press("#password", "Enter")
        if not tour:
            self.end_tour()

    def _on_console(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _on_response(self, response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def end_tour(self) -> None:
        """The guided tour starts by itself once an account; a test that is not about it closes it."""
        if self.page.locator("[data-tour-now]").count():
            self.page.wait_for_selector(".tour-card")
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                self.page.keyboard.press("Escape")

    def open(self, path: str) -> None:
        """What the page fetches of itself once it stands has come, and every chart is drawn."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".htmx-request", state="detached")
        self.charts_are_drawn()

    def work(self, button: str) -> None:
        """Presses what queues long work and waits until the page leads on to what came of it."""
        with self.page.expect_navigation(timeout=WORK_MS):
            self.page.click(button)
        self.charts_are_drawn()

    def charts_are_drawn(self) -> None:
        """A selector is waited for: the policy of the site forbids what polls an expression."""
        self.page.wait_for_selector("[data-chart]:not([data-ready])", state="detached")

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=SHOTS / f"{self.language}-{width}-{name}.png")

    def text(self) -> str:
        return self.page.inner_text("body")

    def beyond(self) -> int:
        """How many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def moved(self) -> list[str]:
        """What moved under the eye since the page was first painted, by the browser's own account of layout shifts."""
        return self.page.evaluate(SHIFTS)

    def barriers(self, leave_out: Sequence[str] = ()) -> list[str]:
        """Serious and critical findings of axe-core on the page as it is, a line each with the first element."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
        return [
            f"{one['id']} ({one['impact']}, {len(one['nodes'])}): {one['nodes'][0]['html'][:160]}"
            for one in found
            if one["impact"] in SERIOUS and one["id"] not in leave_out
        ]

    def leave(self) -> None:
        self.context.close()
        assert self.complaints == []
