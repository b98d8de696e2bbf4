"""What the pages of the sign-in need: data for the script of passkeys, as an attribute of an element."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """The value as JSON; the template escapes it, so that it stands in an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)
