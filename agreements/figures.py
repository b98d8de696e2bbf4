"""The figures of the register as of a day: phases, what is signed, and what others stated beside it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from agreements.lifecycle import Phase
from agreements.models import Agreement, StatedFigure
from agreements.models.asof import AgreementQuerySet
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Compared:
    """A stated figure beside the recorded one; the differences are recorded minus stated."""

    stated: StatedFigure
    agreements: int
    partners: int

    @property
    def agreements_difference(self) -> int:
        return self.agreements - self.stated.agreements

    @property
    def partners_difference(self) -> int:
        return self.partners - self.stated.partners


@dataclass(frozen=True, slots=True)
class Figures:
    """What the register holds as of a day."""

    by_phase: dict[str, int]
    partners: int
    signed_agreements: int
    signed_partners: int
    stated: tuple[Compared, ...]

    @property
    def agreements(self) -> int:
        return sum(self.by_phase.values())


def counted(reader: User | None, *, with_samples: bool) -> AgreementQuerySet:
    """The agreements that figures count: those the reader may see (None: a command, all), without samples."""
    rows = Agreement.objects.all() if reader is None else Agreement.objects.visible_to(reader)
    return rows if with_samples else rows.real()


def agreements_and_partners(rows: AgreementQuerySet) -> tuple[int, int]:
    """How many texts, and with how many distinct partners. One query."""
    found = rows.order_by().aggregate(agreements=Count("pk"), partners=Count("partner", distinct=True))
    return found["agreements"], found["partners"]


def signed_texts(rows: AgreementQuerySet, day: date, known_on: date | None = None) -> AgreementQuerySet:
    """Texts that count as signed: not only about `other`, signed by one side at least on or before ``day``."""
    return rows.not_only_other().signed_by(day, known_on)


def figures_of(rows: AgreementQuerySet, day: date, known_on: date | None = None) -> Figures:
    """Count ``rows`` as of ``day``, as known on ``known_on``: four queries and one for each stated region."""
    then = rows.as_of(day, known_on).values_list("phase_then", "partner_id")
    phases: Counter[str] = Counter()
    partners = set()
    for phase, partner in then:
        phases[phase] += 1
        partners.add(partner)
    signed_agreements, signed_partners = _signed(rows, day, known_on, "")
    compared = tuple(
        Compared(figure, *_signed(rows, day, known_on, figure.region))
        for figure in StatedFigure.objects.filter(as_of__lte=day).order_by("-as_of", "id")[:10]
    )
    return Figures(
        by_phase={phase.value: phases[phase.value] for phase in Phase},
        partners=len(partners),
        signed_agreements=signed_agreements,
        signed_partners=signed_partners,
        stated=compared,
    )


def _signed(rows: AgreementQuerySet, day: date, known_on: date | None, region: str) -> tuple[int, int]:
    texts = signed_texts(rows, day, known_on)
    if region:
        texts = texts.filter(partner__region=region)
    return agreements_and_partners(texts)
