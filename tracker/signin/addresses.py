"""A growing delay for an address from which many wrong tries come, whomever they are about."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from tracker.signin.actions.tries import WINDOW, one_at_a_time

FREE = 20
"""So many refused tries in a quarter of an hour cost nothing: a ministry's people share one address."""
LONGEST_SECONDS = 60


def seconds_to_wait(address: str, *, now: float) -> int:
    """How long nothing is compared for this address: doubled by each refusal past the free ones, a minute at most."""
    count, last = cache.get(_key(address), (0, 0.0))
    if count < FREE:
        return 0
    delay = min(LONGEST_SECONDS, 2 ** min(count - FREE, 10))
    return max(0, round(last + delay - now))


def count_refusal(address: str, *, now: float) -> None:
    """Count one refused try of this address; exact across processes, as long as they share the cache."""
    key = _key(address)
    with one_at_a_time(key):
        count, _last = cache.get(key, (0, 0.0))
        cache.set(key, (count + 1, now), timeout=int(WINDOW.total_seconds()))


def _key(address: str) -> str:
    return "signin-address-" + salted_hmac("tracker.signin.address", address, algorithm="sha256").hexdigest()
