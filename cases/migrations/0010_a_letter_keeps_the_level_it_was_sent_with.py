from django.db import migrations, models

from cases.disposalguards import install_guards


def install(apps, schema_editor):
    """On SQLite the table of documents was made anew, without the guards that stood on it."""
    install_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_retention'),
        ('tracker', '0010_papers_inherit_their_mark'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='sent_as',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Ordinary'), (1, 'Internal'), (2, 'Restricted'), (3, 'Sealed (named persons only)')], editable=False, null=True, verbose_name='secrecy when it was sent'),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
