"""The right path for an instrument: two questions choose nature and track, and the table lays out the steps. Pure.

Source: Conclusion of Treaties Act arts. 3, 8, 11, 12, 18; Cross-Strait Act art. 5.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle.stages import Nature, Stage, Track
from agreements.lifecycle.table import Step, awaited, possible_tracks
from agreements.provisions import CROSS_STRAIT_ACT, Provision, treaties_act


@dataclass(frozen=True, slots=True)
class Answers:
    """What the officer knows of a text; None is "not known yet".

    ``has_treaty_marks``: it is named treaty or convention, or touches rights, duties, defence, diplomacy, finance
    or the economy, or differs from domestic law (art. 3(1) items 1, 3, 4, 5). ``has_proviso``: it has neither
    that name nor such a clause, and is authorised by a law, consented to beforehand, or the same as domestic law.
    """

    has_ratification_clause: bool | None = None
    has_treaty_marks: bool | None = None
    has_proviso: bool = False
    is_restricted: bool = False
    is_cross_strait: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Nature ("" is undetermined) and track, and why: each reason with its provision."""

    nature: str
    track: Track
    reasons: tuple[tuple[Promise, Provision], ...]

    @property
    def is_determined(self) -> bool:
        return self.track != Track.UNDETERMINED


CROSS_STRAIT = (
    _("A cross-strait text is outside the Conclusion of Treaties Act."),
    Provision(CROSS_STRAIT_ACT, "5"),
)
CLAUSE_MAKES_A_TREATY = (
    _("A clause on ratification, acceptance, approval or accession makes it a treaty."),
    treaties_act("3(1)2"),
)
MARKS_MAKE_A_TREATY = (
    _("Its name, or what it touches, makes it a treaty."),
    treaties_act("3(1)"),
)
NEITHER_MAKES_AN_AGREEMENT = (
    _("Neither clause nor content makes it a treaty: it is an agreement."),
    treaties_act("3(2)"),
)
INSTRUMENT = (
    _(
        "The Legislative Yuan approves it; the President issues the instrument, and promulgates it once in force."
    ),
    treaties_act("8(1), 11(1)1"),
)
NOTICE = (
    _("The Legislative Yuan approves it; it is reported to the President and promulgated once in force."),
    treaties_act("8(1), 11(1)2"),
)
PROVISO = (
    _("By the proviso it goes to the Executive Yuan for record; it is promulgated once in force."),
    treaties_act("8(1)"),
)
RECORD = (
    _(
        "It goes to the Executive Yuan for record; once in force it is published and sent to the Legislative Yuan."
    ),
    treaties_act("12(1)"),
)
SECRET_RECORD = (
    _("It goes to the Executive Yuan for record; it is neither published nor sent to the Legislative Yuan."),
    treaties_act("12(1)"),
)
DOUBT = (
    _("Its nature is not clear yet: Foreign Affairs decides together with Justice and the lead agency."),
    treaties_act("18"),
)
TRACK_OPEN = (
    _("It is a treaty, but its track depends on the clause that is not known yet."),
    treaties_act("8(1)"),
)


def propose(answers: Answers) -> Proposal:
    """Nature and track that follow from the answers; an answer that is missing leaves them undetermined."""
    clause, marks = answers.has_ratification_clause, answers.has_treaty_marks
    if answers.is_cross_strait:
        return Proposal("", Track.X, (CROSS_STRAIT,))
    if clause:
        return Proposal(Nature.TREATY, Track.T1, (CLAUSE_MAKES_A_TREATY, INSTRUMENT))
    if marks and clause is None:
        return Proposal(Nature.TREATY, Track.UNDETERMINED, (MARKS_MAKE_A_TREATY, TRACK_OPEN))
    if marks:
        if answers.has_proviso:
            return Proposal(Nature.TREATY, Track.T3, (MARKS_MAKE_A_TREATY, PROVISO))
        return Proposal(Nature.TREATY, Track.T2, (MARKS_MAKE_A_TREATY, NOTICE))
    if clause is False and marks is False:
        if answers.is_restricted:
            return Proposal(Nature.AGREEMENT, Track.A2, (NEITHER_MAKES_AN_AGREEMENT, SECRET_RECORD))
        return Proposal(Nature.AGREEMENT, Track.A1, (NEITHER_MAKES_AN_AGREEMENT, RECORD))
    return Proposal("", Track.UNDETERMINED, (DOUBT,))


def path_of(track: str, nature: str) -> list[Step]:
    """The ordinary steps from the opening of a file to its end, as far as the possible tracks agree."""
    tracks, stage, path = possible_tracks(track, nature), str(Stage.PROPOSED), []
    while step := awaited(stage, tracks):
        path.append(step)
        stage = str(step.target)
        if step.target is None or len(path) > len(Stage):
            break
    return path
