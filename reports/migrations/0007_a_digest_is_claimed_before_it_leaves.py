from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0006_a_printed_total_says_why'),
    ]

    operations = [
        migrations.AddField(
            model_name='digestsent',
            name='leaving_since',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='claimed by a sender'),
        ),
    ]
