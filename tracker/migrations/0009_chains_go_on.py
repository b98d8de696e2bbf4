"""Lets a row be added to the history and to the looks only where their chain ends."""

from django.db import migrations

from tracker import audit, looks


def install(apps, schema_editor):
    audit.install_guards(schema_editor.connection)
    looks.install_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0008_sessions")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
