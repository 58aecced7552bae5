"""Fifty people at once on the real server: sign in, look around, read lists, switch language. Counts errors and waits.

    python benchmarks/platform/mixed_journey.py [--people 50] [--rounds 3] [--json]

Every person is a thread with a session of its own. Limit: no answer of 400 or above, none without an answer. The waits
are told beside those of one person alone, in the same run.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from _site import Site, served

SCENARIO = "production/scheduling"
READS = (
    "/",
    "/atlas/",
    "/atlas/table/?q=排产",
    "/data/",
    "/data/work_order/rows/",
    "/diagnosis/",
    "/plan/",
    "/delivery/",
    "/evaluation/",
    "/iteration/",
    f"/scenarios/{SCENARIO}/run/",
    f"/scenarios/{SCENARIO}/runs/",
)
ROLES = ("owner", "manager", "department_head", "consultant", "viewer")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3, help="times each person walks through the pages")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "home") as site:
        alone = journey(site, 1, args.rounds)
        crowd = journey(site, args.people, args.rounds)
    row = {"people": args.people, **crowd, "alone": alone, "p95_ratio": crowd["p95_ms"] / alone["p95_ms"]}
    if args.json:
        print(json.dumps(row, indent=2, ensure_ascii=False))
    else:
        for name, one in (("alone", alone), (f"{args.people} people", crowd)):
            print(
                f"{name:<11}{one['requests']:>6} asked   median {one['median_ms']:6.0f} ms   p95 {one['p95_ms']:6.0f}"
                f"   {one['per_second']:.0f}/s   errors {len(one['errors'])}"
            )
        for error in crowd["errors"][:10]:
            print("   ", error)
    return 1 if crowd["errors"] or alone["errors"] else 0


def journey(site: Site, people: int, rounds: int) -> dict[str, Any]:
    waits: list[float] = []
    errors: list[str] = []
    began = time.monotonic()
    threads = [
        threading.Thread(target=walk, args=(site, ROLES[number % len(ROLES)], rounds, waits, errors))
        for number in range(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    return {
        "requests": len(waits),
        "median_ms": round(statistics.median(waits), 1),
        "p95_ms": round(statistics.quantiles(waits, n=20)[-1], 1),
        "per_second": round(len(waits) / seconds, 1),
        "errors": errors,
    }


def walk(site: Site, role: str, rounds: int, waits: list[float], errors: list[str]) -> None:
    """One person's way; what goes wrong is told by address and status."""
    headers = {"accept-language": "zh-hans"}
    with httpx.Client(base_url=site.address, timeout=60, headers=headers, follow_redirects=True) as client:

        def ask(method: str, address: str, **given: Any) -> httpx.Response | None:
            started = time.perf_counter()
            try:
                answer = client.request(method, address, **given)
            except httpx.HTTPError as error:
                errors.append(f"{method} {address}: {error!r}")
                return None
            waits.append((time.perf_counter() - started) * 1000)
            if answer.status_code >= 400:
                errors.append(f"{method} {address}: {answer.status_code}")
            return answer

        page = ask("GET", "/login/")
        if page is None:
            return
        form = {"username": role, "password": site.passwords[role], "csrfmiddlewaretoken": token(page)}
        ask("POST", "/login/", data=form)
        for number in range(rounds):
            for address in READS:
                ask("GET", address)
            if role != "viewer" and number == 0:
                home = ask("GET", "/")
                if home is not None:
                    ask("POST", "/language/", data={"language": "en", "next": "/", "csrfmiddlewaretoken": token(home)})


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    return found.group(1) if found else ""


if __name__ == "__main__":
    sys.exit(main())
