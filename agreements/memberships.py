"""Who belonged to which policy group on a day; a membership with unknown ends is not made certain."""

from datetime import date

from agreements.models import GroupMembership, PartnerGroup
from tracker.partialdate import Answer


def belonged(membership: GroupMembership, day: date) -> Answer:
    """Whether the membership stood at the end of ``day``.

    An unknown beginning is taken to lie before. An end known only to the month or year leaves its days open,
    and an end that is not dated at all leaves every day open.
    """
    begun: Answer = "yes" if membership.valid_from.is_unknown else membership.valid_from.reached_by(day)
    if begun == "no":
        return "no"
    last = membership.valid_to
    if last.is_unknown:
        return "possibly" if membership.ended else begun
    if last.last is not None and day > last.last:
        return "no"
    if last.first is not None and day >= last.first and last.exact is None:
        return "possibly"
    return begun


def members(group: PartnerGroup, day: date) -> list[int]:
    """Keys of the partners that belonged, or possibly belonged, to the group on ``day``. One query."""
    rows = GroupMembership.objects.filter(group=group)
    return [row.partner_id for row in rows if belonged(row, day) != "no"]
