"""Process mining beside pm4py: reference counts, fitness and precision of the inductive model, and speed.

pm4py (AGPL) is a peer only: it is installed on demand into an environment of its own, `build/peers/pm4py`, and runs
as a program of its own; nothing of it is imported here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

sys.path.insert(0, str(Path(__file__).parent.parent))
from rows import ROOT, Row, main
from tujing.runtime.contract import Budget, Data
from tujing.scenarios.management.process_mining.csv_log import read_csv
from tujing.scenarios.management.process_mining.event_log import EventLog, build
from tujing.scenarios.management.process_mining.inductive import mine
from tujing.scenarios.management.process_mining.log_file import LogFile
from tujing.scenarios.management.process_mining.measures import measure
from tujing.scenarios.management.process_mining.net import of_tree
from tujing.scenarios.management.process_mining.pnml import write_pnml
from tujing.scenarios.management.process_mining.replay import Replayer, fitness, precision
from tujing.scenarios.management.process_mining.solution import ProcessMining

SCENARIO = "management/process_mining"
PEER = ROOT / "build" / "peers" / "pm4py"
# Ties in time are kept in our order: pm4py sorts by time alone, so it is given the rank as the time.
PEER_SCRIPT = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas, pm4py
frame = pandas.read_csv(sys.argv[1], parse_dates=["start_timestamp", "end_timestamp"])
frame = frame.sort_values(["caseid", "start_timestamp", "end_timestamp"], kind="stable").reset_index(drop=True)
frame["time:timestamp"] = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(frame.index, unit="s")
frame = frame.rename(columns={"caseid": "case:concept:name", "task": "concept:name"})
frame["case:concept:name"] = frame["case:concept:name"].astype(str)
took, found = {}, {}
def timed(name, work):
    begun = time.perf_counter()
    result = work()
    took[name] = time.perf_counter() - begun
    return result
dfg = timed("edges", lambda: pm4py.discover_dfg(frame))[0]
found["edges"] = {f"{a} -> {b}": n for (a, b), n in dfg.items()}
found["variants"] = len(timed("variants", lambda: pm4py.get_variants(frame)))
if sys.argv[2] == "conformance":
    tree = timed("discovery", lambda: pm4py.discover_process_tree_inductive(frame, noise_threshold=0.0))
    net = pm4py.convert_to_petri_net(tree)
    found["fitness"] = timed("fitness", lambda: pm4py.fitness_token_based_replay(frame, *net))["log_fitness"]
    ours = pm4py.read_pnml(sys.argv[3])
    found["fitness_ours"] = pm4py.fitness_token_based_replay(frame, *ours)["log_fitness"]
    found["precision"] = timed("precision", lambda: pm4py.precision_token_based_replay(frame, *net))
print("RESULT " + json.dumps({"took": took, "found": found}))
"""


def peer(*arguments: str) -> dict:
    """Runs pm4py in its own environment, made when it is absent."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "pm4py"], check=True)
    command = [str(python), "-c", PEER_SCRIPT, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in answer.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


def generated(events: int, folder: Path) -> Path:
    """Writes a log of so many events: cases of 4 to 16 steps that follow a routing with detours and rework."""
    rng = np.random.default_rng(11)
    lengths = rng.integers(4, 17, events // 10 + 10)
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), events)) + 1]
    case = np.repeat(np.arange(len(lengths)), lengths)[:events]
    place = np.arange(len(case)) - np.repeat(np.cumsum(lengths) - lengths, lengths)[:events]
    # A fifth of the cases take one of forty detours; within one, each step may differ from the main way.
    detour = np.where(rng.random(len(lengths)) < 0.2, rng.integers(1, 41, len(lengths)), 0)[case]
    activity = (place + np.where((detour + place) % 5 == 1, detour % 3, 0)) % 12
    start = rng.integers(0, 10**8, len(lengths))[case] + place * 3600 + rng.integers(0, 1800, len(case))
    stamp = pa.timestamp("s")
    table = pa.table(
        {
            "caseid": pa.array(case),
            "task": pa.array(np.array([f"step {letter}" for letter in "ABCDEFGHIJKL"])[activity]),
            "user": pa.array(np.array([f"W{number:02d}" for number in range(40)])[(activity * 7 + case) % 40]),
            "start_timestamp": pa.array(start + 1_500_000_000).cast(stamp),
            "end_timestamp": pa.array(start + 1_500_000_000 + rng.integers(60, 1800, len(case))).cast(stamp),
        }
    )
    path = folder / f"events_{events}.csv"
    pyarrow.csv.write_csv(table, path)
    return path


def read(path: Path) -> EventLog:
    return build(*read_csv(path, {}))


def row(
    data: str, what: str, ours: float, other: float | None, better: str, target: str, met: bool, seconds: float
) -> Row:
    return Row(SCENARIO, data, what, ours, other, "pm4py", better, target, met, seconds)


def shared_log(data: Path) -> Iterator[Row]:
    name = "production_event_log (150 cases)"
    path = data / "production_event_log" / "production_log_part1.csv"
    log = read(path)
    begun = time.perf_counter()
    measured = measure(log)
    tree = mine(log.traces, 0.0, log.activities)
    counted = time.perf_counter()
    replayer = Replayer(of_tree(tree))
    fits, precise = fitness(replayer, log.traces), precision(replayer, log.traces)
    ended = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        net = Path(folder) / "net.pnml"
        net.write_bytes(write_pnml(replayer.net, log.activities))
        other = peer(str(path), "conformance", str(net))
    found, took = other["found"], other["took"]
    edges = {f"{one['source']} -> {one['target']}": one["count"] for one in measured.edges.to_pylist()}
    same = edges == found["edges"]
    yield row(
        name, "directly-follows pairs", len(edges), len(found["edges"]), "higher", "equal, count by count", same, 0
    )
    yield row(name, "variants", len(log.variants), found["variants"], "lower", "equal",
              len(log.variants) == found["variants"], 0)  # fmt: skip
    yield row(name, "token-replay fitness", fits.log, found["fitness"], "higher", "equal to 1e-9",
              abs(fits.log - found["fitness"]) < 1e-9, ended - counted)  # fmt: skip
    yield row(name, "our net, replayed by pm4py: fitness", fits.log, found["fitness_ours"], "higher", "equal to 1e-9",
              abs(fits.log - found["fitness_ours"]) < 1e-9, ended - counted)  # fmt: skip
    yield row(name, "precision (ETC, token replay)", precise.value, found["precision"], "higher", "equal to 1e-6",
              abs(precise.value - found["precision"]) < 1e-6, ended - counted)  # fmt: skip
    theirs = took["fitness"] + took["precision"]
    yield row(name, "fitness and precision (s)", ended - counted, theirs, "lower", "faster", ended - counted < theirs,
              ended - counted)  # fmt: skip
    begun = time.perf_counter()
    ProcessMining(SCENARIO).run(Data(instance=LogFile(path)), budget=Budget(seconds=30, seed=1))
    whole = time.perf_counter() - begun
    theirs = sum(took.values())
    yield row(name, "the whole run, simulation and files included (s)", whole, theirs, "lower", "faster than pm4py's "
              "discovery, fitness and precision", whole < theirs, whole)  # fmt: skip


def large(events: int, folder: Path, beside: bool) -> Iterator[Row]:
    name = f"generated, {events:,} events"
    path = generated(events, folder)
    begun = time.perf_counter()
    log = read(path)
    loaded = time.perf_counter()
    measured = measure(log)
    ended = time.perf_counter()
    other = peer(str(path), "counts")["took"] if beside else None
    theirs = None if other is None else other["edges"] + other["variants"]
    exact = sum(measured.edges["count"].to_pylist()) == len(log) - len(log.cases)
    took = loaded - begun
    yield row(name, "reading CSV (s)", took, None, "lower", "every event is read", len(log) == events, took)
    took = ended - loaded
    what, target = "edges, variants, rework, waits, hand-overs, batches (s)", "all counted"
    if theirs is not None:
        target += "; faster than pm4py's edges and variants"
    yield row(name, what, took, theirs, "lower", target, exact and (theirs is None or took < theirs), took)


def measure_all(full: bool, data: Path) -> Iterator[Row]:
    yield from shared_log(data)
    with tempfile.TemporaryDirectory() as folder:
        yield from large(200_000, Path(folder), beside=True)
        if full:
            yield from large(10_000_000, Path(folder), beside=False)


if __name__ == "__main__":
    main(measure_all)
