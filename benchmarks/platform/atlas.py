"""How fast the whole atlas is loaded, checked and laid out, against the limits.

    python benchmarks/platform/atlas.py [--json]

Cold is a new process: all manifests, data elements and industry maps read and audited. Warm is the same again in one
process. The layout is the map page's graph of every scenario.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tujing.atlas.audit import audit
from tujing.atlas.graph import graph
from tujing.atlas.loader import atlas
from tujing.atlas.scenes import industry_maps
from tujing.elements.definition import elements

LIMITS = {"cold": 2.0, "warm": 0.1, "layout": 1.0}
COLD = (
    "from tujing.atlas.audit import audit; from tujing.atlas.loader import atlas; "
    "from tujing.atlas.scenes import industry_maps; from tujing.elements.definition import elements; "
    "assert not audit(atlas(), elements(), industry_maps()).problems"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = measure()
    lines = json.dumps(report, indent=2) if args.json else "\n".join(f"{key}: {value}" for key, value in report.items())
    print(lines)
    return 0 if report["within_limits"] else 1


def measure() -> dict[str, Any]:
    seconds = {
        "cold": timed(lambda: subprocess.run([sys.executable, "-c", COLD], check=True)),
        "warm": 0.0,
        "layout": 0.0,
    }
    audit(atlas(), elements(), industry_maps())
    seconds["warm"] = timed(lambda: (atlas(), elements(), industry_maps()))
    seconds["layout"] = timed(lambda: graph(atlas()).as_dict())
    return {
        "scenarios": len(atlas().cards),
        "scenes": sum(len(one.scenes) for one in industry_maps().values()),
        **{f"seconds_{name}": round(value, 4) for name, value in seconds.items()},
        **{f"ratio_{name}_to_limit": round(seconds[name] / limit, 3) for name, limit in LIMITS.items()},
        "seconds_audit_again": round(timed(lambda: audit(atlas(), elements(), industry_maps())), 4),
        "within_limits": all(seconds[name] <= limit for name, limit in LIMITS.items()),
    }


def timed(call: Callable[[], object], repeats: int = 3) -> float:
    """Returns the best of some runs, seconds."""
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - started)
    return best


if __name__ == "__main__":
    raise SystemExit(main())
