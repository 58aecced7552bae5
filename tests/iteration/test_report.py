"""The Word report opens, holds every chapter in either language, and survives hostile or missing parts."""

import re
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from PIL import Image

from tujing.iteration.report import write_report
from tujing.problems import BadInput
from tujing.reports import drawings

HOSTILE = '<&>" \x00\x07\x1b]]> 厂 \ud800'
CHAPTERS = {
    "zh": [
        "一页摘要",
        "企业画像与转型路径",
        "水平诊断",
        "数据就绪度",
        "转型规划",
        "实施与验收",
        "成效评估",
        "下一轮",
        "口径与出处",
    ],
    "en": [
        "Summary on one page",
        "The enterprise and its track",
        "Digital level",
        "Readiness of the data",
        "The plan",
        "Implementation and acceptance",
        "Measured effects",
        "The next cycle",
        "Where the figures come from",
    ],
}


def both(words):
    return {"zh": words, "en": words}


def a_plan(words="x"):
    quarters = [date(2027, 1, 1), date(2027, 4, 1)]
    return {
        "status": "optimal",
        "npv": {"expected": 5e5, "p10": -1e5, "p50": 5e5, "p90": 9e5},
        "risk": {
            "draws": 1000,
            "loss_probability": 0.12,
            "payback_quarters": None,
            "histogram": {"edges": [-2e5, 0.0, 5e5, 1e6], "counts": [10, 50, 40]},
        },
        "investment": 1.2e6,
        "projects": [
            {
                "scenario": "production/scheduling",
                "name": both(words),
                "level": 3,
                "start": "2027-01-01",
                "end": "2027-06-30",
                "cost": 1.2e6,
                "npv": 5e5,
                "why": both(words),
            }
        ],
        "rejected": [{"scenario": "gone", "name": both(words), "level": 4, "why_not": both(words)}],
        "budget": [
            {
                "start": day.isoformat(),
                "budget": 6e5,
                "spent": 6e5,
                "left": 0.0,
                "person_days": 3.0,
                "person_days_at_hand": 60.0,
                "under_way": 1,
            }
            for day in quarters
        ],
        "tornado": [{"label": both(words), "low": 1e5, "high": 9e5}],
        "parameters": {"size": "small", "assumptions": {"discount_rate": 0.1, "ramp_up": [0.25, 1.0]}},
    }


def a_document(words="x"):
    effect = {"relative": -0.288, "low": -0.375, "high": -0.188}
    belief = {"mean": -0.02, "standard_deviation": 0.004}
    change = {"question": "B1", "label": both(words), "before": both(words), "after": both(words)}
    test = {"name": both(words), "score": 52.0, "score_asked": 60.0, "met": False}
    counted = {"scenarios": 3, "scenarios_asked": 6, "mandatory": 1, "mandatory_asked": 2}
    return {
        "enterprise": {
            "name": both(words),
            "size_label": both(words),
            "above_scale": True,
            "tier_label": both(words),
            "track_label": both(words),
            "clause": "四（三）",
            "reasons": [both(words)],
        },
        "diagnosis": {
            "instrument": {"id": "sme_2024", "version": "2024", "title": both(words)},
            "assessor": "self",
            "submitted": "2026-11-23T10:00:00",
            "score": 52.0,
            "level": 2,
            "level_name": both(words),
            "parts": {"foundation": {"label": both(words), "score": 28.0, "points": 50.0}},
            "indicators": {"B1": {"label": both(words), "score": 4.0, "points": 8.0}},
            "scenarios": {"S05": {"label": both(words), "level": 1, "mandatory": True}},
            "tests": [test | counted],
            "next_level": {
                "level": 3,
                "name": both(words),
                "changes": [change | {"points": 2.0, "effort": 1.0}],
                "score_after": 60.0,
            },
            "claimed_vs_evidenced": {
                "claimed": {"score": 52.0, "level": 2},
                "evidenced": {"score": 42.0, "level": 2},
                "unevidenced": ["B1"],
            },
            "measured": {
                "B1": {"value": 0.4, "option": "a", "claimed": "b", "label": both(words), "formula": both(words)}
            },
        },
        "readiness": [
            {
                "scenario": "production/scheduling",
                "share": 0.71,
                "ready": True,
                "missing": [{"element": "energy_plan", "column": "", "required": False, **both(words)}],
            }
        ],
        "plan": a_plan(words),
        "milestones": [
            {
                "scenario": "production/scheduling",
                "kind": "run_green",
                "due": date(2027, 3, 1),
                "passed": True,
                "facts": {"status": "feasible"},
                "zh": "最近一次运行：feasible。",
                "en": "The latest run is feasible.",
            }
        ],
        "runs": [
            {
                "id": 1,
                "scenario": "production/scheduling",
                "status": "optimal",
                "seconds": 1.0,
                "kpis": {"makespan": {"value": 55, "unit": "min", "baseline": 60}},
                "explanation": both(words),
            }
        ],
        "evaluation": [
            {
                "scenario": "production/scheduling",
                "scope": {"families": [words]},
                "method": "difference_in_differences",
                "verdict": "better",
                "name": both(words),
                "unit": "1",
                "before": 0.09,
                "after": 0.06,
                "counterfactual": 0.094,
                "effect": effect,
                "placebo": None,
                "drivers": [
                    {
                        "driver": "labour_cost",
                        "status": "constructed",
                        "forecast": belief,
                        "measured": belief,
                        "posterior": belief,
                    }
                ],
                "words": both(words),
            }
        ],
        "next_cycle": {
            "number": 2,
            "opened": date(2026, 11, 24),
            "carried_over": [{"scenario": "gone", "stage": "in_use", "level_today": 3, "scope": {}}],
            "beliefs": [{"scenario": "production/scheduling", "level": 3, "driver": "labour_cost", **belief}],
            "plan": a_plan(words),
        },
    }


def written(path):
    docx = Document(str(path))
    cells = [cell.text for table in docx.tables for row in table.rows for cell in row.cells]
    return docx, "\n".join([*(paragraph.text for paragraph in docx.paragraphs), *cells])


def headings(docx):
    return [paragraph.text for paragraph in docx.paragraphs if paragraph.style.name == "Heading 1"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chapter_is_there_in_the_language_asked_for(tmp_path, language):
    docx, text = written(write_report(tmp_path / "deep" / "report.docx", a_document(), language))
    assert headings(docx) == CHAPTERS[language]
    assert ("120.0 万元" in text, "CNY 1,200,000" in text) == (language == "zh", language == "en")
    if language == "en":
        assert not re.findall("[\u4e00-\u9fff]+", re.sub("四（三）|工信厅企业〔2024〕56号", "", text))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_turns_taken_get_a_chapter_with_forecasts_and_lessons(tmp_path, language):
    error = {"count": 1, "mean_error": 0.123, "earlier": [{"cycle": 1, "mean_error": 0.456}]}
    row = {"scenario": "production/scheduling", "level": 3, "driver": "labour_cost", "forecast": None}
    turn = {
        "number": 2,
        "opened": "2026-09-30",
        "closed": "2027-09-30",
        "plan": {"npv": {"p50": 5e6}, "projects": []},
        "forecast_error": error,
        "measured": [{**row, "mean": -0.02, "standard_deviation": 0.01}],
        "lessons": [
            {
                "scenario": "gone",
                "is_pilot": True,
                "action": "scale",
                "label": both(HOSTILE),
                "why": both("x"),
            }
        ],
    }
    empty = {**turn, "number": 1, "plan": None, "forecast_error": None, "measured": [], "lessons": []}
    document = a_document() | {"cycles": [empty, turn]}
    docx, text = written(write_report(tmp_path / "report.docx", document, language))
    assert {"zh": "各轮回顾", "en": "The turns so far"}[language] in headings(docx)
    assert "12.3%" in text and "45.6%" in text and "gone" in text


def test_pictures_are_sane_pngs(tmp_path):
    docx, _ = written(write_report(tmp_path / "report.docx", a_document()))
    images = [part.blob for part in docx.part.package.image_parts]
    assert len(images) >= 6
    for blob in images:
        image = Image.open(BytesIO(blob))
        assert image.format == "PNG" and image.width == 1150 and 60 < image.height < 1600


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_do_no_harm(tmp_path, language):
    docx, text = written(write_report(tmp_path / "report.docx", a_document(HOSTILE), language))
    assert headings(docx) == CHAPTERS[language]
    assert '<&>" ]]> 厂' in text.replace("\u001b", "") and "\x07" not in text


@pytest.mark.parametrize("empty", [None, [], {}])
def test_a_step_that_is_absent_gets_a_sentence(tmp_path, empty):
    docx, text = written(write_report(tmp_path / "report.docx", dict.fromkeys(a_document(), empty)))
    assert headings(docx) == CHAPTERS["zh"]
    for sentence in (
        "还没有提交过评测",
        "还没有规划",
        "还没有立项",
        "本轮没有运行任何场景",
        "还没有开启下一轮",
        "暂无可评估的成效",
    ):
        assert sentence in text


def test_an_infeasible_plan_says_so(tmp_path):
    plan = a_plan() | {"status": "infeasible", "projects": [], "budget": [], "rejected": []}
    _, text = written(write_report(tmp_path / "report.docx", a_document() | {"plan": plan}, "en"))
    assert "No plan fits the given budget" in text


def test_table_heads_repeat_and_rows_stay_whole(tmp_path):
    docx, _ = written(write_report(tmp_path / "report.docx", a_document()))
    tables = [table for table in docx.tables if table.style.name == "Table Grid"]
    assert tables and all("w:tblHeader" in table.rows[0]._tr.xml for table in tables)
    assert all("w:cantSplit" in row._tr.xml for table in tables for row in table.rows)


def test_chinese_has_its_own_font(tmp_path):
    docx, _ = written(write_report(tmp_path / "report.docx", a_document()))
    for name in ("Normal", "Heading 1", "Title", "Caption"):
        assert 'w:eastAsia="Microsoft YaHei"' in docx.styles[name].element.xml


def test_a_milestone_names_the_status_and_not_its_code(tmp_path):
    _, text = written(write_report(tmp_path / "report.docx", a_document()))
    assert "最近一次运行：可行（未证最优）。" in text


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput) as refused:
        write_report(tmp_path / "file" / "report.docx", a_document())
    assert refused.value.problems[0].code == "cannot_write"


def test_a_picture_is_made_without_any_chinese_font():
    svg = drawings.bars([drawings.Bar("换型时间", 3.0, 4.0, "3 级", 2.0)])
    blob = drawings.png(svg, font_paths=(), system_fonts=False)
    assert Image.open(BytesIO(blob)).format == "PNG"


def test_a_flat_or_empty_picture_is_still_a_picture():
    day = date(2027, 1, 1)
    for svg in (
        drawings.columns([0.0], [0.0], ["Q1"], ("a", "b")),
        drawings.intervals([drawings.Interval("a", 0.0, 0.0, 0.0, None)], ("a", "b")),
        drawings.histogram([1.0, 1.0], [0], [("P50", 1.0)], "CNY"),
        drawings.gantt([drawings.Span("a", day, day)], [day, date(2027, 4, 1)], ["Q1"]),
        drawings.bars([]),
    ):
        assert "nan" not in svg and drawings.png(svg).startswith(b"\x89PNG")
