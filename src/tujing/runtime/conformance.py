"""The conformance suite: what any scenario folder, inside the package or not, must keep.

`check(folder)` runs every rule and says how many ran, passed, failed and were skipped, and why. The tier (bronze …
platinum) is computed from the rules that passed, never claimed; a rule marked `todo` or `exempt` in `quality.yaml` is
skipped with its reason.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tujing.atlas.loader import check as check_manifests
from tujing.atlas.loader import read_manifest, words_of
from tujing.atlas.manifest import Manifest
from tujing.elements.definition import element as definition
from tujing.problems import BadInput, read_yaml, refuse
from tujing.runtime.contract import Budget, Cancelled, Data, RunResult, Solution
from tujing.runtime.document import document
from tujing.runtime.load import NAMELESS, from_paths
from tujing.runtime.registry import solution_in
from tujing.words import Text

TIERS = ("bronze", "silver", "gold", "platinum")
SAMPLE_SECONDS = 10.0


class Skipped(Exception):
    """Raised by a rule that does not apply; its text is the reason."""


@dataclass
class Case:
    """A scenario folder under check; what is dear to compute is computed once."""

    folder: Path
    manifest: Manifest
    solution: Solution | None
    _run: RunResult | None = field(default=None, repr=False)

    @property
    def sample(self) -> Path:
        return self.folder / "sample"

    def needs_solution(self) -> Solution:
        if self.solution is None:
            raise Skipped("no solution.py: the card says it is not runnable yet")
        return self.solution

    def data(self) -> Data:
        if not self.sample.is_dir():
            raise AssertionError("there is no sample/ folder")
        return from_paths(self.needs_solution(), self.manifest, {NAMELESS: self.sample})

    def run(self, seed: int = 1) -> RunResult:
        return self.needs_solution().run(self.data(), budget=Budget(seconds=SAMPLE_SECONDS, seed=seed))

    def first_run(self) -> RunResult:
        if self._run is None:
            self._run = self.run()
        return self._run


@dataclass(frozen=True)
class Rule:
    name: str
    tier: str
    words: Text
    check: Callable[[Case], None]


@dataclass
class Report:
    """What the suite found."""

    scenario: str
    passed: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    tier: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario,
            "run": len(self.passed) + len(self.failed),
            "passed": len(self.passed),
            "failed": len(self.failed),
            "skipped": self.skipped,
            "failures": self.failed,
            "checks": self.passed,
            "tier": self.tier,
        }


def check(folder: Path) -> Report:
    """Runs the suite on one scenario folder.

    Raises
    ------
    BadInput
        When the folder holds no manifest that can be read, or its solution does not load.
    """
    if not (folder / "scenario.yaml").is_file():
        raise refuse(
            "no_manifest",
            "这个文件夹里没有 scenario.yaml；用 tujing scenario new 新建一个场景。",
            "This folder holds no scenario.yaml; make a scenario with tujing scenario new.",
            file=folder,
        )
    manifest = read_manifest(folder / "scenario.yaml")
    case = Case(folder, manifest, solution_in(folder, manifest.id))
    declared = _declared(folder)
    report = Report(manifest.id)
    for rule in RULES:
        excuse = declared.get(rule.name)
        if excuse is not None:
            report.skipped.append({"check": rule.name, "reason": excuse})
            continue
        try:
            rule.check(case)
        except Skipped as reason:
            report.skipped.append({"check": rule.name, "reason": str(reason)})
        except (AssertionError, BadInput) as error:
            report.failed.append({"check": rule.name, **rule.words.as_dict(), "detail": str(error)})
        except Exception as error:  # a third party's code may raise anything; it is the finding
            report.failed.append({"check": rule.name, **rule.words.as_dict(), "detail": repr(error)})
        else:
            report.passed.append(rule.name)
    report.tier = _tier(report)
    return report


def declared_tier(folder: Path) -> str:
    """Returns the tier by what quality.yaml says of each rule, without running any: quick, for a list.

    A rule that it does not name counts as not done; `check` tells whether the ones said to be done are.
    """
    report = Report(folder.name)
    report.skipped = [
        {"check": rule.name, "reason": state} for rule, state in declared_rules(folder) if state != "done"
    ]
    return _tier(report)


def declared_rules(folder: Path) -> list[tuple[Rule, str]]:
    """Returns every rule with what quality.yaml says of it: `done`, `todo` or `exempt: why`."""
    excuses = _declared(folder)
    content = read_yaml(folder / "quality.yaml") if (folder / "quality.yaml").is_file() else {}
    named = content.get("rules") or {}
    return [(rule, excuses.get(rule.name, "done" if rule.name in named else "todo")) for rule in RULES]


def _declared(folder: Path) -> dict[str, str]:
    """Reads quality.yaml: rule → reason for the rules that are not done yet."""
    path = folder / "quality.yaml"
    if not path.is_file():
        return {}
    content = read_yaml(path)
    rules = content.get("rules") if isinstance(content, dict) else None
    known = {rule.name for rule in RULES}
    excuses: dict[str, str] = {}
    for name, state in (rules or {}).items():
        if name not in known:
            raise refuse(
                "unknown_rule",
                f"没有名为 {name} 的规则；可用：{'、'.join(sorted(known))}。",
                f"There is no rule {name}; there are: {', '.join(sorted(known))}.",
                file=path,
                key=name,
            )
        if state == "todo":
            excuses[name] = "todo"
        elif isinstance(state, dict) and str(state.get("exempt") or "").strip():
            excuses[name] = f"exempt: {state['exempt']}"
        elif state != "done":
            raise refuse(
                "rule_state",
                "规则状态应为 done、todo 或 {exempt: 原因}。",
                "A rule is done, todo or {exempt: why}.",
                file=path,
                key=name,
            )
    return excuses


def _tier(report: Report) -> str:
    """The highest tier all of whose rules, and those of the tiers below, passed or do not apply."""
    bad = {entry["check"] for entry in report.failed}
    bad |= {entry["check"] for entry in report.skipped if not entry["reason"].startswith("exempt: ")}
    reached = ""
    for tier in TIERS:
        if any(rule.name in bad for rule in RULES if rule.tier == tier):
            break
        reached = tier
    return reached


# --- the rules --------------------------------------------------------------------------------------------------------


def _manifest(case: Case) -> None:
    problems = check_manifests(case.folder).problems
    assert not problems, "; ".join(problem.sentence("en") for problem in problems[:3])


def _solution_loads(case: Case) -> None:
    case.needs_solution()


def _runs_on_sample(case: Case) -> None:
    status = case.first_run().outcome.status
    assert status in ("optimal", "feasible", "done"), f"status on the sample is {status}"


def _outcome_contract(case: Case) -> None:
    result = case.first_run()
    with tempfile.TemporaryDirectory() as out:
        text = json.dumps(document(result, Path(out)), allow_nan=False)
    assert json.loads(text)["scenario"] == case.manifest.id
    declared = {kpi.id: kpi.unit for kpi in case.manifest.kpis}
    for name, kpi in result.outcome.kpis.items():
        assert name in declared, f"kpi {name} is not in the manifest"
        assert kpi.unit == declared[name], f"kpi {name} has unit {kpi.unit}, the manifest says {declared[name]}"
    assert result.outcome.kpis, "no kpi"
    assert result.outcome.tables, "no table"


def _refuses_broken(case: Case) -> None:
    solution = case.needs_solution()
    broken = case.sample / "broken"
    samples = sorted(broken.iterdir()) if broken.is_dir() else []
    assert samples, "there are no broken samples in sample/broken"
    for path in samples:
        name = path.stem.split("__")[0]
        inputs = {NAMELESS: path}
        if path.is_file() and (case.sample / f"{name}.csv").exists():
            inputs = {NAMELESS: case.sample, name: path}
        try:
            solution.run(from_paths(solution, case.manifest, inputs), budget=Budget(seconds=SAMPLE_SECONDS))
        except BadInput:
            continue
        raise AssertionError(f"{path.name} was not refused")


def _refuses_unknown_parameter(case: Case) -> None:
    try:
        case.needs_solution().run(case.data(), {"no_such_parameter": 1}, Budget(seconds=SAMPLE_SECONDS))
    except BadInput:
        return
    raise AssertionError("an unknown parameter was accepted")


def _same_seed_same_result(case: Case) -> None:
    """The headline must repeat; equally good results may differ in the other KPIs, as a parallel solver's do."""
    first, second = case.first_run().outcome.kpis, case.run().outcome.kpis
    headline = next((kpi.id for kpi in case.manifest.kpis if kpi.id in first and first[kpi.id].value is not None), None)
    assert headline is not None, "no kpi has a value"
    value, other = first[headline].value, second[headline].value
    assert value is not None and other is not None, f"kpi {headline} is {value} and then {other}"
    assert abs(value - other) <= 1e-6 * max(1.0, abs(value)), f"kpi {headline} is {value} and then {other}"


def _beats_baseline(case: Case) -> None:
    kpis = case.first_run().outcome.kpis
    compared = [kpi for kpi in case.manifest.kpis if kpi.id in kpis and kpis[kpi.id].baseline is not None]
    assert compared, "no kpi has a baseline"
    better = 0
    for kpi in compared:
        value, baseline = kpis[kpi.id].value, kpis[kpi.id].baseline
        assert value is not None and baseline is not None
        gain = baseline - value if kpi.better == "lower" else value - baseline
        if kpi is compared[0]:
            assert gain >= -1e-9, f"{kpi.id}: {value} is worse than the baseline {baseline}"
        better += gain > 1e-9
    assert better, "no kpi is better than its baseline"


def _cancellable(case: Case) -> None:
    class StopAtOnce:
        def report(self, share: float, message: Text | None = None, incumbent: float | None = None) -> None:
            if share > 0:
                raise Cancelled

    try:
        case.needs_solution().run(case.data(), budget=Budget(seconds=SAMPLE_SECONDS), progress=StopAtOnce())
    except Cancelled:
        return
    raise AssertionError("the run went on after it was cancelled")


def _progress_grows(case: Case) -> None:
    shares: list[float] = []

    class Watch:
        def report(self, share: float, message: Text | None = None, incumbent: float | None = None) -> None:
            shares.append(share)

    case.needs_solution().run(case.data(), budget=Budget(seconds=SAMPLE_SECONDS), progress=Watch())
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] == 1.0, f"progress went {shares[:20]}"


def _writes_elements(case: Case) -> None:
    from tujing.runtime.reading import check_table

    outcome = case.first_run().outcome
    declared = {need.element for need in case.manifest.data_elements.writes}
    assert set(outcome.writes) == declared, f"writes {sorted(outcome.writes)}, the manifest says {sorted(declared)}"
    if not declared:
        raise Skipped("the manifest declares no data element to write")
    for name, table in outcome.writes.items():
        problems = check_table(table, definition(name))
        assert not problems, f"{name}: {problems[0].sentence('en')}"


def _readme(case: Case) -> None:
    path = case.folder / "README.md"
    assert path.is_file(), "there is no README.md"
    content = path.read_text(encoding="utf-8")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in content), "README.md has no Chinese"
    assert sum(letter.isascii() and letter.isalpha() for letter in content) > 50, "README.md has no English"


def _worded(case: Case) -> None:
    """Tables and columns are worded in words.yaml, or bear the name of a column of an element read or written.

    A pair of columns `zh` and `en` holds words itself; readers see the one of their language.
    """
    needs = (*case.manifest.data_elements.reads, *case.manifest.data_elements.writes)
    known = {"zh", "en"}.union(words_of(case.folder), *(definition(need.element).columns for need in needs))
    shown = {
        name for table, content in case.first_run().outcome.tables.items() for name in (table, *content.column_names)
    }
    assert shown <= known, f"no wording in words.yaml for {', '.join(sorted(shown - known))}"


def _explains(case: Case) -> None:
    words = case.first_run().outcome.explanation
    assert len(words.zh) >= 8 and len(words.en) >= 15, "the explanation says nothing"


RULES: tuple[Rule, ...] = (
    Rule("manifest", "bronze", Text(zh="场景清单有误。", en="The manifest is broken."), _manifest),
    Rule("solution_loads", "bronze", Text(zh="解决方案无法加载。", en="The solution does not load."), _solution_loads),
    Rule("runs_on_sample", "bronze", Text(zh="样例跑不通。", en="The sample does not run."), _runs_on_sample),
    Rule(
        "outcome_contract",
        "bronze",
        Text(zh="结果不合约定。", en="The outcome breaks the contract."),
        _outcome_contract,
    ),
    Rule("refuses_broken", "bronze", Text(zh="坏样例未被拒绝。", en="A broken sample is accepted."), _refuses_broken),
    Rule(
        "refuses_unknown_parameter",
        "bronze",
        Text(zh="未知参数未被拒绝。", en="An unknown parameter is accepted."),
        _refuses_unknown_parameter,
    ),
    Rule("worded", "gold", Text(zh="结果的表或列没有中英文名称。", en="A table or column is not worded."), _worded),
    Rule("explains", "silver", Text(zh="结果没有解释。", en="The outcome is not explained."), _explains),
    Rule(
        "same_seed_same_result",
        "silver",
        Text(zh="同一种子结果不同。", en="One seed gives two results."),
        _same_seed_same_result,
    ),
    Rule(
        "beats_baseline", "silver", Text(zh="不优于现行做法。", en="It does not beat today's method."), _beats_baseline
    ),
    Rule(
        "progress_grows", "gold", Text(zh="进度不是单调的。", en="Progress does not grow from 0 to 1."), _progress_grows
    ),
    Rule("cancellable", "gold", Text(zh="无法取消。", en="It cannot be cancelled."), _cancellable),
    Rule(
        "writes_elements",
        "gold",
        Text(zh="写出的数据不合要素定义。", en="What it writes breaks the element."),
        _writes_elements,
    ),
    Rule("readme", "platinum", Text(zh="缺少中英文说明。", en="The bilingual README is missing."), _readme),
)
