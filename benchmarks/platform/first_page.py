"""Times the first pages on motor-works against a bare page of the same framework, in one process and one run.

    python benchmarks/platform/first_page.py [--repeats 30]

Limit: 300 ms of server time for the page a newcomer meets first (home, signed in). The ratio is to a page that renders
one word through the same middleware.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

LIMIT_MILLISECONDS = 300.0
PAGES = {"login": "/login/", "home": "/", "atlas": "/atlas/", "data": "/data/", "diagnosis": "/diagnosis/"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), args.repeats)
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        verdict = "" if row["page"] == "bare" else f"   {row['ratio']:.1f} × bare"
        print(f"{row['page']:<11} median {row['median_ms']:7.1f} ms   first {row['first_ms']:7.1f} ms{verdict}")
    home = next(row for row in rows if row["page"] == "home")
    print(f"home: {home['median_ms'] / LIMIT_MILLISECONDS:.2f} of the limit of {LIMIT_MILLISECONDS:.0f} ms")


def measure(folder: Path, repeats: int) -> list[dict[str, object]]:
    """Returns one row a page: server milliseconds of the first call, the median of the rest, and its ratio to bare."""
    os.environ["TUJING_HOME"] = str(folder)
    from tujing.cli.init import create_example

    organisation = create_example(folder)
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from tujing.enterprise.services import add_member
    from tujing.web import urls

    settings.ALLOWED_HOSTS = ["*"]
    urls.urlpatterns.append(path("bare/", lambda request: HttpResponse("bare")))
    user = get_user_model().objects.create_user("bench")
    add_member(organisation, user, "owner")
    client = Client()
    client.force_login(user)

    times: dict[str, list[float]] = {}
    for name, address in {"bare": "/bare/", **PAGES}.items():
        visitor = Client() if name == "login" else client
        times[name] = []
        for _ in range(repeats + 1):
            started = time.perf_counter()
            answer = visitor.get(address)
            times[name].append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
    bare = statistics.median(times["bare"][1:])
    return [
        {
            "page": name,
            "first_ms": round(taken[0], 1),
            "median_ms": round(statistics.median(taken[1:]), 1),
            "ratio": round(statistics.median(taken[1:]) / bare, 1),
        }
        for name, taken in times.items()
    ]


if __name__ == "__main__":
    main()
