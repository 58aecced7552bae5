"""From the plan, the diagnosis and the map to the blueprint's model. Pure: the same input gives the same model."""

from __future__ import annotations

from tujing.blueprint.architecture import add_architecture
from tujing.blueprint.given import Given
from tujing.blueprint.model import Builder, Model
from tujing.blueprint.motivation import add_drivers, add_goals
from tujing.blueprint.requirements import add_requirements
from tujing.blueprint.work import add_work


def build(given: Given) -> Model:
    """Returns the model of a plan: every element with where it comes from, every chosen step tied in."""
    builder = Builder()
    add_goals(builder, given)
    goals = {goal.id for goal in builder.elements("goal")}
    add_drivers(builder, given, goals)
    add_requirements(builder, given, goals)
    add_architecture(builder, given)
    add_work(builder, given)
    return builder.model()
