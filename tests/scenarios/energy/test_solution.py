"""The whole scenario: the shipped folder, the text format, the outcome's tables and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.scenarios.energy.cases import week_values

import tujing.scenarios.production.energy as package
from tujing.problems import BadInput
from tujing.runtime.conformance import check
from tujing.runtime.contract import Budget, Data
from tujing.scenarios.production.energy.solution import Energy
from tujing.scenarios.production.energy.text_formats import SteelEnergyCsv

SCENARIO = "production/energy"
FOLDER = Path(package.__path__[0])
LOADS = [{"name": "furnace", "power_kw": 20, "hours": 3, "usual": 9, "earliest": 6, "latest": 20}]
QUICK = Budget(seconds=2, workers=1)


def write(path: Path, days: int, first: datetime = datetime(2018, 1, 1), own_date: bool = True, seed: int = 0) -> Path:
    """Hourly rows in the columns of the UCI set; midnight bears the date of the day that it closes."""
    lines = ["date,Usage_kWh,CO2(tCO2),NSM"]
    for day, row in enumerate(week_values(days, seed=seed)):
        for hour, value in enumerate(row, start=1):
            end = first + timedelta(days=day, hours=hour)
            if hour == 24 and own_date:
                end -= timedelta(days=1)
            lines.append(f"{end:%Y-%m-%d %H:%M},{value:.3f},0.0,{hour % 24 * 3600}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_folder_keeps_every_rule():
    report = check(FOLDER)
    assert report.failed == []
    assert report.tier == "platinum"


@pytest.mark.parametrize("own_date", [True, False])
def test_midnight_closes_its_day_under_either_rule(tmp_path, own_date):
    load = SteelEnergyCsv().read({"input": write(tmp_path / "meter.csv", 20, own_date=own_date)}).loads[0]
    assert (load.days, load.per_day, load.first_day.isoformat()) == (20, 24, "2018-01-01")
    assert load.values == pytest.approx(week_values(20), abs=1e-3)
    assert load.stamp(0, 23) == datetime(2018, 1, 1 if own_date else 2)


def test_train_and_test_give_every_day_of_test(tmp_path):
    # Between the holidays of the format's country: this plant keeps none.
    inputs = {
        "train": write(tmp_path / "a.csv", 35, datetime(2018, 3, 5)),
        "test": write(tmp_path / "b.csv", 14, datetime(2018, 4, 9), seed=1),
    }
    form = SteelEnergyCsv()
    assert all(form.matches(path) for path in inputs.values())
    parameters = {"loads": LOADS, "battery_kwh": 50, "battery_kw": 25}
    outcome = Energy(SCENARIO).run(Data(instance=form.read(inputs), hash="x"), parameters, QUICK).outcome
    table = outcome.tables["forecast"]
    assert table.column_names[:5] == ["time", "actual", "forecast", "lower", "upper"]
    assert table.num_rows == 14 * 24
    assert table["start"][0].as_py() == datetime(2018, 4, 9)
    assert table["time"][0].as_py() == datetime(2018, 4, 9, 1)
    assert outcome.status == "optimal"
    kpis = outcome.kpis
    errors = outcome.tables["forecast_error"].to_pylist()[0]
    assert errors["wape"] < min(errors["wape_last_week"], errors["wape_yesterday"])
    assert kpis["load_forecast_error"].value == pytest.approx(errors["wape"])
    assert kpis["dispatch_cost"].value < kpis["dispatch_cost"].baseline
    assert outcome.writes["energy_plan"].num_rows == 24
    assert outcome.tables["movable_loads"].num_rows == 1


def test_the_baseline_year_does_not_reach_into_test(tmp_path):
    inputs = {
        "train": write(tmp_path / "a.csv", 35),
        "test": write(tmp_path / "b.csv", 14, datetime(2018, 2, 5)),
    }
    data = Data(instance=SteelEnergyCsv().read(inputs), hash="x")
    row = Energy(SCENARIO).run(data, {}, QUICK).outcome.tables["verification"].to_pylist()[0]
    assert (row["baseline_days"], row["reporting_days"]) == (35, 14)


def test_a_test_file_that_does_not_follow_is_refused(tmp_path):
    inputs = {"train": write(tmp_path / "a.csv", 20), "test": write(tmp_path / "b.csv", 20)}
    with pytest.raises(BadInput, match="should follow train"):
        SteelEnergyCsv().read(inputs)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"tariff": "nowhere"}, "unknown_tariff"),
        ({"tariff": "flat_capacity"}, "no_capacity"),
        ({"country": "XX"}, "unknown_country"),
        ({"battery_kwh": 10}, "value_error"),
        ({"loads": [{**LOADS[0], "latest": 7}]}, "value_error"),
        ({"grid_limit_kw": 1}, "no_plan"),
    ],
)
def test_parameters_that_cannot_be_are_refused(tmp_path, parameters, code):
    data = Data(instance=SteelEnergyCsv().read({"input": write(tmp_path / "a.csv", 20)}), hash="x")
    with pytest.raises(BadInput) as caught:
        Energy(SCENARIO).run(data, parameters, QUICK)
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("content", ["", "date,Usage_kWh\n", "date,Usage_kWh\n2018-01-01 00:15,1\n2018-01-01 00:15\n"])
def test_hostile_text_is_refused_with_a_sentence(tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput):
        SteelEnergyCsv().read({"input": path})


def test_a_gbk_file_is_read(tmp_path):
    path = write(tmp_path / "a.csv", 20)
    path.write_bytes(path.read_text().replace("NSM", "秒").encode("gb18030"))
    assert SteelEnergyCsv().read({"input": path}).loads[0].days == 20


def test_the_public_set_is_read_as_published(shared_data):
    path = shared_data / "steel_energy" / "steel_industry_energy_2018-01_to_2018-08.csv.gz"
    if not path.is_file():
        pytest.skip("the steel set is not among the public data at hand")
    site = SteelEnergyCsv().read({"input": path})
    load = site.loads[0]
    assert load.values.shape == (243, 96)
    assert site.warnings == ()
    assert load.values[0, :2] == pytest.approx([3.17, 4.0])
    assert load.values[0, -1] == pytest.approx(3.42)
