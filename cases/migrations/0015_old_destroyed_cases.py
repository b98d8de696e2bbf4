"""Empties what the destruction of a case empties by now, and did not before cases/0013, of cases that were destroyed till then.

Their subject is the list alone, since pages word it; reasons of access and words of a mark go, and so do rows of imported
files that name them by number. Rows that named them by the partner's reference alone cannot be told any more.
"""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from cases import disposalguards


def empty(apps, schema_editor):
    cases = apps.get_model("cases", "Case").objects.filter(destroyed_at__isnull=False)
    _forget_rows(apps, cases)  # it may take long, so before the tables of cases are locked
    disposalguards.remove_guards(schema_editor.connection)
    lines = apps.get_model("cases", "DisposalLine").objects.filter(plan__carried_out_at__isnull=False)
    line = lines.filter(case=OuterRef("pk")).order_by("pk").annotate(name=_name("plan_id"))
    cases.update(subject=Subquery(line.values("name")[:1]))
    marked = cases.exclude(declassify_when="")
    marked.filter(declassify_on__isnull=False).update(declassify_when="")
    marked.filter(declassify_on=None).update(declassify_when=F("subject"))
    of_access = lines.filter(case=OuterRef("case")).order_by("pk").annotate(name=_name("plan_id"))
    accesses = apps.get_model("cases", "Access").objects.filter(case__in=cases)
    accesses.update(reason=Subquery(of_access.values("name")[:1]))
    disposalguards.install_guards(schema_editor.connection)


def _name(key):
    return Concat(Value("D-"), Cast(key, TextField()), output_field=TextField())


def _forget_rows(apps, cases):
    told = set()
    for number, former, code in cases.values_list("number", "former_number", "partner__code"):
        told |= {("", number)} | ({(code, former)} if former else set())
    if not told:
        return
    batches = apps.get_model("tracker", "ImportBatch").objects.filter(kind="cases").order_by("pk")
    for pk in list(batches.values_list("pk", flat=True)):
        batch = batches.get(pk=pk)
        rows = [row for row in batch.plan.get("rows", ()) if _tells(row) & told]
        for row in rows:
            row |= {"cells": dict.fromkeys(row["cells"], ""), "changes": [], "errors": []}
        if rows:
            batch.save(update_fields=["plan"])


def _tells(row):
    cells = row["cells"]
    numbers = {row["number"], cells.get("number", "")}
    for _column, _code, params in row["errors"]:
        numbers |= {str(params.get("number", "")), *str(params.get("numbers", "")).split("、")}
    return {("", number) for number in numbers if number} or {
        (cells.get("partner_iso2", "").upper(), cells.get("former_number", ""))
    }


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_destroyed_cases_take_nothing")]
    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
