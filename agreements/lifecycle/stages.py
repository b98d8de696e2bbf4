"""The words of the life of an agreement: phases, stages, tracks, natures, actors and needs. Pure."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Phase(TextChoices):
    """What the boards and figures speak of."""

    NEGOTIATION = "negotiation", pgettext_lazy("phase", "Negotiation")
    SIGNING = "signing", pgettext_lazy("phase", "Signing")
    LEGISLATIVE_APPROVAL = "legislative_approval", pgettext_lazy("phase", "Legislative approval")
    RATIFICATION_EXCHANGE = "ratification_exchange", pgettext_lazy("phase", "Ratification exchange")
    IN_FORCE = "in_force", pgettext_lazy("phase", "In force")
    STOPPED = "stopped", pgettext_lazy("phase", "Stopped")
    ENDED = "ended", pgettext_lazy("phase", "Ended")
    UNKNOWN = "unknown", pgettext_lazy("phase", "Unknown")


class Track(TextChoices):
    """The statutory path; it follows the content of the text, never its name."""

    T1 = "T1", pgettext_lazy("track", "Treaty with a ratification clause")
    T2 = "T2", pgettext_lazy("track", "Treaty without a ratification clause")
    T3 = "T3", pgettext_lazy("track", "Treaty recorded under the art. 8 proviso")
    A1 = "A1", pgettext_lazy("track", "Agreement")
    A2 = "A2", pgettext_lazy("track", "Restricted agreement")
    X = "X", pgettext_lazy("track", "Cross-strait agreement")
    UNDETERMINED = "undetermined", pgettext_lazy("track", "Undetermined")


class Nature(TextChoices):
    """Treaty (條約) or agreement (協定) in the sense of art. 3; unknown is the empty text."""

    TREATY = "treaty", pgettext_lazy("nature", "Treaty")
    AGREEMENT = "agreement", pgettext_lazy("nature", "Agreement")


class Stage(TextChoices):
    """Where one agreement stands; the codes are those of the stage table."""

    SHELVED = "00", pgettext_lazy("stage", "Shelved")
    PROPOSED = "10", pgettext_lazy("stage", "Proposed")
    NEGOTIATING = "20", pgettext_lazy("stage", "Negotiating")
    TEXT_AGREED = "25", pgettext_lazy("stage", "Text agreed")
    SIGNED_BY_ONE = "30", pgettext_lazy("stage", "Signed by one side")
    SIGNED = "35", pgettext_lazy("stage", "Signed")
    SUBMITTED = "40", pgettext_lazy("stage", "Submitted to the Executive Yuan")
    BEFORE_LEGISLATURE = "45", pgettext_lazy("stage", "Before the Legislative Yuan")
    APPROVED = "50", pgettext_lazy("stage", "Approved by the Legislative Yuan")
    RECORDED = "52", pgettext_lazy("stage", "Recorded by the Executive Yuan")
    INSTRUMENT_ISSUED = "55", pgettext_lazy("stage", "Instrument issued")
    EXCHANGED = "60", pgettext_lazy("stage", "Exchanged, deposited or notified")
    IN_FORCE = "70", pgettext_lazy("stage", "In force")
    PROMULGATED = "75", pgettext_lazy("stage", "Promulgated")
    PUBLISHED = "76", pgettext_lazy("stage", "Published and the Legislative Yuan informed")
    AMENDING = "80", pgettext_lazy("stage", "Amendment or renewal under way")
    SUSPENDED = "91", pgettext_lazy("stage", "Suspended")
    TERMINATED = "92", pgettext_lazy("stage", "Terminated")
    WITHDRAWN = "93", pgettext_lazy("stage", "Withdrawn from")
    EXPIRED = "94", pgettext_lazy("stage", "Expired")
    SUPERSEDED = "95", pgettext_lazy("stage", "Superseded")
    LAPSED = "96", pgettext_lazy("stage", "Lapsed")
    REJECTED = "97", pgettext_lazy("stage", "Not approved by the Legislative Yuan")
    RETURNED = "98", pgettext_lazy("stage", "Returned for renegotiation")
    LAPSED_WITH_TERM = "99", pgettext_lazy("stage", "Lapsed with the legislature's term")


class Actor(TextChoices):
    """Who acts in the world outside; answers "whose court is the ball in"."""

    LEAD = "lead", pgettext_lazy("actor", "Lead agency")
    BOTH_SIDES = "both_sides", pgettext_lazy("actor", "Both sides")
    EXECUTIVE_YUAN = "executive_yuan", pgettext_lazy("actor", "Executive Yuan")
    LEGISLATIVE_YUAN = "legislative_yuan", pgettext_lazy("actor", "Legislative Yuan")
    PRESIDENT = "president", pgettext_lazy("actor", "Office of the President")
    FOREIGN_AFFAIRS = "foreign_affairs", pgettext_lazy("actor", "Ministry of Foreign Affairs")
    THE_TEXT = "the_text", pgettext_lazy("actor", "By the clause of the text")


class Need(TextChoices):
    """What must be present before a step may be taken."""

    LEAD = "lead", pgettext_lazy("need", "Lead agency, with its consent when it is not Foreign Affairs")
    DOCUMENT = "document", pgettext_lazy("need", "Agreed text attached")
    TEXT_APPROVAL = "text_approval", pgettext_lazy("need", "Executive Yuan approval, delegation or urgency")
    REFERENCE = "reference", pgettext_lazy("need", "Official letter number")
    REASON = "reason", pgettext_lazy("need", "Reason")
    CONSENT_BEFORE_SIGNATURE = "consent", pgettext_lazy("need", "Legislative consent dated before signature")
    CLAUSE_ON_SIGNATURE = "on_signature", pgettext_lazy("need", "A clause that puts it in force on signature")
    SUCCESSOR = "successor", pgettext_lazy("need", "The agreement that takes its place")
    MULTILATERAL = "multilateral", pgettext_lazy("need", "More than one other party")
    BILATERAL = "bilateral", pgettext_lazy("need", "One other party only")
    TERM = "term", pgettext_lazy("need", "Term of the Legislative Yuan")


S = Stage
PHASE_OF: dict[str, Phase] = {
    **dict.fromkeys([S.PROPOSED, S.NEGOTIATING, S.TEXT_AGREED, S.RETURNED], Phase.NEGOTIATION),
    **dict.fromkeys([S.SIGNED_BY_ONE, S.SIGNED], Phase.SIGNING),
    **dict.fromkeys([S.SUBMITTED, S.BEFORE_LEGISLATURE, S.APPROVED, S.RECORDED], Phase.LEGISLATIVE_APPROVAL),
    **dict.fromkeys([S.INSTRUMENT_ISSUED, S.EXCHANGED], Phase.RATIFICATION_EXCHANGE),
    **dict.fromkeys([S.IN_FORCE, S.PROMULGATED, S.PUBLISHED, S.AMENDING], Phase.IN_FORCE),
    **dict.fromkeys([S.SHELVED, S.SUSPENDED, S.REJECTED, S.LAPSED_WITH_TERM], Phase.STOPPED),
    **dict.fromkeys([S.TERMINATED, S.WITHDRAWN, S.EXPIRED, S.SUPERSEDED, S.LAPSED], Phase.ENDED),
}
MAIN_PHASES = (
    Phase.NEGOTIATION,
    Phase.SIGNING,
    Phase.LEGISLATIVE_APPROVAL,
    Phase.RATIFICATION_EXCHANGE,
    Phase.IN_FORCE,
)
RECORD_TRACKS = frozenset({Track.T3, Track.A1, Track.A2})
POSSIBLE_TRACKS: dict[str, frozenset[Track]] = {
    Nature.TREATY: frozenset({Track.T1, Track.T2, Track.T3}),
    Nature.AGREEMENT: frozenset({Track.A1, Track.A2}),
    "": frozenset(Track) - {Track.UNDETERMINED, Track.X},
}
