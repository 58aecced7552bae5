"""`tujing iterate DIR`: closes this cycle, opens the next and plans it anew with what was measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tujing.cli import output

if TYPE_CHECKING:
    from tujing.adoption.models import Cycle
    from tujing.enterprise.models import Organisation
    from tujing.planning.models import Plan


def add(commands: Any) -> None:
    parser = commands.add_parser("iterate", help="open the next cycle with what was measured / 迭代优化")
    parser.add_argument("dir", type=Path)
    parser.add_argument(
        "--budget", type=float, help="budget of the next plan in yuan (default: as before) / 预算（元）"
    )
    parser.add_argument("--quarters", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    output.json_option(parser)
    parser.set_defaults(run=_iterate)


def _iterate(args: argparse.Namespace) -> None:
    organisation = output.open_workspace(args.dir)
    from tujing.iteration.services import iterate

    cycle, plan = iterate(organisation, args.budget, args.quarters, args.seed)
    language = output.language()
    words = f"第 {cycle.number} 轮已开启。" if language == "zh" else f"Cycle {cycle.number} is open."
    output.emit(args, {"next_cycle": document(organisation, cycle, plan)}, [words])


def document(organisation: Organisation, cycle: Cycle, plan: Plan) -> dict[str, Any]:
    """The opened cycle as plain JSON: what carried over, what is believed now, the new plan."""
    from tujing.adoption.services import adoptions, beliefs
    from tujing.cli.plan import plan_document

    return {
        "number": cycle.number,
        "opened": cycle.opened,
        "carried_over": [
            {"scenario": row.scenario, "stage": row.stage, "level_today": row.level_today, "scope": row.scope}
            for row in adoptions(organisation, cycle)
        ],
        "beliefs": [
            {
                "scenario": belief.scenario,
                "level": belief.level,
                "driver": belief.driver,
                "mean": belief.mean,
                "standard_deviation": belief.standard_deviation,
                "source": belief.source,
            }
            for belief in beliefs(organisation).values()
        ],
        "plan": plan_document(plan),
    }
