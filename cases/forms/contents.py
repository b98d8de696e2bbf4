"""What the letter of request says: its fields, and the page on which they are kept later."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import fields_for_model

from agreements.forms.keyed import KeyedForm
from cases.actions.contents import CONTENTS
from cases.models import Case, RequestContents
from cases.record.contents import contents_kept

LONG = forms.Textarea({"rows": 3})


def contents_fields() -> dict[str, forms.Field]:
    """The fields of the contents, by name, none of them needed: what is missing is told beside them."""
    texts: dict[str, type[forms.Widget] | forms.Widget] = {
        field.name: LONG
        for field in RequestContents._meta.concrete_fields
        if field.get_internal_type() == "TextField"
    }
    fields: dict[str, forms.Field] = fields_for_model(RequestContents, fields=CONTENTS, widgets=texts)
    return {name: fields[name] for name in CONTENTS}


def said_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The contents out of what a form has checked."""
    return {name: cleaned[name] for name in CONTENTS if name in cleaned}


class ContentsForm(KeyedForm):
    """The contents of a registered case."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, version=case.version, initial=contents_kept(case), **kwargs)
        self.fields.update(contents_fields())

    def said(self) -> dict[str, Any]:
        """What the letter is to say, for the action."""
        return said_of(self.cleaned_data)
