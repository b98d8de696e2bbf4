"""AZ-10: who sees a sealed case is the union of what was granted, said twice: in SQL and by a naive reading of the rows."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from cases.models import Access, Case
from cases.rules import may_see_case
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Substitution, User
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
WORLDS, PEOPLE, CASES = 12, 25, 40
DESKS = ("一科", "二科", "")


def people_of(chance, world):
    roles = [Role.OFFICER] * 6 + [Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR]
    made = []
    for place in range(PEOPLE):
        role = chance.choice(roles)
        ministry = "" if role in (Role.AUDITOR, Role.ADMINISTRATOR) else chance.choice(Ministry.values)
        made.append(
            User(
                username=f"p{world}-{place}",
                name=f"P{place}",
                role=role,
                ministry=ministry,
                desk=chance.choice(DESKS),
                clearance=chance.choice([0, 1, 2, 3, 3, 3]),
                is_active=chance.random() < 0.9,
            )
        )
    return User.objects.bulk_create(made)


def cases_of(chance, world, template, people):
    """Copies of a registered case, at any level, each with an officer."""
    made = []
    for place in range(CASES):
        copy = Case.objects.get(pk=template.pk)
        copy.pk, copy.number, copy._state.adding = None, f"114-密-{world}{place:03d}", True
        copy.secrecy, copy.officer, copy.declassify_when = (
            chance.choice([0, 1, 2, 3, 3, 3]),
            chance.choice(people),
            "示例",
        )
        made.append(copy)
    return Case.objects.bulk_create(made)


def accesses_of(chance, cases, people, now):
    made = []
    for _grant in range(CASES * 2):
        giver = chance.choice(people)
        kind = chance.choice(["named", "named", "emergency"])
        of_a_desk = kind == "named" and chance.random() < 0.3
        whom = (
            {"ministry": chance.choice(Ministry.values), "desk": chance.choice(DESKS[:2])} if of_a_desk else {"person": giver}
        )  # fmt: skip
        given = now - timedelta(days=3)
        made.append(
            Access(
                case=chance.choice(cases),
                kind=kind,
                reason="示例",
                given_by=giver,
                given_at=given,
                ends_at=chance.choice(
                    [now - timedelta(hours=1), now + timedelta(hours=1)] + [None] * (kind == "named")
                ),
                **({"withdrawn_at": now, "withdrawn_by": giver} if chance.random() < 0.2 else {}),
                **whom,
            )
        )
    return Access.objects.bulk_create(made)


def substitutions_of(chance, people, now):
    made = []
    for _absence in range(PEOPLE):
        absent, substitute = chance.sample(people, 2)
        begins = now + timedelta(hours=chance.choice([-5, 5]))
        made.append(
            Substitution(
                person=absent, substitute=substitute, starts_at=begins, ends_at=begins + timedelta(hours=chance.choice([1, 20])),
                made_by=absent, made_at=now, ended_at=now if chance.random() < 0.2 else None,
            )
        )  # fmt: skip
    return Substitution.objects.bulk_create(made)


def naive(reader, case, accesses, substitutions, now):
    """The rule as one would tell it: nobody above the clearance; sealed ones by name, own or of whom one stands in for."""
    if not reader.is_active or reader.role == Role.ADMINISTRATOR or case.secrecy > reader.clearance:
        return False
    if case.secrecy < Secrecy.SEALED:
        return True
    absent = [
        row.person
        for row in substitutions
        if row.substitute == reader and row.starts_at <= now < row.ends_at and row.ended_at is None
    ]
    selves = [reader] + [person for person in absent if person.clearance >= Secrecy.SEALED]
    if case.officer in selves:
        return True
    for row in accesses:
        if row.case_id != case.pk or row.withdrawn_at is not None or (row.ends_at and row.ends_at <= now):
            continue
        if row.kind == "emergency" and row.person == reader:
            return True
        if row.kind == "named" and any(
            row.person == one or (row.desk and (row.ministry, row.desk) == (one.ministry, one.desk))
            for one in selves
        ):
            return True
    return False


def worlds():
    """Random grants to random people, and what each of them is to see by the naive reading."""
    template = case_makers.case(makers.jun())
    now = timezone.now()
    for world in range(WORLDS):
        chance = Random(world)
        people = people_of(chance, world)
        cases = cases_of(chance, world, template, people)
        accesses = accesses_of(chance, cases, people, now)
        substitutions = substitutions_of(chance, people, now)
        mine = Case.objects.filter(
            number__startswith=f"114-密-{world}", number__regex=r"^114-密-\d{4,5}$"
        ).exclude(pk=template.pk)
        mine = mine.filter(pk__in=[case.pk for case in cases])
        for reader in people:
            told = {case.pk for case in cases if naive(reader, case, accesses, substitutions, now)}
            yield reader, cases, mine, told


def test_what_each_sees_is_the_union_of_what_was_granted():
    differences, seen_sealed, asked = [], 0, 0
    for reader, cases, mine, told in worlds():
        found = set(mine.visible_to(reader).values_list("pk", flat=True))
        asked += len(cases)
        sealed = {case.pk for case in cases if case.secrecy == Secrecy.SEALED and case.officer != reader}
        seen_sealed += len(told & sealed)
        if found != told:
            differences.append((reader.username, found ^ told))

    assert differences == []
    assert asked == WORLDS * PEOPLE * CASES  # 12,000 pairs of reader and case
    assert (
        seen_sealed > 100
    )  # the control: much was granted by name, so a rule that grants nothing would differ


def test_the_rule_of_one_case_says_the_same_as_the_list():
    reader_cases = [
        (reader, case, told)
        for reader, cases, _mine, told in worlds()
        if reader.pk % 6 == 0
        for case in cases
    ]

    differing = [
        (reader, case)
        for reader, case, told in reader_cases
        if may_see_case(reader, case) != (case.pk in told)
    ]

    assert len(reader_cases) > 1000
    assert differing == []


def test_readers_who_are_not_cleared_for_sealed_cases_are_asked_nothing_of_names(django_assert_num_queries):
    jun = makers.jun()

    sql = str(Case.objects.visible_to(jun).query)

    assert ("cases_access" in sql, "tracker_substitution" in sql) == (False, False)
