"""One approval for each report, remarks that stay as they were signed, failures by code, and the rights of kept files."""

from django.db import migrations, models

from reports.guards import install_guards

FAILURES = [
    ("not_allowed", "Your role does not export this any more."),
    ("worker_died", "Its worker died each time it was begun."),
    ("not_loaded", "What this report stands on has not been loaded yet."),
    ("too_many_rows", "It has more rows than a sheet takes: narrow it down, or take CSV."),
    ("too_long", "It is too long for a PDF: narrow it down."),
    ("broken", "It could not be made. Whoever runs the server finds the reason in its log."),
]


def say_failures_by_code(apps, schema_editor):
    """What went wrong was kept as a sentence of any sort; of what sort it was is not known any more."""
    apps.get_model("reports", "Job").objects.exclude(error="").update(error="broken")


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_signed_stays")]
    operations = [
        migrations.AddField(
            model_name="job",
            name="rights",
            field=models.JSONField(default=dict, editable=False, verbose_name="rights it was made with"),
        ),
        migrations.AddField(
            model_name="digestsent",
            name="rights",
            field=models.JSONField(default=dict, editable=False, verbose_name="rights it was made with"),
        ),
        migrations.AlterField(
            model_name="job",
            name="error",
            field=models.CharField(
                blank=True, choices=FAILURES, max_length=500, verbose_name="what went wrong"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "approve")), fields=("report",), name="a_report_is_approved_once"
            ),
        ),
        migrations.RunPython(say_failures_by_code, migrations.RunPython.noop),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
