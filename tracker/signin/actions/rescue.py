"""Help for a person who cannot get in: links to a new password, and what takes two persons: factors off, single sign-on."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker import audit
from tracker.models import FactorReset, Session, User
from tracker.roles import Role
from tracker.signin import links, notices
from tracker.signin.actions.own import change_password
from tracker.signin.actions.refusals import SignInRefused


def may_help(by: User) -> bool:
    """Administrators issue links, and ask for the reset of factors and for links with the single sign-on."""
    return by.role == Role.ADMINISTRATOR


def may_decide(by: User, reset: FactorReset) -> bool:
    """Another administrator, or a supervisor of the person's ministry, decides; never the asker nor the person."""
    if by.pk in (reset.asked_by_id, reset.person_id):
        return False
    if by.role == Role.ADMINISTRATOR:
        return True
    return by.role == Role.SUPERVISOR and reset.person.ministry in (by.ministry, "")


def _refuse_oneself(by: User, person: User) -> None:
    if not may_help(by) or by.pk == person.pk:
        raise SignInRefused("", _("Only another person who is an administrator does this."))


@transaction.atomic
def issue_password_link(*, by: User, person: User) -> None:
    """Record that a link to set a password is shown to an administrator, who hands it to the person.

    :raises SignInRefused: for one's own account, or by somebody who is no administrator.
    """
    _refuse_oneself(by, person)
    audit.record("person.issue_link", person, by=by)


def use_password_link(*, key: str, token: str, password: str) -> User:
    """Set a checked password by a link; it is used up by that. Signing in, with all its factors, comes after.

    Nobody is signed in here: the person whom the link names acts.

    :raises SignInRefused: when the link does not hold any more.
    """
    with transaction.atomic():
        person = links.person_of_link(key, token)
        if person is not None:
            locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
            person = locked if links.TOKENS.check_token(locked, token) else None
        if person is None:
            raise SignInRefused("", _("This link does not hold any more."))
        change_password(by=person, person=person, password=password)
    return person


@transaction.atomic
def unlock(*, by: User, person: User) -> None:
    """End the lock after wrong passwords before its time.

    :raises SignInRefused: for one's own account, or by somebody who is no administrator.
    """
    _refuse_oneself(by, person)
    audit.record("signin.unlock", person, by=by)


@transaction.atomic
def ask_factor_reset(*, by: User, person: User, reason: str) -> FactorReset:
    """Ask that all second factors of a person be taken off, because they are lost. Somebody else decides.

    :raises SignInRefused: for one's own account, by no administrator, or when it was asked already.
    """
    _refuse_oneself(by, person)
    reset = _ask(by, person, reason=reason)
    audit.record("factor.ask", person, by=by, details={"reset": reset.pk})
    return reset


@transaction.atomic
def decide_factor_reset(*, by: User, reset: FactorReset, confirm: bool) -> None:
    """Take all factors of the person off, or refuse to. The person then signs in and sets up new ones.

    :raises SignInRefused: by the asker, the person, or one without the right; or when it was decided already.
    """
    locked = _decided(by, FactorReset.objects.filter(pk=reset.pk, subject=""), confirm=confirm)
    taken = 0
    if confirm:
        taken = Authenticator.objects.filter(user=locked.person).delete()[0]
        Session.objects.filter(person=locked.person).delete()
    verb = "factor.confirm" if confirm else "factor.refuse"
    audit.record(verb, locked.person, by=by, details={"reset": locked.pk, "factors": taken})
    if confirm:
        notices.tell(locked.person, "factors_reset", at=timezone.now())


@transaction.atomic
def ask_link(*, by: User, person: User, subject: str) -> FactorReset:
    """Ask that a person sign in as this subject of the configured provider. Somebody else decides.

    Who holds the subject comes in as the person; past every factor of ours where the provider vouches for one.

    :raises SignInRefused: by no administrator, for one's own account, when person or subject are linked already, or when a
        link was asked for already.
    """
    _refuse_oneself(by, person)
    issuer = settings.OIDC["issuer"]
    _refuse_linked(person, issuer, subject)
    reset = _ask(by, person, provider=issuer, subject=subject)
    audit.record("identity.ask", person, by=by, details={"reset": reset.pk, "provider": issuer})
    return reset


@transaction.atomic
def decide_link(*, by: User, reset: FactorReset, confirm: bool) -> None:
    """Link the person with the subject that was asked for, or refuse to. Nothing else ever makes such a link.

    :raises SignInRefused: as :func:`decide_factor_reset`, or when person or subject were linked meanwhile.
    """
    asked = FactorReset.objects.filter(pk=reset.pk).exclude(subject="")
    locked = _decided(by, asked, confirm=confirm)
    if confirm:
        _refuse_linked(locked.person, locked.provider, locked.subject)
        SocialAccount.objects.create(user=locked.person, provider=locked.provider, uid=locked.subject)
    verb = "identity.link" if confirm else "identity.refuse"
    details = {"reset": locked.pk, "provider": locked.provider}
    audit.record(verb, locked.person, by=by, details=details)
    if confirm:
        notices.tell(locked.person, "identity", at=timezone.now())


@transaction.atomic
def unlink_identity(*, by: User, person: User) -> None:
    """End the link of a person with the provider.

    :raises SignInRefused: by no administrator, or for one's own account.
    """
    _refuse_oneself(by, person)
    if SocialAccount.objects.filter(user=person, provider=settings.OIDC["issuer"]).delete()[0]:
        audit.record("identity.unlink", person, by=by, details={"provider": settings.OIDC["issuer"]})
        notices.tell(person, "identity", at=timezone.now())


def _ask(by: User, person: User, **asked: str) -> FactorReset:
    try:
        with transaction.atomic():
            return FactorReset.objects.create(person=person, asked_by=by, asked_at=timezone.now(), **asked)
    except IntegrityError as error:
        raise SignInRefused("", _("This was asked already and waits for a second person.")) from error


def _decided(by: User, asked: models.QuerySet[FactorReset], *, confirm: bool) -> FactorReset:
    """What was asked, locked with its person and decided."""
    locked = asked.select_for_update(no_key=True).select_related("person").get()
    if not may_decide(by, locked):
        raise SignInRefused(
            "", _("A second person decides this: not who asked, and not whose account it is.")
        )
    if locked.is_confirmed is not None:
        raise SignInRefused("", _("This was decided already."))
    locked.is_confirmed, locked.decided_by, locked.decided_at = confirm, by, timezone.now()
    locked.save(update_fields=["is_confirmed", "decided_by", "decided_at"])
    return locked


def _refuse_linked(person: User, issuer: str, subject: str) -> None:
    linked = SocialAccount.objects.filter(provider=issuer)
    if linked.filter(user=person).exists():
        raise SignInRefused("subject", _("This person is linked already."))
    if linked.filter(uid=subject).exists():
        raise SignInRefused("subject", _("Another person is linked with this subject."))
