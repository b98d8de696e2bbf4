"""Addresses of agreements and partners."""

from django.urls import path, register_converter

from agreements.views import (
    additions,
    board,
    changes,
    contacts,
    corrections,
    home,
    importing,
    marks,
    partners,
    placeholders,
    record,
    register,
    status_table,
    steps,
)


class AgreementNumber:
    """An agreement's number in an address: `A-114-001`, or `A-密114-001` of a restricted one."""

    regex = r"A-密?\d{3}-\d{3,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AgreementNumber, "agreement")

app_name = "agreements"
urlpatterns = [
    path("agreements/", board.board, name="board"),
    path("agreements/home/", home.home, name="home"),
    path("agreements/status/", status_table.status_table, name="status_table"),
    path("agreements/changes/", changes.changes, name="changes"),
    path("agreements/export/", board.export, name="export"),
    path("partners/", partners.partners, name="partners"),
    path("partners/<str:code>/", partners.partner, name="partner"),
    path("partners/<str:code>/contacts/", contacts.contacts, name="contacts"),
    path("partners/<str:code>/contacts/new/", contacts.new_contact, name="new_contact"),
    path("partners/<str:code>/contacts/<int:pk>/withdraw/", contacts.withdraw, name="withdraw_contact"),
    path("agreements/placeholders/", placeholders.placeholders, name="placeholders"),
    path("agreements/placeholders/<int:pk>/withdraw/", placeholders.withdraw, name="withdraw_placeholder"),
    path("agreements/marks/", marks.marks, name="marks"),
    path("agreements/new/", register.new, name="new"),
    path("agreements/import/", importing.imports, name="import"),
    path("agreements/import/template/", importing.template, name="import_template"),
    path("agreements/import/<uuid:batch>/", importing.check, name="import_check"),
    path("agreements/import/<uuid:batch>/apply/", importing.apply, name="import_apply"),
    path("agreements/import/<uuid:batch>/undo/", importing.undo, name="import_undo"),
    path("agreements/<agreement:number>/", record.detail, name="detail"),
    path("agreements/<agreement:number>/history/", record.history, name="history"),
    path("agreements/<agreement:number>/edit/", register.change, name="edit"),
    path("agreements/<agreement:number>/steps/new/", steps.new, name="new_step"),
    path("agreements/<agreement:number>/milestones/<int:pk>/correct/", corrections.correct, name="correct"),
    path(
        "agreements/<agreement:number>/milestones/<int:pk>/withdraw/", corrections.withdraw, name="withdraw"
    ),
    path("agreements/<agreement:number>/rounds/new/", additions.new_round, name="new_round"),
    path("agreements/<agreement:number>/progress/", additions.progress, name="progress"),
    path("agreements/<agreement:number>/links/new/", additions.new_link, name="new_link"),
    path("agreements/<agreement:number>/sources/new/", additions.new_source, name="new_source"),
    path("agreements/<agreement:number>/sources/<int:pk>/", additions.choose, name="choose_source"),
    path("agreements/<agreement:number>/documents/new/", additions.new_documents, name="new_documents"),
]
