"""Puts the guards of retention back: on SQLite changes of the tables of documents and letters made them anew, without their triggers."""

from django.db import migrations

from cases.disposalguards import install_guards


def install(apps, schema_editor):
    install_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_a_letter_keeps_the_level_it_was_sent_with"), ("tracker", "0011_document_scans")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
