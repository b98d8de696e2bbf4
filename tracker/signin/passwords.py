"""Passwords: how they are hashed, and the rules of the two profiles.

``asvs`` follows ASVS 5.0 chapter 6.2: length, no composition, no expiry, a list of known ones. ``tw-high`` adds what
annex 10 of the Regulations on Classification of Cyber Security Responsibility asks of systems of the level 高:
kinds of characters, a least and a greatest age, and none of the last three.

A password is compared in Unicode's form NFC, so that one typed on another system (which may send é as two
characters) is the same one; it is otherwise taken as typed, blanks included, and never cut off. NFC also joins a
few hundred Chinese compatibility characters with their ordinary twins: of a password that is all it changes.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from functools import cache

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.models import FormerPassword, User
from tracker.signin.words import OFFICE_WORDS

SHORTEST, SHORTEST_ALONE, LONGEST = 12, 15, 1024
"""Characters: with a second factor, without one, and at all."""
FEWEST_OF_ONES_OWN = 5
"""So many letters are left when known words are taken out of a password."""
DIGITS_FOR_A_LETTER = 3
"""Digits and signs are guessed more easily: so many of them count as one letter."""
PLAIN = r"[\x00-@\[-`{-\x7f]+"
"""The digits, signs and blanks of ASCII."""
KINDS_NEEDED = 3
NOT_THE_LAST = 3
LEAST_AGE, GREATEST_AGE = timedelta(days=1), timedelta(days=90)
TW_HIGH = "tw-high"


class Normalised:
    """For a hasher: the password in form NFC, both when it is set and when it is tried."""

    def encode(self, password: str, salt: str, *args: object) -> str:
        return super().encode(unicodedata.normalize("NFC", password), salt, *args)  # type: ignore[misc]

    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(unicodedata.normalize("NFC", password), encoded)  # type: ignore[misc]


class Argon2(Normalised, hashers.Argon2PasswordHasher):
    """Argon2id with the second set of RFC 9106 section 4: three passes over 64 MiB in four lanes."""

    time_cost = 3
    memory_cost = 64 * 1024  # KiB
    parallelism = 4


class Length:
    """At least 12 characters with a second factor, 15 without one; at most 1,024."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: for a password that is too short or too long."""
        length, least = len(unicodedata.normalize("NFC", password)), shortest(user)
        if length < least:
            raise ValidationError(self._words(least), code="password_too_short")
        if length > LONGEST:
            raise ValidationError(
                _("The password is longer than %(most)s characters.") % {"most": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return self._words(shortest(None))

    def _words(self, least: int) -> str:
        return ngettext(
            "The password needs at least %(least)s character: a few words in any script make a good one.",
            "The password needs at least %(least)s characters: a few words in any script make a good one.",
            least,
        ) % {"least": least}


def shortest(user: User | None) -> int:
    """How many characters a person's password needs."""
    if settings.SIGN_IN_FACTORS_REQUIRED:
        return SHORTEST
    has_factor = user is not None and user.pk and Authenticator.objects.filter(user=user).exists()
    return SHORTEST if has_factor else SHORTEST_ALONE


class NotKnown:
    """None of the passwords that everybody knows, nor one made of the office's own words and digits."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: for a password that is known or hardly anybody's own."""
        if is_known(password, *([user.username, user.name] if user else [])):
            raise ValidationError(
                _("Many people would think of this password. Choose words of your own."),
                code="password_known",
            )

    def get_help_text(self) -> str:
        return _("It is none of the known passwords, and more than the names of offices with some digits.")


@cache
def known_passwords() -> frozenset[str]:
    """The 20,000 most used passwords, in lower case."""
    return frozenset(CommonPasswordValidator().passwords)


def is_known(password: str, *names: str) -> bool:
    """Whether the password stands on the list, repeats one that does, or is made of office words and the names."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    letters = re.sub(PLAIN, "", folded)
    if ({letters} | _repeated(folded)) & known_passwords() or len(set(folded)) < FEWEST_OF_ONES_OWN:
        return True
    words = sorted(
        {*OFFICE_WORDS, *(name.casefold() for name in names if len(name) > 1)}, key=len, reverse=True
    )
    for word in words:
        folded = folded.replace(word, " ")
    own = re.sub(PLAIN, "", folded)
    others = len(folded.replace(" ", "")) - len(own)
    return len(own) + others // DIGITS_FOR_A_LETTER < FEWEST_OF_ONES_OWN or own in known_passwords()


def _repeated(text: str) -> set[str]:
    """Every part of which the text is a repetition, itself among them."""
    lengths = (length for length in range(1, len(text) + 1) if len(text) % length == 0)
    return {text[:length] for length in lengths if text[:length] * (len(text) // length) == text}


class Mixed:
    """Profile ``tw-high``: characters of three of the four kinds capital, small, digit, other."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: under the profile, for a password of one or two kinds."""
        if settings.PASSWORD_PROFILE == TW_HIGH and kinds(password) < KINDS_NEEDED:
            raise ValidationError(self._words(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return self._words() if settings.PASSWORD_PROFILE == TW_HIGH else ""

    def _words(self) -> str:
        return _("It has three of these: capital letters, small letters, digits, other characters.")


def kinds(password: str) -> int:
    """How many of the four kinds of characters stand in a password; Chinese characters are of the kind "other"."""
    tests = (str.isupper, str.islower, str.isdigit)
    found = {next((n for n, test in enumerate(tests) if test(each)), len(tests)) for each in password}
    return len(found)


class NotFormer:
    """Profile ``tw-high``: none of the last three passwords, the present one included."""

    def validate(self, password: str, user: User | None = None) -> None:
        """:raises ValidationError: under the profile, for a password that the person had a short time ago."""
        if settings.PASSWORD_PROFILE != TW_HIGH or user is None or not user.pk:
            return
        former = FormerPassword.objects.filter(person=user).values_list("password", flat=True)
        for encoded in [user.password, *former[: NOT_THE_LAST - 1]]:
            if hashers.check_password(password, encoded):
                raise ValidationError(_("You had this password before."), code="password_former")

    def get_help_text(self) -> str:
        return _("It is none of your last three.") if settings.PASSWORD_PROFILE == TW_HIGH else ""


def may_change_again(user: User, *, now: datetime) -> bool:
    """Whether the least age of a password has passed; who must change it may always."""
    changed = user.password_changed_at
    if settings.PASSWORD_PROFILE != TW_HIGH or user.must_change_password or changed is None:
        return True
    return now - changed >= LEAST_AGE


def is_too_old(user: User, *, now: datetime) -> bool:
    """Whether the greatest age of a password has passed; one whose age nobody knows is too old."""
    if settings.PASSWORD_PROFILE != TW_HIGH:
        return False
    return user.password_changed_at is None or now - user.password_changed_at >= GREATEST_AGE
