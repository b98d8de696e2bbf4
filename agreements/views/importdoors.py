"""The views that every import of a file has: choose, look at the check, apply, undo; and the template file.

An app makes one :class:`ImportDoors` of its :class:`tracker.importing.ImportKind` and lets its views, with their
methods and addresses, answer through it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreements.forms.importing import ApplyForm
from agreements.forms.keyed import KeyedForm
from agreements.importpages import BatchFilter, batch_list, batches_seen_by, check_page, column_rows
from agreements.views.doors import reader, require
from tracker.actions import once
from tracker.importing import CheckedRow, ImportKind, ImportRefused, template_header, template_rows
from tracker.importing.actions import apply_batch, undo_batch
from tracker.models import ImportBatch, User
from tracker.sheets import FORMATS, sheet_response


@dataclass(frozen=True, slots=True)
class ImportDoors:
    """The doors of one kind of import.

    ``place`` begins its address names, such as "cases:import", and ``templates`` are those of its first
    page and of a check; ``in_words`` puts kept rows into words; ``check_again`` is the app's action of that name;
    ``beside`` adds to the context of a check.
    """

    kind: ImportKind
    place: str
    templates: tuple[str, str]
    in_words: Callable[[Iterable[dict[str, Any]]], list[CheckedRow]]
    check_again: Callable[..., ImportBatch]
    apply_form: type[ApplyForm] = ApplyForm
    beside: Callable[[ImportBatch], dict[str, Any]] | None = None

    def enter(self, request: HttpRequest) -> User:
        """:raises PermissionDenied: for whoever may not import this."""
        user = reader(request)
        require(self.kind.may_import(user), self.words("not_allowed"))
        return user

    def words(self, code: str) -> Promise:
        return self.kind.layout.refused.messages[code]

    def address(self, batch: ImportBatch) -> str:
        return reverse(f"{self.place}_check", args=[batch.pk])

    def home(self, request: HttpRequest, form: KeyedForm, plan: Callable[[], ImportBatch]) -> HttpResponse:
        """Choose a file, which ``plan`` keeps as a check once the form is valid; below it the imports so far."""
        user = reader(request)
        if request.method == "POST" and form.is_valid():
            return redirect(once(form.cleaned_data["key"], by=user, do=lambda: self.address(plan())))
        filtered = BatchFilter(request.GET, reader=user, kind=self.kind.code, path=reverse(self.place))
        columns = column_rows(self.kind.layout.columns.values())
        context = {"form": form, "filter": filtered, "page": batch_list(filtered), "formats": FORMATS}
        return render(request, self.templates[0], context | {"columns": columns})

    def template(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """An empty file with one example row, as CSV, XLSX or ODS, called ``name``."""
        self.enter(request)
        format = request.GET.get("format", "csv")
        if format not in FORMATS:
            raise Http404
        columns = self.kind.layout.columns.values()
        return sheet_response(format, name, template_header(columns), template_rows(columns))

    def check(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """What every row would do, or has done, with the control totals."""
        batch = self._seen(request, key)
        return self._show(request, batch, self._form(batch))

    def apply(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Write what the check showed; when something has changed since, check again instead."""
        batch, user, today = self._seen(request, key), reader(request), timezone.localdate()
        form = self._form(batch, request.POST)
        if batch.state == ImportBatch.State.PLANNED and not form.is_valid():
            return self._show(request, batch, form)
        try:
            said = form.cleaned_data if form.is_valid() else {}
            apply_batch(by=user, kind=self.kind, batch=batch, today=today, **said)
        except ImportRefused as refused:
            if refused.code == "stale":
                self.check_again(by=user, batch=batch, today=today)
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The import is written."))
        return redirect(self.address(batch))

    def undo(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Take the whole import back."""
        batch, user = self._seen(request, key), reader(request)
        require(self.kind.may_undo(user), self.words("not_allowed_undo"))
        try:
            undo_batch(by=user, kind=self.kind, batch=batch, today=timezone.localdate())
        except ImportRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The import is undone."))
        return redirect(self.address(batch))

    def _form(self, batch: ImportBatch, data: Any = None) -> ApplyForm:
        """What applying asks: a note when something does not add up, a reason when something is corrected."""
        checked = self.kind.checked(batch)
        return self.apply_form(data, adds_up=checked.adds_up, needs_reason=self.kind.needs_reason(checked))

    def _seen(self, request: HttpRequest, key: UUID) -> ImportBatch:
        """:raises Http404: for an import that the reader may not see, as for none."""
        return get_object_or_404(batches_seen_by(self.enter(request), self.kind.code), pk=key)

    def _show(self, request: HttpRequest, batch: ImportBatch, form: Form) -> HttpResponse:
        page = check_page(
            batch,
            self.kind.checked(batch),
            self.in_words,
            request.GET,
            may_undo=self.kind.may_undo(reader(request)),
            path=self.address(batch),
        )
        beside = self.beside(batch) if self.beside else {}
        return render(request, self.templates[1], {"page": page, "batch": batch, "form": form} | beside)
