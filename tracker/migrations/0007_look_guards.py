"""Keeps the looks append-only in the database itself."""

from django.db import migrations

from tracker.looks import install_guards, remove_guards


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0006_marks")]
    operations = [migrations.RunPython(install, remove)]
