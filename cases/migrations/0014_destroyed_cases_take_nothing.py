"""Puts the guards of retention and of the facts of cases in their present form: on SQLite a trigger is not replaced in place."""

from django.db import migrations

from cases import disposalguards, guards


def install(apps, schema_editor):
    remove(apps, schema_editor)
    for module in (guards, disposalguards):
        module.install_guards(schema_editor.connection)


def remove(apps, schema_editor):
    for module in (guards, disposalguards):
        module.remove_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_destroyed_cases"), ("tracker", "0011_document_scans")]
    operations = [migrations.RunPython(install, remove)]
