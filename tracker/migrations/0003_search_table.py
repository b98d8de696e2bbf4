"""Creates SQLite's table of search tokens."""

from django.db import migrations

from tracker.search import install, remove


class Migration(migrations.Migration):
    dependencies = [("tracker", "0002_history_guards")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: install(schema_editor.connection),
            lambda apps, schema_editor: remove(schema_editor.connection),
        )
    ]
