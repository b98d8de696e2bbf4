"""What a report is asked, in words and as an address."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.utils.translation import gettext, pgettext

from agreements.marks import day_words
from agreements.models import Partner, Subject
from cases.lifecycle import Direction, Kind
from reports.catalogue import Parameters


def parameter_words(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Label and value of every parameter that is set. One query when a partner is."""
    yield gettext("As of"), day_words(parameters.as_of)
    if parameters.since:
        # Translators: 起算日: the first day of the period that a report is about
        yield pgettext("period of a report", "Since"), day_words(parameters.since)
    if parameters.known_on:
        yield gettext("As the books stood on"), day_words(parameters.known_on)
    if parameters.partner:
        partner = Partner.objects.filter(code=parameters.partner).first()
        yield gettext("Partner"), partner.name if partner else parameters.partner
    for label, value, words in (
        (gettext("Subject"), parameters.subject, Subject),
        (gettext("Direction"), parameters.direction, Direction),
        (pgettext("of a case", "Kind"), parameters.kind, Kind),
    ):
        if value:
            yield label, str(words(value).label) if value in words.values else value
    if parameters.weights is not None:
        yield gettext("Weights, version"), str(parameters.weights)
    if parameters.with_samples:
        # Translators: 含示例資料
        yield gettext("Samples"), gettext("The fictional samples are counted too.")


def query_of(parameters: Parameters) -> str:
    """The parameters as the query of an address: every one that is set, days as 2024-12-31."""
    found = parameters.as_json()
    return urlencode({name: "1" if value is True else value for name, value in found.items()})
