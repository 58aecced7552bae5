"""Times long lists at 100 000 records against a bare page of the same framework, in one process and one run.

    python benchmarks/platform/list_pages.py [--records 100000] [--repeats 60] [--json]

The bare page is one sentence in the site's own frame, through the same middleware and signed in: menu, session,
organisation and role, no list. Limit: 95th percentile of every list page at most 3 × that of the bare page.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

LIMIT = 3.0
BATCH = 2000
BARE = '{% extends "page.html" %}{% block main %}<p>One sentence.</p>{% endblock %}'
SCENARIO = "production/scheduling"
ELEMENT = "work_order"
PAGES = {
    "runs, first page": f"/scenarios/{SCENARIO}/runs/",
    "runs, page 1000": f"/scenarios/{SCENARIO}/runs/?page=1000",
    "rows of a table": f"/data/{ELEMENT}/rows/",
    "rows of a table, page 1000": f"/data/{ELEMENT}/rows/?page=1000",
    "notices": "/notices/",
    "audit trail": "/operations/audit/",
    "runs by the API": "/api/v1/runs",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), args.records, args.repeats)
    if args.json:
        print(json.dumps(rows, indent=2))
    else:
        for row in rows:
            verdict = (
                "" if row["page"] == "bare" else f"   {row['ratio']:.2f} × bare" + ("" if row["met"] else "  MISSED")
            )
            print(f"{row['page']:<28} median {row['median_ms']:7.1f} ms   p95 {row['p95_ms']:7.1f} ms{verdict}")
        print(f"limit: {LIMIT} × bare")
    return 0 if all(row["met"] for row in rows) else 1


def measure(folder: Path, records: int, repeats: int) -> list[dict[str, Any]]:
    """One row a page: server milliseconds, median and 95th percentile, and the ratio of the latter to bare."""
    os.environ["TUJING_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tujing.web.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.http import HttpResponse
    from django.template import engines
    from django.test import Client
    from django.urls import path

    from tujing.enterprise.services import add_member, create_organisation
    from tujing.web import urls
    from tujing.web.access import member

    call_command("migrate", verbosity=0)
    profile = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
    organisation = create_organisation("works", {"zh": "工厂", "en": "Works"}, profile)
    user = get_user_model().objects.create_user("bench")
    add_member(organisation, user, "owner")
    fill(organisation, user, records)

    settings.ALLOWED_HOSTS = ["*"]
    bare = engines["django"].from_string(BARE)
    bare_page = member(lambda request: HttpResponse(bare.render({}, request)))
    urls.urlpatterns.append(path("bare/", bare_page))
    client = Client()
    client.force_login(user)
    rows = [timed(client, name, address, repeats) for name, address in {"bare": "/bare/", **PAGES}.items()]
    bare = rows[0]["p95_ms"]
    return [{**row, "ratio": row["p95_ms"] / bare, "met": row["p95_ms"] <= LIMIT * bare} for row in rows]


def timed(client: Any, name: str, address: str, repeats: int) -> dict[str, Any]:
    taken = []
    for _ in range(repeats + 3):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    warm = taken[3:]
    return {
        "page": name,
        "median_ms": statistics.median(warm),
        "p95_ms": statistics.quantiles(warm, n=20)[-1],
    }


def fill(organisation: Any, user: Any, records: int) -> None:
    """As many runs, rows, notices and audit events as asked for."""
    import pyarrow as pa
    from django.utils import timezone

    from tujing.audit.models import Action, AuditEvent
    from tujing.dataspace.services import write_table
    from tujing.notices.models import Notice
    from tujing.runtime.models import Run

    runs = (run(organisation, number) for number in range(records))
    Run.objects.bulk_create(runs, batch_size=BATCH)
    now = timezone.now()
    moments = [now - timedelta(seconds=30 * number) for number in range(records)]
    words = {"zh": "运行完成", "en": "A run is done"}
    told = {"organisation": organisation, "person": user, "kind": "job_done", "words": words}
    notices = (Notice(**told, about_kind="run", about_key=str(number)) for number in range(records))
    Notice.objects.bulk_create(notices, batch_size=BATCH)
    done = {"organisation": organisation.pk, "action": Action.CHANGED, "kind": "planning.plan", "actor_name": "bench"}
    events = (AuditEvent(**done, at=moment, object=str(number)) for number, moment in enumerate(moments))
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)
    products = [f"P-{number:03d}" for number in range(50)]
    named = {"product_id": products, "name": products, "kind": ["finished"] * 50, "unit": ["piece"] * 50}
    write_table(organisation, "product", pa.table(named), source="benchmark")
    write_table(organisation, ELEMENT, work_orders(records), source="benchmark")


def run(organisation: Any, number: int) -> Any:
    from tujing.runtime.models import Run

    document = {
        "scenario": SCENARIO,
        "schema": "tujing-run/1",
        "status": "feasible",
        "kpis": {"weighted_tardiness": {"value": 1000.0 + number % 100, "unit": "min", "baseline": 1200.0}},
        "tables": {},
        "charts": {},
        "warnings": [],
        "explanation": {"zh": "", "en": ""},
    }
    return Run(
        organisation=organisation,
        scenario=SCENARIO,
        status="feasible",
        seed=number,
        seconds=1.0,
        input_hash="0" * 64,
        code_version="1",
        document=document,
        kpis=document["kpis"],
    )


def work_orders(records: int) -> Any:
    import pyarrow as pa

    days = [datetime(2024, 1, 1) + timedelta(days=number % 700) for number in range(records)]
    return pa.table(
        {
            "work_order_id": [f"WO-{number:07d}" for number in range(records)],
            "product_id": [f"P-{number % 50:03d}" for number in range(records)],
            "quantity": [float(1 + number % 90) for number in range(records)],
            "release_time": days,
            "due_time": [day + timedelta(days=9) for day in days],
            "status": ["released"] * records,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
