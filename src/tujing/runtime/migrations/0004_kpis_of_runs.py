"""Each run's KPIs get a column of their own, so that lists need not read whole documents."""

from django.db import migrations, models


def fill(apps, schema_editor):
    Run = apps.get_model("runtime", "Run")
    for run in Run.objects.only("pk", "document").iterator(chunk_size=20):
        Run.objects.filter(pk=run.pk).update(kpis=run.document.get("kpis", {}))


class Migration(migrations.Migration):
    dependencies = [("runtime", "0003_uses")]

    operations = [
        migrations.AddField("run", "kpis", models.JSONField(default=dict)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
