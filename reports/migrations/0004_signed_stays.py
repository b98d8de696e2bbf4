"""Keeps what was signed from being removed too, and versions of the weights that were decided as they are."""

from django.db import migrations

from reports.guards import install_guards


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_guards")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
