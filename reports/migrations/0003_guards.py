"""Keeps approved reports and their decisions as they are, in the database itself."""

from django.db import migrations

from reports.guards import install_guards, remove_guards


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_supervision")]
    operations = [migrations.RunPython(install, remove)]
