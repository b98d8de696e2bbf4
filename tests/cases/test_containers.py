"""SEC-5: a case or agreement is at least as secret as its parts, over random trees; SEC-1 for papers.

More trees: ``TREES=10000 uv run pytest tests/cases/test_containers.py``.
"""

import os
import random
import uuid
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from agreements.actions import StepRefused
from agreements.actions import marks as agreement_marks
from agreements.actions import uploads as agreement_uploads
from agreements.actions.register import edit
from agreements.models import Agreement
from cases.actions import contents, papers
from cases.actions import marks as case_marks
from cases.actions.contents import AMENDED, Amendment, amend_case
from cases.actions.letters import drafting
from cases.actions.marks import ask_lowering, decide_lowering
from cases.letters.sheets import is_intact
from cases.models import Access, Case, Letter
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import drafted, received, sent
from tests.makers import TODAY
from tracker.models import Document, DocumentVersion, Submission
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TREES = int(os.environ.get("TREES", "250"))


def supervisor(name, ministry=Ministry.JUSTICE):
    return makers.person(name, ministry=ministry, role=Role.SUPERVISOR, clearance=Secrecy.SEALED)


def uploaded(by):
    """The key of an upload that waits."""
    key = uuid.uuid4()
    document = Document.objects.create(
        about_model=Submission._meta.label_lower, about_id=str(key), title="示例", created_at=NOW
    )
    DocumentVersion.objects.create(
        document=document, number=1, file=ContentFile(b"", name="x"), name="x", content_type="text/plain", size=0,
        sha256="0" * 64, uploaded_by=by, uploaded_at=NOW,
    )  # fmt: skip
    return key


def amended(by, case, level):
    case.refresh_from_db()
    given = {name: getattr(case, name) for name in AMENDED}
    given |= {"secrecy": level, "declassify_when": "示例", "deadline": None}
    amend_case(by=by, case=case, amendment=Amendment(**given), reason="示例")


def lowered(by, other, case, level):
    decide_lowering(
        by=other, lowering=ask_lowering(by=by, case=case, after=level, reason="示例"), is_granted=True
    )


def known_to(case, officer, person):
    """Let the person see the case also where it is sealed."""
    Access.objects.create(
        case=case, person=person, kind=Access.Kind.NAMED, reason="示例", given_by=officer, given_at=NOW
    )


def violations():
    """Parts that are stricter than every container of theirs, read without the code under test."""
    cases = dict(Case.objects.values_list("pk", "secrecy"))
    files = dict(Agreement.objects.values_list("pk", "secrecy"))
    letters, found = {}, []
    for letter in Letter.objects.prefetch_related("cases"):
        letters[letter.pk] = letter.secrecy
        found += [letter] if letter.secrecy > max(cases[case.pk] for case in letter.cases.all()) else []
    holds = {"cases.case": cases, "agreements.agreement": files, "cases.letter": letters}
    for document in Document.objects.filter(about_model__in=holds):
        if document.secrecy > holds[document.about_model][int(document.about_id)]:
            found.append(document)
    return found


class Tree:
    """A case, an agreement and their parts; random deeds of people who are cleared for everything."""

    def __init__(self, chance):
        self.chance, self.refused = chance, 0
        self.wang, self.chen = supervisor("wang"), supervisor("chen")
        self.lin, self.wu = (supervisor(name, Ministry.FOREIGN_AFFAIRS) for name in ("lin", "wu"))
        self.partner = makers.partner()
        self.plant()

    def plant(self):
        """Another tree."""
        level = self.chance.randrange(3)
        self.case = case_makers.case(self.wang, self.partner, officer=self.wang, secrecy=level)
        known_to(self.case, self.wang, self.chen)
        self.file = makers.agreement(self.lin, title_zh=str(uuid.uuid4()), secrecy=level)

    def grow(self):
        """One deed at a random level, which may be refused."""
        self.case.refresh_from_db(), self.file.refresh_from_db()
        deeds = (self.paper, self.letter, self.amend, self.lower, self.filed, self.edit, self.lower_file)
        try:
            with transaction.atomic():
                self.chance.choice(deeds)(self.chance.randrange(4))
        except StepRefused:
            self.refused += 1

    def paper(self, level):
        papers.file_papers(by=self.wang, key=uploaded(self.wang), case=self.case, secrecy=level)

    def letter(self, level):
        drafted(self.wang, self.case, secrecy=level)

    def amend(self, level):
        amended(self.chen, self.case, level)

    def lower(self, level):
        lowered(self.wang, self.chen, self.case, level)

    def filed(self, level):
        key = uploaded(self.lin)
        agreement_uploads.file_uploads(by=self.lin, key=key, agreement=self.file, secrecy=level)

    def edit(self, level):
        edit(by=self.lin, agreement=self.file, today=TODAY, secrecy=level, declassify_when="示例")

    def lower_file(self, level):
        asked = agreement_marks.ask_lowering(by=self.lin, agreement=self.file, after=level, reason="示例")
        agreement_marks.decide_lowering(by=self.wu, lowering=asked, is_granted=True)


def violations_of(seed, *, trees):
    """After every deed the tree is another one; what is found in all of them, and how many deeds were refused."""
    tree, found = Tree(random.Random(seed)), set()
    for place in range(trees):
        tree.grow()
        if place % 20 == 19:
            found |= {str(part.pk) for part in violations()}
            tree.plant()
    return found | {str(part.pk) for part in violations()}, tree.refused


def test_no_part_of_a_random_tree_is_stricter_than_what_it_belongs_to():
    found, refused = violations_of(1, trees=TREES)

    assert found == set()
    assert 0.1 * TREES < refused < 0.9 * TREES


def test_with_the_guard_off_stricter_parts_are_found(monkeypatch):
    """The control: the trees would show what slips in."""
    for module in (papers, agreement_uploads, drafting):
        monkeypatch.setattr(module, "refuse_stricter", lambda level, containers: None)
    found, _refused = violations_of(1, trees=100)

    assert len(found) > 2


def test_with_nothing_taken_along_lowering_leaves_stricter_parts_that_are_found(monkeypatch):
    """The control for lowering."""
    for module in (case_marks, contents):
        monkeypatch.setattr(module, "lower_parts", lambda case, to: None)
    monkeypatch.setattr(agreement_marks, "lower_documents", lambda thing, to: 0)
    found, _refused = violations_of(1, trees=120)

    assert found != set()


def test_a_case_that_is_lowered_brings_its_papers_and_letters_down_and_what_was_sent_stays_intact():
    wang, chen = supervisor("wang"), supervisor("chen")
    case = case_makers.case(wang, officer=wang, secrecy=Secrecy.RESTRICTED)
    letter = sent(wang, chen, case)
    papers.file_papers(by=wang, key=uploaded(wang), case=case)
    lowered(wang, chen, case, Secrecy.INTERNAL)

    letter.refresh_from_db(), case.refresh_from_db()
    assert (case.secrecy, letter.secrecy, letter.sent_as) == (1, 1, Secrecy.RESTRICTED)
    assert is_intact(letter, [case])
    assert set(Document.objects.filter(versions__uploaded_by=wang).values_list("secrecy", flat=True)) == {1}


def test_a_letter_about_two_cases_belongs_to_the_stricter_and_stays_with_it():
    wang, chen = supervisor("wang"), supervisor("chen")
    partner = makers.partner()
    low, high = (case_makers.case(wang, partner, officer=wang, secrecy=level) for level in (2, 3))
    known_to(high, wang, chen)
    letter = received(wang, low, high)
    lowered(wang, chen, low, Secrecy.ORDINARY)
    first = Letter.objects.get(pk=letter.pk).secrecy
    lowered(wang, chen, high, Secrecy.ORDINARY)

    assert (first, Letter.objects.get(pk=letter.pk).secrecy) == (Secrecy.SEALED, Secrecy.ORDINARY)


def test_a_paper_with_a_mark_of_its_own_and_a_letter_that_names_something_stricter_hold_the_case_up():
    wang, chen = supervisor("wang"), supervisor("chen")
    partner = makers.partner()
    case_makers.in_force(partner, date(2024, 1, 1), secrecy=Secrecy.RESTRICTED)
    with_paper, with_letter = (
        case_makers.case(wang, partner, officer=wang, secrecy=Secrecy.RESTRICTED) for _place in range(2)
    )
    papers.file_papers(by=wang, key=uploaded(wang), case=with_paper)
    own = {"inherits_mark": False, "declassify_when": "示例"}
    Document.objects.about(with_paper).update(**own)
    drafted(wang, with_letter, paragraphs=(("", "依據{agreement}辦理。", "Under {agreement}."),))
    for case in (with_paper, with_letter):
        with pytest.raises(StepRefused, match="較高密等"):
            lowered(wang, chen, case, Secrecy.ORDINARY)

    assert {case.secrecy for case in Case.objects.all()} == {Secrecy.RESTRICTED}
    assert violations() == []


def test_a_paper_that_waited_while_its_case_was_lowered_is_filed_at_the_level_of_the_case():
    wang, chen = supervisor("wang"), supervisor("chen")
    case = case_makers.case(wang, officer=wang, secrecy=Secrecy.RESTRICTED)
    key = uploaded(wang)
    Document.objects.update(secrecy=Secrecy.RESTRICTED)
    lowered(wang, chen, case, Secrecy.INTERNAL)
    case.refresh_from_db()
    papers.file_papers(by=wang, key=key, case=case)

    assert [paper.secrecy for paper in Document.objects.about(case)] == [Secrecy.INTERNAL]


def test_the_database_takes_no_secret_paper_that_neither_inherits_nor_says_when_its_mark_ceases():
    """SEC-1."""
    wang = supervisor("wang")
    uploaded(wang)
    taken = {}
    for given in (
        {"inherits_mark": True},
        {"inherits_mark": False, "declassify_when": "示例"},
        {"inherits_mark": False, "declassify_on": TODAY},
        {"inherits_mark": False},
        {"inherits_mark": True, "declassify_when": "示例"},
    ):
        try:
            with transaction.atomic():
                empty = {"declassify_on": None, "declassify_when": ""}
                Document.objects.update(secrecy=Secrecy.RESTRICTED, **(empty | given))
        except IntegrityError:
            taken[str(given)] = False
        else:
            taken[str(given)] = True

    assert list(taken.values()) == [True, True, True, False, False]
