"""What every command shares: an extra that is not installed is one sentence, an amount is read one way."""

import argparse
import sys

import pytest

from tujing.cli import main, output


def without(monkeypatch, *absent):
    """Makes modules look as if they were not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] in absent]:
        monkeypatch.delitem(sys.modules, name)
    for name in absent:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_serving_without_the_web_extra_says_how_to_install_it(monkeypatch, capsys, tmp_path, language):
    without(monkeypatch, "gunicorn")
    assert main.main(["--lang", language, "serve", str(tmp_path / "works"), "--port", "47391"]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1 and 'pip install "tujing[web]"' in told.err and not told.out
    assert not (tmp_path / "works").exists()


@pytest.mark.django_db
def test_the_loop_without_the_reports_extra_says_so_before_it_takes_a_step(monkeypatch, capsys, tmp_path, organisation):
    from tujing.adoption.models import Cycle

    without(monkeypatch, "docx")
    for name in [name for name in sys.modules if name.startswith(("tujing.iteration.report", "tujing.reports"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(output, "open_workspace", lambda folder: organisation)
    assert main.main(["loop", str(tmp_path)]) == 2
    assert 'pip install "tujing[reports]"' in capsys.readouterr().err
    assert not Cycle.objects.exists()


def test_a_module_that_no_extra_brings_is_a_fault_and_not_hidden(monkeypatch, tmp_path):
    monkeypatch.setattr(main, "EXTRAS", {})
    without(monkeypatch, "gunicorn")
    with pytest.raises(ModuleNotFoundError):
        main.main(["serve", str(tmp_path / "works"), "--port", "47391"])


@pytest.mark.parametrize("text", ["1500000", "1,500,000", "1，500，000"])
def test_an_amount_may_have_its_thousands_set_off(text):
    assert output.yuan(text) == 1_500_000


def test_what_is_no_amount_is_refused():
    with pytest.raises(argparse.ArgumentTypeError):
        output.yuan("a lot")


@pytest.mark.parametrize("command", ["plan", "loop", "iterate"])
def test_every_command_reads_a_budget_the_same_way(command):
    assert main.parser().parse_args([command, "anywhere", "--budget", "1,500,000"]).budget == 1_500_000


@pytest.mark.parametrize("rounds", ["0", "-1", "10"])
def test_a_number_of_rounds_out_of_reach_is_refused_before_anything_is_opened(capsys, tmp_path, rounds):
    assert main.main(["loop", str(tmp_path / "nowhere"), "--rounds", rounds]) == 2
    assert rounds in capsys.readouterr().err
