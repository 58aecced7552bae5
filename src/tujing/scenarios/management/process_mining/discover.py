"""From a log to a model and how well the two agree, within the time given."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tujing.scenarios.management.process_mining.align import AlignmentFitness, alignment_fitness
from tujing.scenarios.management.process_mining.baseline import happy_net
from tujing.scenarios.management.process_mining.event_log import EventLog
from tujing.scenarios.management.process_mining.follows import Trace
from tujing.scenarios.management.process_mining.inductive import mine
from tujing.scenarios.management.process_mining.net import Net, of_tree
from tujing.scenarios.management.process_mining.pnml import read_pnml
from tujing.scenarios.management.process_mining.replay import Fitness, Precision, Replayer, fitness, precision
from tujing.scenarios.management.process_mining.tree import Tree
from tujing.words import Text

EVENTS_LIMIT = 50_000
"""Events in distinct variants that discovery and replay go through; beyond it the commonest variants stand for the
rest."""


@dataclass
class Discovered:
    """The model, the names its labels count in, and how it and the log agree."""

    net: Net
    names: list[str]
    tree: Tree | None
    fitness: Fitness
    precision: Precision
    plain: Fitness
    """Of the one way that people have in mind."""
    aligned: AlignmentFitness
    traces: Counter[Trace]
    """What it was discovered from."""
    warnings: list[Text] = field(default_factory=list)


def discover(log: EventLog, noise: float, model: Path | None, until: float, watch: Callable[[], None]) -> Discovered:
    """Mines or reads the model and replays the log on it; `until` is when, by `time.monotonic`, alignments must
    stop."""
    traces, warnings = _commonest(log)
    names = list(log.activities)
    tree = None
    if model is None:
        tree = mine(traces, noise, names, watch)
        net = of_tree(tree)
    else:
        net, names = read_pnml(model, names)
    replayer = Replayer(net)
    aligned = alignment_fitness(net, traces, lambda: time.monotonic() < until, watch)
    if aligned.aligned < 1:
        warnings.append(
            Text(
                zh=f"对齐只在时限内做完了 {aligned.aligned:.0%} 的案例（最常见的变体在先），对齐拟合度按这些案例计；"
                "标记重放的拟合度按全部计。",
                en=f"Within the time, {aligned.aligned:.0%} of the cases were aligned (commonest variants "
                f"first); alignment "
                "fitness is theirs. Token-replay fitness is over all.",
            )
        )
    found = Discovered(
        net,
        names,
        tree,
        fitness(replayer, traces, watch),
        precision(replayer, traces, watch),
        fitness(Replayer(happy_net(log)), traces, watch),
        aligned,
        traces,
        warnings,
    )
    if found.precision.left_out:
        warnings.append(
            Text(
                zh=f"精确度没有计入模型走不到的 {found.precision.left_out} 种状态（共 {found.precision.states} 种）。",
                en=f"Precision leaves out {found.precision.left_out} of {found.precision.states} states that the model "
                "cannot reach.",
            )
        )
    return found


def _commonest(log: EventLog) -> tuple[Counter[Trace], list[Text]]:
    events = 0
    kept: Counter[Trace] = Counter()
    for trace, count in log.traces.items():
        events += len(trace)
        if kept and events > EVENTS_LIMIT:
            share = kept.total() / len(log.cases)
            words = Text(
                zh=f"日志有 {len(log.variants)} 个变体；模型与符合度按最常见的 {len(kept)} 个变体（{share:.0%} "
                f"的案例）计，"
                "其余统计按全部案例。",
                en=f"The log has {len(log.variants)} variants; model and conformance are of the commonest {len(kept)} "
                f"({share:.0%} of the cases), all other figures of every case.",
            )
            return kept, [words]
        kept[trace] = count
    return kept, []
