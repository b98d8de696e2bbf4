"""Cases say when their contents were destroyed; those of lists that were carried out before get that moment."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_those_destroyed_before(apps, schema_editor):
    line = apps.get_model("cases", "DisposalLine").objects.filter(
        case=OuterRef("pk"), plan__carried_out_at__isnull=False
    )
    moment = Subquery(line.order_by("pk").values("plan__carried_out_at")[:1])
    cases = apps.get_model("cases", "Case").objects.filter(disposal_lines__plan__carried_out_at__isnull=False)
    cases.update(destroyed_at=moment)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_retention_gives_no_permission'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='destroyed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='destroyed'),
        ),
        migrations.RunPython(name_those_destroyed_before, migrations.RunPython.noop),
    ]
