"""Wording and figures in the reader's language: content texts, names of scenarios and columns, money, units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from tujing.words import Text, pick

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{3}")
LABELS = {
    # roles
    "owner": noop("Owner"),
    "manager": noop("Manager"),
    "department_head": noop("Department head"),
    "line_worker": noop("Line worker"),
    "consultant": noop("Consultant"),
    "viewer": noop("Viewer"),
    # stages of an adoption
    "candidate": noop("Candidate"),
    "planned": noop("Planned"),
    "implementing": noop("Implementing"),
    "in_use": noop("In use"),
    "evaluated": noop("Evaluated"),
    "stopped": noop("Stopped"),
    # jobs and runs
    "queued": noop("Queued"),
    "running": noop("Running"),
    "done": noop("Done"),
    "failed": noop("Failed"),
    "cancelled": noop("Cancelled"),
    "optimal": noop("Proven optimal"),
    "feasible": noop("Feasible"),
    "infeasible": noop("No solution"),
    # runs as a table, and when work comes round
    "run": noop("Run"),
    "runs": noop("Runs"),
    "started": noop("Started"),
    "status": noop("Outcome"),
    "seconds": noop("Seconds"),
    "by": noop("By"),
    "kpis": noop("KPIs"),
    "parameters": noop("Parameters"),
    "baseline": noop("Today's method"),
    "hour": noop("Hour"),
    "day": noop("Day"),
    "week": noop("Week"),
    "month": noop("Month"),
    # the audit trail
    "created": noop("Newly made"),
    "changed": noop("Changed"),
    "deleted": noop("Deleted"),
    "created_many": noop("Made many"),
    "changed_many": noop("Changed many"),
    "deleted_many": noop("Deleted many"),
    "signed_in": noop("Signed in"),
    "signed_out": noop("Signed out"),
    "sign_in_failed": noop("Sign-in failed"),
    "downloaded": noop("Downloaded"),
    "did": noop("Did"),
    "page": noop("Page"),
    "api": noop("Interface"),
    "worker": noop("Job"),
    "command": noop("Command"),
    "rows_that_were_there_already": noop("Rows that were there already"),
    "not told apart": noop("not told apart"),
    "values_before": noop("Values before"),
    "not kept": noop("not kept"),
    # folders of an organisation
    "tables": noop("Imported tables"),
    "evidence": noop("Evidence files"),
    "rejects": noop("Rows left out"),
    # kinds of job
    "notices_morning": noop("Morning notices"),
    "backup": noop("Backup"),
    "restore_all": noop("Restore"),
    "example_reset": noop("Example made anew"),
    "audit_prune": noop("Old audit events removed"),
    # provenance
    "found": noop("Found in source"),
    "recalled": noop("Recalled"),
    "constructed": noop("Constructed"),
    "measured": noop("Measured"),
    # readiness of data, how a version came about
    "ready": noop("Ready"),
    "partly": noop("Partly"),
    "missing": noop("Missing"),
    "restore": noop("Restored"),
    "replace": noop("Replaced"),
    "append": noop("Appended"),
    # tiers of a scenario's quality
    "bronze": noop("Bronze"),
    "silver": noop("Silver"),
    "gold": noop("Gold"),
    "platinum": noop("Platinum"),
    # ways of a step, its standing in a plan, states of a risk
    "buy": noop("Buy"),
    "subscribe": noop("Subscribe"),
    "build": noop("Build"),
    "in_plan": noop("Taken up"),
    "out_of_plan": noop("Not taken up"),
    "never_in_plan": noop("Cannot be planned"),
    "risk_open": noop("To be handled"),
    "risk_under_way": noop("Under way"),
    "risk_accepted": noop("Accepted"),
    "risk_closed": noop("Settled"),
    # size classes
    "large": noop("Large"),
    "medium": noop("Medium"),
    "small": noop("Small"),
    "micro": noop("Micro"),
    # production types, chain roles
    "discrete": noop("Discrete manufacturing"),
    "process": noop("Process manufacturing"),
    "leader": noop("Chain leader"),
    "member": noop("Chain member"),
    # assessments
    "self": noop("Self-assessment"),
    "third_party": noop("Third party"),
    "draft": noop("Draft"),
    "submitted": noop("Submitted"),
    # ways of mail
    "never": noop("Never"),
    "at_once": noop("At once"),
    "digest": noop("Once a day"),
    # evidence, verdicts, where a fact comes from, how often something hurts
    "file": noop("File"),
    "link": noop("Link"),
    "statement": noop("Comment"),
    "nothing_claimed": noop("Claims nothing"),
    "unevidenced": noop("Without evidence"),
    "evidenced": noop("Backed by evidence"),
    "contradicted": noop("Data say less"),
    "accepted": noop("Accepted"),
    "rejected": noop("Lowered"),
    "more": noop("Asked for more"),
    "answered": noop("Answered"),
    "profile": noop("Company profile"),
    "assessment": noop("An assessment"),
    "daily": noop("Daily"),
    "weekly": noop("Weekly"),
    "monthly": noop("Monthly"),
    "quarterly": noop("Quarterly"),
    "yearly": noop("Yearly"),
    # what runs show: parameters, tables and columns by their common names
    "objective": noop("Objective"),
    "makespan": noop("Makespan"),
    "weighted_tardiness": noop("Weighted tardiness"),
    "start": noop("Start"),
    "end": noop("End"),
    "job": noop("Order"),
    "operation": noop("Operation"),
    "machine": noop("Machine"),
    "setup": noop("Set-up (min)"),
    "start_time": noop("Start time"),
    "end_time": noop("End time"),
    "due": noop("Due (min)"),
    "due_time": noop("Due date"),
    "late": noop("Late by (min)"),
    "weight": noop("Weight"),
    "schedule": noop("Schedule"),
    "orders": noop("Orders"),
    "baseline_schedule": noop("Schedule by today's method"),
    # drivers of money
    "revenue": noop("Revenue"),
    "material_cost": noop("Material cost"),
    "labour_cost": noop("Labour cost"),
    "energy_cost": noop("Energy cost"),
    "maintenance_cost": noop("Maintenance cost"),
    "scrap_cost": noop("Scrap cost"),
    "logistics_cost": noop("Logistics cost"),
    "overhead_cost": noop("Overhead"),
    "late_penalty": noop("Late-delivery penalty"),
    "inventory_value": noop("Inventory value"),
    "receivables": noop("Receivables"),
}

FOUND = {
    "action": noop("Actions"),
    "page": noop("Pages"),
    "scenario": noop("Scenarios"),
    "scene": noop("Official scenes"),
    "element": noop("Data elements"),
    "column": noop("Columns"),
    "instrument": noop("Instruments"),
    "question": noop("Questions"),
    "kpi": noop("KPIs"),
    "assessment": noop("Assessments"),
    "plan": noop("Plans"),
    "project": noop("Projects"),
    "task": noop("Tasks"),
    "run": noop("Runs"),
    "effect": noop("Effects"),
    "person": noop("People"),
    "term": noop("Terms"),
}
"""What the one box finds, by group."""

JOBS = {
    "plan": Text(zh="规划计算", en="The planning"),
    "import": Text(zh="数据导入", en="The import"),
    "mail": Text(zh="发送邮件", en="Sending mail"),
    "notices_morning": Text(zh="每日逾期提醒", en="The morning round"),
}
"""What jobs do, by kind."""

TERM_GROUPS = {
    "loop": noop("The loop"),
    "data": noop("Data"),
    "plan": noop("Plan and value"),
    "delivery": noop("Projects"),
    "evaluation": noop("Effects"),
    "kpi": noop("KPIs of ISO 22400-2"),
    "status": noop("Where a figure is from"),
    "site": noop("The site"),
}
"""Groups of the glossary."""

CHANGES = {
    "table": noop("%(count)s new versions of tables"),
    "assessment": noop("%(count)s assessments submitted"),
    "plan": noop("%(count)s plans made"),
    "milestone": noop("%(count)s milestones passed"),
    "run": noop("%(count)s runs"),
    "evaluation": noop("%(count)s effects evaluated"),
    "comment": noop("%(count)s comments"),
}
"""What is new since somebody was here, by kind."""

UNITS = {
    "min": noop("min"),
    "h": noop("h"),
    "s": noop("s"),
    "d": noop("days"),
    "CNY": noop("CNY"),
    "a": noop("a"),
    "deg": "°",
}


def language() -> str:
    return "en" if (translation.get_language() or "zh").startswith("en") else "zh"


def say(words: Any) -> str:
    """Returns a content text (`Text` or `{"zh", "en"}`) in the reader's language; a plain string stays."""
    if words is None:
        return ""
    if isinstance(words, (Text, Mapping)):
        return pick(words, language())
    return str(words)


def listed(words: Iterable[Any]) -> str:
    """Returns several words in one line, parted as the reader's language parts them."""
    return ("、" if language() == "zh" else ", ").join(str(one) for one in words)


def in_readers_language(words: str) -> str:
    """Returns a source in the reader's language if it is in both (`图景设定 · Tujing's choice`), else as it is."""
    chinese, _dot, english = words.partition(" · ")
    if not (CHINESE.search(chinese) and ENGLISH.search(english)) or CHINESE.search(english):
        return words
    return chinese if language() == "zh" else english


def label(code: Any) -> str:
    """Returns the wording of an enumerated code (stage, role, status, wing …); one that nobody worded stays."""
    from tujing.atlas.labels import labels

    code = str(code)
    if code in LABELS:
        return gettext(LABELS[code])
    known = labels().wings.get(code) or labels().values.get(code)
    return say(known) if known else code


def result_label(code: Any, scenario: str) -> str:
    """Returns the wording of a result's table, column or code: the scenario's own, the house's, or an element's."""
    from tujing.atlas.loader import atlas

    code = str(code)
    card = atlas().cards.get(scenario)
    if card is not None and code in card.words:
        return say(card.words[code])
    worded = label(code)
    if worded != code or card is None:
        return worded
    reads = (need.element for need in (*card.manifest.data_elements.writes, *card.manifest.data_elements.reads))
    return next((name for one in reads if (name := column_name(code, one)) != code), code)


def term_group(group: str) -> str:
    return gettext(TERM_GROUPS[group])


def term_name(term: str) -> str:
    from tujing.web.glossary import glossary

    return say(glossary()[term].name)


def change_words(kind: str, count: int) -> str:
    return gettext(CHANGES[kind]) % {"count": count}


def department_name(code: str) -> str:
    """Returns the wording of a department of the planning; another one is as the company wrote it."""
    from tujing.planning.departments import departments

    known = departments().departments.get(code)
    return say(known.label) if known else code


def department_code(words: str) -> str:
    """Returns the department of the planning that is called so, in any language; another one stays as it is written."""
    from tujing.planning.departments import departments

    known = {name: code for code, one in departments().departments.items() for name in (one.label.zh, one.label.en)}
    return known.get(words, words)


def work_name(job: Any) -> Text:
    """What a job does, as people call it."""
    from tujing.atlas.loader import atlas

    known = atlas().manifests.get(job.payload.get("scenario", ""))
    if known:
        return Text(zh=f"「{known.name.zh}」的运行", en=f"The run of “{known.name.en}”")
    return JOBS.get(job.kind, Text(zh="后台任务", en="The background job"))


def found_kind(group: str) -> str:
    return gettext(FOUND[group])


def unit(code: str) -> str:
    """Returns a unit's wording; a quotient is spelled part by part in Chinese only, and a plain number has none."""
    if code == "1":
        return ""
    if "/" in code and language() == "en":
        return code
    return "/".join(gettext(UNITS[part]) if UNITS.get(part) else part for part in code.split("/"))


def money(yuan: float | Decimal | None) -> str:
    """Yuan as 123.4 万元 or 1.23 亿元; in English as CNY 1.23 million."""
    if yuan is None:
        return "–"
    amount = float(yuan)
    size = abs(amount)
    if language() == "zh":
        if size >= 1e8:
            return f"{amount / 1e8:,.2f} 亿元"
        if size >= 1e4:
            return f"{amount / 1e4:,.1f} 万元"
        return f"{amount:,.0f} 元"
    if size >= 1e6:
        return f"CNY {amount / 1e6:,.2f} million"
    return f"CNY {amount:,.0f}"


def cell_money(yuan: float) -> str:
    """As `money`, for a narrow cell whose row names the currency."""
    return money(yuan) if language() == "zh" else f"{float(yuan):,.0f}"


def figure(value: Any) -> str:
    """A number with as many digits as it can bear: 12,345 · 123.4 · 0.0123."""
    if value is None:
        return "–"
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool):
        return str(value)
    number = float(value)
    if number != number:
        return "–"
    if abs(number - round(number)) < 1e-9 or abs(number) >= 1000:
        return f"{number:,.0f}"
    if abs(number) >= 100:
        return f"{number:,.1f}"
    if abs(number) >= 1:
        return f"{number:,.2f}".rstrip("0").rstrip(".")
    return f"{number:.3g}"


def cell(value: Any) -> str:
    """A cell of a table: blank for nothing, moments to the minute, figures with all their digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def enum_word(column: Any, value: Any) -> str:
    """A cell in the reader's words: in Chinese the usual word for a coded value."""
    known = column.enum_words.get(value) if column.enum and language() == "zh" else None
    return known[0] if known else cell(value)


def column_type(code: str) -> str:
    """Returns the wording of a column's type."""
    from tujing.dataspace.template import TYPES

    return say(TYPES[code]) if code in TYPES else code


def measured(value: float | None, code: str) -> str:
    """A figure with its unit; a share as per cent."""
    if code == "1":
        return percent(value, 1)
    return f"{figure(value)} {unit(code)}".strip()


def percent(share: float | None, digits: int = 0) -> str:
    return "–" if share is None else f"{float(share) * 100:.{digits}f}%"


def kind_name(kind: str) -> str:
    """Returns what the audit trail's kind of object is called; its own name when nobody named it."""
    from tujing.audit.services import names

    words = names().get(kind)
    return say(words) if words else kind.rpartition(".")[2]


def scenario_name(identity: str) -> str:
    """Returns the scenario's name, or its id when the map no longer has it."""
    from tujing.atlas.loader import atlas

    known = atlas().manifests.get(identity)
    return say(known.name) if known else identity


def element_name(name: str) -> str:
    from tujing.elements.definition import elements

    known = elements().get(name)
    return say(known.label) if known else name


def column_name(name: str, element: str = "") -> str:
    from tujing.elements.definition import elements

    known = elements().get(element)
    return say(known.columns[name].label) if known and name in known.columns else name


def kpi_name(kpi: str, scenario: str) -> str:
    """Returns a KPI's name from its scenario's manifest."""
    from tujing.atlas.loader import atlas

    known = atlas().manifests.get(scenario)
    for one in known.kpis if known else ():
        if one.id == kpi:
            return say(one.name)
    return kpi
