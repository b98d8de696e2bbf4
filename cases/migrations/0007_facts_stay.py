"""Keeps the legal facts of events as they were written, in the database itself."""

from django.db import migrations

from cases.guards import install_guards, remove_guards


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_secrecy"), ("tracker", "0002_history_guards")]
    operations = [migrations.RunPython(install, remove)]
