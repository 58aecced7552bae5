"""Ties a piece of evidence to what it names: a run or a measured fact must exist in this organisation, and what it was
is written beside it, with a hash, so that the evidence outlives the table's next import.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from tujing.atlas.loader import atlas
from tujing.dataspace.models import TableVersion
from tujing.diagnosis.answers import Evidence
from tujing.diagnosis.frozen.canonical import digest
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput, refuse
from tujing.runtime.models import Run

SOLVED = ("optimal", "feasible", "done")
FITTING = 20
"""Runs offered as evidence, the newest."""


def bind(organisation: Organisation, instrument: str, question: str, item: Evidence) -> dict[str, Any]:
    """Returns the fields of the evidence's row: kind, note, reference, sha256, recorded.

    A file that only has a name and a link stay as they are, without a hash.

    Raises
    ------
    BadInput
        When the run or fact is not this organisation's, does not exist or speaks of something else, or the link is no
        web address.
    """
    if item["kind"] == "run":
        return item | _run(organisation, instrument, question, item["reference"])
    if item["kind"] == "measured":
        return item | _measured(organisation, instrument, question, item["reference"])
    if item["kind"] == "link" and not re.match(r"https?://[^\s/]", item["reference"]):
        raise refuse(
            "bad_link",
            "链接要以 http:// 或 https:// 开头。",
            "A link begins with http:// or https://.",
            key=question,
            value=item["reference"][:80],
        )
    return dict(item)


def fitting_runs(organisation: Organisation, instrument: str, question: str) -> list[Run]:
    """Returns the runs that may back a question, newest first: solved, and of a scenario that it stands for."""
    runs = Run.objects.filter(organisation=organisation, status__in=SOLVED).order_by("-created", "-pk")
    if instrument == "sme_2024" and question.startswith("S"):
        runs = runs.filter(scenario__in=[id for id, one in atlas().manifests.items() if question in one.maps.sme_2024])
    return list(runs[:FITTING])


def _run(organisation: Organisation, instrument: str, question: str, reference: str) -> dict[str, Any]:
    named = re.fullmatch(r"(?:run:)?(\d{1,12})", reference)
    run = Run.objects.filter(organisation=organisation, pk=int(named[1])).first() if named else None
    if run is None:
        raise refuse(
            "no_run",
            f"本企业没有运行记录 {reference}，请写成 run:编号，编号见工作台。",
            f"This enterprise has no run {reference}; write run:<number>, the numbers are on the workbench.",
            key=question,
            value=reference[:80],
        )
    if run.status not in SOLVED:
        raise refuse(
            "run_failed",
            f"运行 {reference} 没有得出结果（{run.status}），不能作证据。",
            f"Run {reference} came to no result ({run.status}); it shows nothing.",
            key=question,
            value=reference[:80],
        )
    helps = _helps(run.scenario)
    if helps is not None and instrument == "sme_2024" and question.startswith("S") and question not in helps:
        shown = ", ".join(helps) or "—"
        raise refuse(
            "run_of_other_scenario",
            f"运行 {reference} 属于场景 {run.scenario}，它对应 {shown}，不能证明 {question}。",
            f"Run {reference} is of {run.scenario}, which stands for {shown} and does not show {question}.",
            key=question,
            value=reference[:80],
        )
    return {
        "reference": f"run:{run.pk}",
        "sha256": digest(run.document),
        "recorded": {
            "scenario": run.scenario,
            "status": run.status,
            "input_hash": run.input_hash,
            "code_version": run.code_version,
            "created": run.created.isoformat(),
        },
    }


def _helps(scenario: str) -> tuple[str, ...] | None:
    """The questions of the SME form that a scenario of the map stands for; None where the map no longer has it."""
    found = atlas().manifests.get(scenario)
    return None if found is None else found.maps.sme_2024


def _measured(organisation: Organisation, instrument: str, question: str, reference: str) -> dict[str, Any]:
    kind, _, name = (reference or f"fact:{question}").partition(":")
    if kind == "table":
        version = TableVersion.objects.filter(organisation=organisation, element=name, active=True).first()
        if version is not None and version.rows:
            recorded = {"element": name, "number": version.number, "rows": version.rows}
            return {"reference": reference, "sha256": version.sha256, "recorded": recorded}
    elif kind == "fact" and name == question:
        recorded = _fact(organisation, instrument, question)
        if recorded is not None:
            return {"reference": f"fact:{question}", "sha256": digest(recorded), "recorded": recorded}
    raise _not_measured(question, reference)


def _fact(organisation: Organisation, instrument: str, question: str) -> dict[str, Any] | None:
    from tujing.diagnosis.services import measured_facts

    if instrument != "sme_2024":
        return None
    fact = measured_facts(organisation, instrument).get(question)
    if fact is None:
        return None
    versions = TableVersion.objects.filter(organisation=organisation, element__in=fact.elements, active=True)
    tables = {one.element: {"number": one.number, "sha256": one.sha256} for one in versions}
    plain = asdict(fact) | {"label": fact.label.as_dict(), "formula": fact.formula.as_dict(), "tables": tables}
    return plain | {"elements": list(fact.elements)}


def _not_measured(question: str, reference: str) -> BadInput:
    return refuse(
        "not_measured",
        f"{question} 没有可引用的实测事实或数据表（{reference or 'fact:' + question}）；"
        "请先导入数据，或写成 table:数据要素，或改用 statement。",
        f"There is no measured fact or table for {question} ({reference or 'fact:' + question}); import the data, "
        "write table:<element>, or call it a statement.",
        key=question,
        value=reference[:80],
    )
