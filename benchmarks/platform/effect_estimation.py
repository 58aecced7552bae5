"""How long the effects of one go-live on 200 KPIs take, daily over three years, beside a plain structural time series.

    python benchmarks/platform/effect_estimation.py [--kpis 200] [--json]

Half of the KPIs have six sister lines, half stand alone. Ours tries every method that the data allow, averages over
designs and noise, and runs three placebos in time and one a sister in space. The peer is statsmodels'
UnobservedComponents (local level, weekly season, jump at go-live) on the same days, for some of the KPIs: one fit, no
choice, no placebo.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings

import numpy as np

from tujing.evaluation.effect import Effect, effects
from tujing.evaluation.series import Series
from tujing.evaluation.simulated import factories

LIMIT_SECONDS = 30.0
PEERS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kpis", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = measure(args.kpis)
    print(json.dumps(report, indent=2) if args.json else "\n".join(f"{key}: {value}" for key, value in report.items()))
    sys.exit(0 if report["within_limit"] else 1)


def measure(count: int) -> dict:
    half = count // 2
    made = [
        factories(world, number, -0.1, weeks_before=130, weeks_after=26)
        for world, number in (("factors", half // 2), ("parallel", half - half // 2), ("alone", count - half))
    ]
    series = [one for each in made for one in each.daily]
    go_live = made[0].go_live
    started, worked = time.perf_counter(), time.process_time()
    found = effects(series, go_live, ["lower"] * count)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked

    started = time.perf_counter()
    for one in series[:PEERS]:
        peer(one, np.datetime64(go_live))
    per_peer = (time.perf_counter() - started) / PEERS
    return {
        "kpis": count,
        "days": len(series[0].weeks),
        "seconds": round(seconds, 2),
        "seconds_of_processor": round(worked, 2),
        "limit_seconds": LIMIT_SECONDS,
        "within_limit": seconds <= LIMIT_SECONDS,
        "seconds_a_kpi": round(seconds / count, 4),
        "seconds_a_kpi_statsmodels": round(per_peer, 4),
        "ratio_to_statsmodels": round(seconds / count / per_peer, 4),
        "truth_covered": round(
            float(
                np.mean([isinstance(one, Effect) and one.estimate.low <= -0.1 <= one.estimate.high for one in found])
            ),
            3,
        ),
    }


def peer(series: Series, go_live: np.datetime64) -> float:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    jump = (series.weeks >= go_live).astype(float)
    model = UnobservedComponents(np.log(series.treated), level="local level", seasonal=7, exog=jump)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(model.fit(disp=False).params[-1])


if __name__ == "__main__":
    main()
