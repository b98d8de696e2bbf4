"""Partial dates in the database, on a model that lives only here."""

from datetime import date

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from tracker.modelfields import EdgeDateField, PartialDateField
from tracker.partialdate import PartialDate

JUNE = PartialDate(2024, 6)
BOUND = PartialDate(2023, not_later_than=date(2023, 8, 30))

with isolate_apps("tracker"):

    class Fact(models.Model):
        happened = PartialDateField()
        happened_first = EdgeDateField(of="happened", edge="first")
        happened_last = EdgeDateField(of="happened", edge="last")

        class Meta:
            app_label = "tracker"


@pytest.fixture
def facts(db):
    """The table, made inside the test's own transaction; the schema editor refuses that on SQLite."""
    columns = [
        f"{field.column} {field.db_type(connection)}"
        + (f" PRIMARY KEY {field.db_type_suffix(connection)}" if field.primary_key else "")
        for field in Fact._meta.local_concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {Fact._meta.db_table} ({', '.join(columns)})")
    return Fact._base_manager


def edges(fact):
    return (fact.happened, fact.happened_first, fact.happened_last)


def test_a_saved_date_comes_back_with_its_precision_and_its_edges(facts):
    facts.create(happened=JUNE)
    assert edges(facts.get()) == (JUNE, date(2024, 6, 1), date(2024, 6, 30))


def test_a_date_is_unknown_until_something_is_known(facts):
    facts.create()
    assert edges(facts.get()) == (PartialDate(), None, None)


def test_rows_made_in_bulk_have_their_edges_too(facts):
    facts.bulk_create([Fact(happened=BOUND), Fact(happened=PartialDate(not_later_than=date(2020, 1, 1)))])
    assert [edges(fact) for fact in facts.order_by("happened_last")] == [
        (PartialDate(not_later_than=date(2020, 1, 1)), None, date(2020, 1, 1)),
        (BOUND, date(2023, 1, 1), date(2023, 8, 30)),
    ]


def test_changing_the_date_moves_the_edges(facts):
    fact = facts.create(happened=JUNE)
    fact.happened = PartialDate(2025)
    fact.save()
    assert edges(facts.get()) == (PartialDate(2025), date(2025, 1, 1), date(2025, 12, 31))


def test_text_or_a_day_given_to_the_field_is_a_partial_date_once_saved(facts):
    written = [facts.create(happened=given) for given in ("2024-06", date(2024, 6, 30), "")]
    assert [fact.happened for fact in written] == [JUNE, PartialDate(2024, 6, 30), PartialDate()]


def test_rows_are_found_by_the_date_as_known(facts):
    facts.create(happened=JUNE)
    facts.create(happened=PartialDate(2024, 6, 30))
    assert [facts.filter(happened=given).count() for given in (JUNE, "2024-06-30", date(2024, 6, 1))] == [
        1,
        1,
        0,
    ]


def test_values_lists_give_partial_dates(facts):
    facts.create(happened=BOUND)
    assert list(facts.values_list("happened", flat=True)) == [BOUND]


def test_serialised_rows_carry_the_canonical_text():
    (row,) = serializers.serialize("python", [Fact(happened=BOUND)])
    assert row["fields"]["happened"] == "2023≤2023-08-30"


@pytest.mark.parametrize("wrong", ["June 2024", "2024-13", "2024-06-30≤2024-12-31", 2024])
def test_what_is_no_date_is_a_validation_error(wrong):
    with pytest.raises(ValidationError) as refusal:
        Fact(happened=wrong).clean_fields()
    assert refusal.value.error_dict["happened"][0].code == "invalid"


def test_a_field_that_must_be_filled_refuses_the_unknown_and_takes_a_bound():
    field = PartialDateField()
    assert field.clean("≤2024-12-31", None) == PartialDate(not_later_than=date(2024, 12, 31))
    with pytest.raises(ValidationError) as refusal:
        field.clean("", None)
    assert refusal.value.code == "blank"
    assert PartialDateField(blank=True).clean("", None) == PartialDate()


def test_migrations_can_write_both_fields():
    assert [
        MigrationWriter.serialize(Fact._meta.get_field(name))[0] for name in ("happened", "happened_last")
    ] == [
        "tracker.modelfields.PartialDateField()",
        "tracker.modelfields.EdgeDateField(edge='last', of='happened')",
    ]


@isolate_apps("tracker")
def test_the_system_check_names_a_field_that_is_declared_wrongly():
    class Wrong(models.Model):
        happened = PartialDateField(null=True)
        middle = EdgeDateField(of="happened", edge="middle")
        lost = EdgeDateField(of="nowhere", edge="first")

        class Meta:
            app_label = "tracker"

    assert [error.id for error in Wrong.check() if error.id.startswith("tracker.")] == [
        "tracker.E101",
        "tracker.E102",
        "tracker.E103",
    ]
