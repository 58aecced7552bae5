"""What a test counted and the report shows at its end: `record_property("told", "endpoints walked 80, leaks 0")`."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        text
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, text in report.user_properties
        if name == "told"
    ]
    if told:
        terminalreporter.section("counted")
        for text in told:
            terminalreporter.write_line(str(text))
