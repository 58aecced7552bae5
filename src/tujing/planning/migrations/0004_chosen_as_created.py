"""Plans of before: each held when it was made, and its large parts stand apart."""

from django.db import migrations
from django.db.models import F

APART = ("pareto", "robustness", "limits")


def move(apps, schema_editor):
    plans, parts = apps.get_model("planning", "Plan"), apps.get_model("planning", "PlanPart")
    plans.objects.update(chosen=F("created"))
    for plan in plans.objects.only("pk", "organisation_id", "result").iterator():
        found = {kind: plan.result.pop(kind) for kind in APART if kind in plan.result}
        if found:
            parts.objects.bulk_create(
                parts(plan=plan, organisation_id=plan.organisation_id, kind=kind, content=content)
                for kind, content in found.items()
            )
            plan.save(update_fields=["result"])


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_variants_parts_responses")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
