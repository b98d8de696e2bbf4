"""The forms of an administrator about people, and of substitutes. They check and never write."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.people.actions import PeopleRefused, Rights, rights_of
from tracker.people.rules import WORKING, may_name_substitute
from tracker.roles import Ministry, Role, Secrecy
from tracker.workdays import TAIPEI

NEITHER = pgettext_lazy("ministry", "Neither")


class OnceForm(forms.Form):
    """A form with the key under which it is carried out once."""

    use_required_attribute = False  # the page says what is missing, in its own words and all at once
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def refuse(self, refused: PeopleRefused) -> None:
        """Show a refusal at the field that it concerns; above the form when there is none."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))


class RightsForm(OnceForm):
    """What is said of a person who is there already."""

    name = forms.CharField(
        label=_("name"), max_length=80, error_messages={"required": _("Give the person's name.")}
    )
    ministry = forms.ChoiceField(
        label=_("ministry"), choices=[("", NEITHER), *Ministry.choices], required=False
    )
    desk = forms.CharField(label=_("desk"), max_length=80, required=False, help_text=_("Section or unit"))
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    clearance = forms.TypedChoiceField(
        label=_("clearance"),
        choices=Secrecy.choices,
        coerce=int,
        help_text=_("The highest level that the person may see at all."),
    )
    ends_on = RocDayField(
        label=_("last day"),
        widget=RocDateWidget,
        required=False,
        help_text=_("After this day the person cannot sign in any more."),
    )
    email = forms.EmailField(
        label=_("mail address"),
        required=False,
        max_length=254,
        help_text=_("Notices about the account and digests are mailed there; without one nothing is."),
        error_messages={"invalid": _("Give a mail address such as name@mofa.gov.tw, or leave it empty.")},
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            given = rights_of(person)
            kwargs["initial"] = {name: getattr(given, name) for name in Rights.__dataclass_fields__}
        super().__init__(*args, **kwargs)

    def rights(self) -> Rights:
        """What was said, once the form is valid."""
        return Rights(**{name: self.cleaned_data[name] for name in Rights.__dataclass_fields__})


class PersonForm(RightsForm):
    """A new person."""

    username = forms.CharField(
        label=_("sign-in name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("Everybody has an own account: none is shared, and none is for an office."),
        error_messages={"required": _("Give the name with which the person signs in.")},
    )
    field_order = ["username"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": Role.OFFICER, "clearance": int(Secrecy.INTERNAL)}
        super().__init__(*args, **kwargs)


class SubstitutionForm(OnceForm):
    """Who stands in for whom, from the beginning of one day to the end of another."""

    person = forms.ModelChoiceField(
        label=_("absent person"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose who is absent.")},
    )
    substitute = forms.ModelChoiceField(
        label=_("substitute"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose who stands in.")},
    )
    first_day = RocDayField(label=_("First day"), widget=RocDateWidget)
    last_day = RocDayField(label=_("Last day"), widget=RocDateWidget, help_text=_("This day included."))
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        working = User.objects.filter(is_active=True, role__in=WORKING).order_by("ministry", "name", "pk")
        absent = [one.pk for one in working if may_name_substitute(by, one)]
        of_ministry = working if by.role == Role.ADMINISTRATOR else working.filter(ministry=by.ministry)
        self.fields["person"].queryset = working.filter(pk__in=absent)  # type: ignore[attr-defined]
        self.fields["substitute"].queryset = of_ministry.exclude(pk=by.pk)  # type: ignore[attr-defined]
        if by.pk in absent:
            self.fields["person"].initial = by.pk

    def substitution(self) -> dict[str, Any]:
        """Persons, moments and reason, once the form is valid."""
        data = self.cleaned_data
        first, after = data["first_day"], data["last_day"] + timedelta(days=1)
        begin, end = (datetime.combine(day, time(), TAIPEI) for day in (first, after))
        names = ("person", "substitute", "reason")
        return {name: data[name] for name in names} | {"starts_at": begin, "ends_at": end}
