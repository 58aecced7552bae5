import django.db.models.deletion
from django.db import migrations, models

GATES = {"data_ready": "data", "run_green": "run", "output_present": "acceptance", "beats_today": "close"}


def give_levels(apps, _schema):
    """A milestone made before belongs to the level that its adoption was working towards, or has reached."""
    for milestone in apps.get_model("delivery", "Milestone").objects.select_related("adoption"):
        adoption = milestone.adoption
        is_under_way = adoption.stage in ("candidate", "planned", "implementing")
        milestone.level = max(adoption.level_today + (1 if is_under_way else 0), 1)
        milestone.gate = GATES.get(milestone.kind, "")
        milestone.save(update_fields=["level", "gate"])


class Migration(migrations.Migration):
    dependencies = [
        ("adoption", "0001_initial"),
        ("delivery", "0001_initial"),
        ("enterprise", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120)),
                ("scope", models.TextField(blank=True)),
                ("task", models.CharField(max_length=12)),
                ("cost", models.FloatField(default=0.0)),
                ("days", models.IntegerField(default=0)),
                ("reason", models.TextField()),
                ("requested", models.DateField()),
                ("requested_by", models.CharField(max_length=80)),
                ("decision", models.CharField(default="open", max_length=8)),
                ("decided", models.DateField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decision_reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["requested", "id"],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60)),
                ("provider", models.CharField(max_length=120)),
                ("amount", models.FloatField()),
                ("signed", models.DateField()),
            ],
            options={
                "ordering": ["signed", "number"],
            },
        ),
        migrations.CreateModel(
            name="CostRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("amount", models.FloatField()),
                ("reference", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Deliverable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("gate", models.CharField(max_length=12)),
                ("due", models.DateField()),
                ("payment", models.FloatField(default=0.0)),
                ("paid", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["contract_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["-checked", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LevelProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("option", models.CharField(default="buy", max_length=12)),
                ("department", models.CharField(blank=True, max_length=60)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("baseline_start", models.DateField()),
                ("baseline_end", models.DateField()),
                ("budget", models.FloatField(default=0.0)),
                ("person_days", models.FloatField(default=0.0)),
                ("closed", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ["start", "adoption_id", "level"],
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("kind", models.CharField(max_length=12)),
                ("severity", models.CharField(max_length=6)),
                ("finding", models.TextField()),
                ("action", models.TextField(blank=True)),
                ("person", models.CharField(max_length=80)),
                ("due", models.DateField(blank=True, null=True)),
                ("closed", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ProgressRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("share", models.FloatField()),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ProjectTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("number", models.CharField(max_length=12)),
                ("code", models.CharField(blank=True, max_length=30)),
                ("phase", models.CharField(max_length=12)),
                ("name", models.JSONField()),
                ("role", models.CharField(max_length=20)),
                ("cost_class", models.CharField(max_length=12)),
                ("gate", models.CharField(blank=True, max_length=12)),
                ("needs", models.JSONField(default=list)),
                ("start", models.DateField()),
                ("end", models.DateField()),
                ("baseline_start", models.DateField(blank=True, null=True)),
                ("baseline_end", models.DateField(blank=True, null=True)),
                ("baseline_cost", models.FloatField(default=0.0)),
                ("cost", models.FloatField(default=0.0)),
                ("person_days", models.FloatField(default=0.0)),
                ("raci", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["project_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="RightsAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=14)),
                ("note", models.TextField(blank=True)),
                ("person", models.CharField(max_length=80)),
                ("on", models.DateField()),
            ],
            options={
                "ordering": ["item"],
            },
        ),
        migrations.CreateModel(
            name="RoleHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=20)),
                ("person", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["role", "id"],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=80)),
                ("reason", models.TextField()),
                ("granted", models.DateField()),
                ("until", models.DateField()),
            ],
            options={
                "ordering": ["-granted", "-id"],
            },
        ),
        migrations.AlterModelOptions(
            name="milestone",
            options={"ordering": ["adoption_id", "level", "position"]},
        ),
        migrations.RemoveConstraint(
            model_name="milestone",
            name="milestone_position_once",
        ),
        migrations.AddField(
            model_name="milestone",
            name="criterion",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="milestone",
            name="gate",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="milestone",
            name="level",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("adoption", "level", "position"), name="milestone_position_once"
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="change_requests",
                to="enterprise.organisation",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="costrecord",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cost_records", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliverables", to="delivery.contract"
            ),
        ),
        migrations.AddField(
            model_name="deliverable",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliverables", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="milestone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="kept", to="delivery.milestone"
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="levelproject",
            name="adoption",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="level_projects", to="adoption.adoption"
            ),
        ),
        migrations.AddField(
            model_name="levelproject",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="level_projects", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="delivery.levelproject"
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="delivery.levelproject"
            ),
        ),
        migrations.AddField(
            model_name="logentry",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="log_entries", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="logentry",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="log", to="delivery.levelproject"
            ),
        ),
        migrations.AddField(
            model_name="progressrecord",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="progress_records",
                to="enterprise.organisation",
            ),
        ),
        migrations.AddField(
            model_name="projecttask",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="project_tasks", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="projecttask",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tasks", to="delivery.levelproject"
            ),
        ),
        migrations.AddField(
            model_name="progressrecord",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="progress", to="delivery.projecttask"
            ),
        ),
        migrations.AddField(
            model_name="costrecord",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="costs", to="delivery.projecttask"
            ),
        ),
        migrations.AddField(
            model_name="rightsanswer",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rights_answers", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="rightsanswer",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="delivery.levelproject"
            ),
        ),
        migrations.AddField(
            model_name="roleholder",
            name="membership",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="enterprise.membership",
            ),
        ),
        migrations.AddField(
            model_name="roleholder",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="role_holders", to="enterprise.organisation"
            ),
        ),
        migrations.AddField(
            model_name="roleholder",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="role_holders",
                to="delivery.levelproject",
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="milestone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="waivers", to="delivery.milestone"
            ),
        ),
        migrations.AddField(
            model_name="waiver",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="waivers", to="enterprise.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="levelproject",
            constraint=models.UniqueConstraint(fields=("adoption", "level"), name="project_level_once"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(fields=("organisation", "number"), name="contract_number_once"),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.UniqueConstraint(fields=("project", "title"), name="change_title_once"),
        ),
        migrations.AddConstraint(
            model_name="projecttask",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="task_number_once"),
        ),
        migrations.AddConstraint(
            model_name="progressrecord",
            constraint=models.UniqueConstraint(fields=("task", "on"), name="progress_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="costrecord",
            constraint=models.UniqueConstraint(fields=("task", "on", "reference"), name="cost_once"),
        ),
        migrations.AddConstraint(
            model_name="rightsanswer",
            constraint=models.UniqueConstraint(fields=("project", "item"), name="rights_item_once"),
        ),
        migrations.RunPython(give_levels, migrations.RunPython.noop),
    ]
