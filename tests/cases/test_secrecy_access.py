"""AZ-10: who sees a sealed case is the union of what was granted, said twice: in SQL and by a naive reading of the rows."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from cases.actions.access import let_in
from cases.actions.assignment import assign
from cases.models import Access, Case
from cases.rules import may_see_case
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Substitution, User
from tracker.people.actions import end_person, name_substitute, restore_person
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
WORLDS, PEOPLE, CASES = 12, 25, 40
DESKS = ("一科", "二科", "")


def people_of(chance, world, now):
    last_days = [None] * 3 + [timezone.localdate(now) + timedelta(days=days) for days in (-1, 0, 1)]
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
                ends_on=chance.choice(last_days),
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
    for _absence in range(PEOPLE * 6):
        absent, substitute = chance.sample(people, 2)
        colleagues = [one for one in people if one.ministry == absent.ministry and one != absent]
        if colleagues and chance.random() < 0.7:  # else hardly anybody would stand in for one
            substitute = chance.choice(colleagues)
        begins = now + timedelta(hours=chance.choice([-5, 5]))
        made.append(
            Substitution(
                person=absent, substitute=substitute, starts_at=begins, ends_at=begins + timedelta(hours=chance.choice([1, 20])),
                made_by=absent, made_at=now, ended_at=now if chance.random() < 0.2 else None,
            )
        )  # fmt: skip
    return Substitution.objects.bulk_create(made)


def lasts(row, now):
    """The rule of standing in: while its time runs, for a colleague who has not left, between two who carry cases in one place."""
    if row.ended_at is not None or not row.starts_at <= now < row.ends_at:
        return False
    absent, substitute = row.person, row.substitute
    has_left = not absent.is_active or (
        absent.ends_on is not None and absent.ends_on < timezone.localdate(now)
    )
    carry = [one.role == Role.OFFICER or one.role == Role.SUPERVISOR for one in (absent, substitute)]
    return not has_left and all(carry) and absent.ministry == substitute.ministry


def naive(reader, case, accesses, substitutions, now):
    """The rule as one would tell it: nobody above the clearance; sealed ones by name, own or of whom one stands in for."""
    if not reader.is_active or reader.role == Role.ADMINISTRATOR or case.secrecy > reader.clearance:
        return False
    if case.secrecy < Secrecy.SEALED:
        return True
    absent = [row.person for row in substitutions if row.substitute == reader and lasts(row, now)]
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
    """Random grants to random people, what each is to see by the naive reading, and what of it for somebody absent alone."""
    template = case_makers.case(makers.jun())
    now = timezone.now()
    for world in range(WORLDS):
        chance = Random(world)
        people = people_of(chance, world, now)
        cases = cases_of(chance, world, template, people)
        accesses = accesses_of(chance, cases, people, now)
        substitutions = substitutions_of(chance, people, now)
        mine = Case.objects.filter(
            number__startswith=f"114-密-{world}", number__regex=r"^114-密-\d{4,5}$"
        ).exclude(pk=template.pk)
        mine = mine.filter(pk__in=[case.pk for case in cases])
        for reader in people:
            told = {case.pk for case in cases if naive(reader, case, accesses, substitutions, now)}
            alone = {case.pk for case in cases if naive(reader, case, accesses, [], now)}
            yield reader, cases, mine, told, told - alone


def test_what_each_sees_is_the_union_of_what_was_granted():
    differences, seen_sealed, seen_for_others, asked = [], 0, 0, 0
    for reader, cases, mine, told, for_others in worlds():
        found = set(mine.visible_to(reader).values_list("pk", flat=True))
        asked += len(cases)
        sealed = {case.pk for case in cases if case.secrecy == Secrecy.SEALED and case.officer != reader}
        seen_sealed += len(told & sealed)
        seen_for_others += len(for_others)
        if found != told:
            differences.append((reader.username, found ^ told))

    assert differences == []
    assert asked == WORLDS * PEOPLE * CASES  # 12,000 pairs of reader and case
    # The control: much was granted by name, and some of it to somebody absent, so a rule that grants nothing would differ.
    assert seen_sealed > 100
    assert seen_for_others > 30


def test_the_rule_of_one_case_says_the_same_as_the_list():
    reader_cases = [
        (reader, case, told)
        for reader, cases, _mine, told, _for_others in worlds()
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


# What a substitution rests on, and what becomes of it when that is gone.


def cleared(name, **fields):
    return makers.person(name, **{"ministry": Ministry.JUSTICE, "clearance": Secrecy.SEALED} | fields)


def sees(reader, case):
    return Case.objects.visible_to(reader).filter(pk=case.pk).exists()


def stands_in(substitute, person, **fields):
    """Named by the person, since an hour and for two days."""
    now = timezone.now()
    span = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=2)}
    return name_substitute(by=person, person=person, substitute=substitute, **span, **fields)


YESTERDAY, TOMORROW = -1, 1
GONE = {
    "the substitute works in the other ministry": ("substitute", {"ministry": Ministry.FOREIGN_AFFAIRS}),
    "the substitute works on files no more": ("substitute", {"role": Role.AUDITOR, "ministry": ""}),
    "the substitute is an auditor and kept the ministry": ("substitute", {"role": Role.AUDITOR}),
    "the absent one works in the other ministry": ("absent", {"ministry": Ministry.FOREIGN_AFFAIRS}),
    "the absent one is switched off": ("absent", {"is_active": False}),
    "the absent one is an administrator": ("absent", {"role": Role.ADMINISTRATOR}),
    "the absent one is an auditor": ("absent", {"role": Role.AUDITOR}),
    "the absent one is past the last day": ("absent", {"days": YESTERDAY}),
    "the absent one is not cleared any more": ("absent", {"clearance": Secrecy.RESTRICTED}),
}
LASTING = {
    "the last day is today": ("absent", {"days": 0}),
    "the last day is tomorrow": ("absent", {"days": TOMORROW}),
    "the absent one is a supervisor now": ("absent", {"role": Role.SUPERVISOR}),
    "the absent one has another desk": ("absent", {"desk": "示例科"}),
}


def changed(person, fields):
    """Give the person these; ``days`` from today is the last day."""
    given = dict(fields)
    if "days" in given:
        given["ends_on"] = timezone.localdate() + timedelta(days=given.pop("days"))
    for name, value in given.items():
        setattr(person, name, value)
    person.save(update_fields=list(given))


@pytest.mark.parametrize(
    ("whose", "fields", "lasts"),
    [(*change, False) for change in GONE.values()] + [(*change, True) for change in LASTING.values()],
    ids=[*GONE, *LASTING],
)
def test_a_substitution_ends_with_what_it_was_named_for(client_of, whose, fields, lasts):
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, secrecy=Secrecy.SEALED)
    rao = cleared("rao")
    carried_by_name = case_makers.case(cleared("other"), secrecy=Secrecy.SEALED)
    let_in(by=carried_by_name.officer, case=carried_by_name, person=qiu, reason="示例")
    stands_in(rao, qiu)
    addresses = [case.get_absolute_url() for case in (sealed, carried_by_name)]
    before = [client_of(rao).get(address).status_code for address in addresses]
    changed({"substitute": rao, "absent": qiu}[whose], fields)

    assert before == [200, 200]
    assert [client_of(rao).get(address).status_code for address in addresses] == [200 if lasts else 404] * 2
    assert [sees(rao, sealed), may_see_case(rao, sealed)] == [lasts] * 2


def test_what_a_leaver_carried_is_given_on_by_who_holds_it_and_the_substitution_comes_back_with_the_account():
    qiu = case_makers.sealed_officer()
    sealed = case_makers.case(qiu, secrecy=Secrecy.SEALED)
    rao, root = cleared("rao"), makers.administrator()
    boss = cleared("boss", role=Role.SUPERVISOR)
    let_in(by=qiu, case=sealed, person=boss, reason="示例")
    stands_in(rao, qiu)
    end_person(by=root, person=qiu)
    gone = sees(rao, sealed)
    restore_person(by=root, person=qiu)
    back = sees(rao, sealed)
    end_person(by=root, person=qiu)
    assign(by=boss, case=sealed, officer=rao, reason="示例")

    assert (gone, back, Case.objects.get(pk=sealed.pk).officer) == (False, True, rao)
