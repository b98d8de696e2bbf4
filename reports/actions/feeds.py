"""Calendar feeds: making one with a secret address, and revoking it."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from reports.actions.followup import HOUSE
from reports.models import Feed
from reports.rules import works_here
from tracker import audit
from tracker.models import User
from tracker.signin.actions import may_sign_in

SEEN_EVERY = timedelta(hours=1)


def digest_of(secret: str) -> str:
    """What is kept of the secret of a feed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: User, scope: str) -> str:
    """Make a feed and give its secret, which is shown once and not kept; an earlier one of that scope ends.

    :raises StepRefused: for people who have no work here.
    """
    if not works_here(by):
        raise StepRefused(_("Deadlines belong to the staff of the two ministries."), HOUSE)
    now = timezone.now()
    Feed.objects.filter(owner=by, scope=scope, revoked_at=None).update(revoked_at=now)
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(
        owner=by, scope=scope, ministry=by.ministry, digest=digest_of(secret), created_at=now
    )
    audit.record("feed.make", feed, by=by, details={"scope": scope})
    return secret


@transaction.atomic
def revoke_feed(*, by: User, feed: Feed) -> None:
    """End a feed at once; ending it twice changes nothing.

    :raises StepRefused: for a feed of somebody else.
    """
    locked = Feed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    if locked.owner_id != by.pk:
        raise StepRefused(_("This calendar belongs to somebody else."), HOUSE)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        audit.record("feed.revoke", locked, by=by, details={"scope": locked.scope})


def open_feed(secret: str) -> Feed | None:
    """The feed behind a secret, if it was not revoked and its owner still works here; notes at most hourly when."""
    feed = Feed.objects.select_related("owner").filter(digest=digest_of(secret), revoked_at=None).first()
    if feed is None or feed.ministry != feed.owner.ministry:
        return None
    if not (may_sign_in(feed.owner) and works_here(feed.owner)):
        return None
    now = timezone.now()
    if feed.fetched_at is None or now - feed.fetched_at > SEEN_EVERY:
        Feed.objects.filter(pk=feed.pk).update(fetched_at=now)
    return feed
