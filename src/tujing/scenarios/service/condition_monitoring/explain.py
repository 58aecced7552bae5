"""What was found, why, and what to do next, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tujing.scenarios.service.condition_monitoring.figures import seen_by_chance
from tujing.scenarios.service.condition_monitoring.judgement import Judgement
from tujing.scenarios.service.condition_monitoring.tables import CHARTS, main_variable
from tujing.words import Text

CENTRES_TOLD = 3


def explanation(judged: Sequence[Judgement]) -> Text:
    """Returns the findings of the watches with most time in alarm, the change against today, and the next step."""
    loud = sorted((one for one in judged if one.alarms), key=lambda one: -one.alarm.mean())
    sentences = [_finding(one) for one in loud[:CENTRES_TOLD]]
    calm = len(judged) - len(loud)
    if calm:
        sentences.append(
            Text(
                zh=f"{calm} 个监测对象一直在正常状态内，没有告警。",
                en=f"Normal throughout, without an alarm: {calm} watched.",
            )
        )
    before, after = sum(one.before.count for one in judged), sum(one.after.count for one in judged)
    sentences.append(
        Text(
            zh=f"同一段数据，每个测点各设 ±3σ 固定限会响 {before} 次，本监测响 {after} 次。",
            en=f"On the same data fixed ±3σ limits on each sensor would ring {before} times, this monitor {after}.",
        )
    )
    chance = seen_by_chance(judged)
    if chance is not None:
        ours, plain = chance
        sentences.append(
            Text(
                zh=f"若故障与测点毫无关系、随机发生，凭响得勤也会显得“提前发现”：本监测 {ours:.1%}，±3σ {plain:.1%}；"
                "提前发现率只有高出这个数才算本事。",
                en=f"Of failures that come at random, unrelated to any tag, this monitor would still seem to foretell "
                f"{ours:.1%} and ±3σ {plain:.1%}, by how often they ring; only what exceeds that is skill.",
            )
        )
    stale = sum(one.after.stale for one in judged)
    if stale:
        sentences.append(
            Text(
                zh=f"其中 {stale} 次告警持续超过 24 小时：现场确认是新的正常状态（换型、检修后）时，"
                "请用新数据重新学习。",
                en=f"{stale} of these stood for over 24 hours: if people on the spot find a new normal state (another "
                "product, after an overhaul), learn again from new data.",
            )
        )
    elif loud:
        sentences.append(
            Text(
                zh="下一步：按 alarms 表的时间与主要变量到现场核对，先查传感器，再查设备。",
                en="Next: go through the table alarms on the spot, by time and main variable; check the sensor first, "
                "then the machine.",
            )
        )
    return Text(zh="".join(one.zh for one in sentences), en=" ".join(one.en for one in sentences))


def _finding(one: Judgement) -> Text:
    clock, names = one.watch.test.clock(), one.watch.test.names
    worst = max(one.alarms, key=lambda alarm: float(one.score[alarm.start : alarm.end].sum()))
    peak, variable = main_variable(one, worst)
    shares = one.shares[worst.start : worst.end].mean(axis=0)
    others = [names[int(number)] for number in np.argsort(-shares) if int(number) != variable][:2]
    chart, share = CHARTS[one.chart[peak]], float(one.alarm.mean())
    zh_others = f"，其次 {'、'.join(others)}" if others else ""
    en_others = f", then {' and '.join(others)}" if others else ""
    return Text(
        zh=f"{one.watch.name}：{share:.1%} 的时刻超过控制限，共 {len(one.alarms)} 次告警；"
        f"最重一次从 {clock[worst.start]} 到 {clock[worst.end - 1]}，峰值为限值的 {one.score[peak]:.1f} 倍"
        f"（{chart.zh}），主要变量 {names[variable]}{zh_others}。",
        en=f"{one.watch.name}: {share:.1%} of instants are beyond the limit, in {_count(len(one.alarms))}; the "
        f"heaviest from {clock[worst.start]} to {clock[worst.end - 1]}, at its peak {one.score[peak]:.1f} times the "
        f"limit ({chart.en}), main variable {names[variable]}{en_others}.",
    )


def _count(alarms: int) -> str:
    return "1 alarm" if alarms == 1 else f"{alarms} alarms"
