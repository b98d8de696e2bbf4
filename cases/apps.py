"""Tells Django about the app `cases`, and the rooms below about cases."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Fill the named lists of the rooms below; their modules need the models, which are ready only now."""
        import_string("agreements.consequences.TELLERS").append(
            import_string("cases.consequences.cases_touched")
        )
        import_string("agreements.consequences.HEADINGS").update(import_string("cases.consequences.HEADINGS"))
        import_string("agreements.panels.PANELS").append(import_string("cases.panels.cases_of_partner"))
        import_string("agreements.panels.PANELS").append(import_string("cases.panels.practice_of_partner"))
        import_string("agreements.panels.AGREEMENT_PANELS").append(
            import_string("cases.panels.cases_on_agreement")
        )
        import_string("agreements.panels.AGREEMENT_PANELS").append(
            import_string("cases.panels.retention_of_agreement")
        )
        import_string("agreements.actions.recompute.RECOMPUTERS").append(
            import_string("cases.actions.recompute.recompute_case_clocks")
        )
        import_string("agreements.panels.HOME_FIGURES").append(import_string("cases.desk.figure_at_home"))
        import_string("tracker.search.SOURCES").append(import_string("cases.searching.CASES"))
        import_string("tracker.audit.LISTED").add("cases.paragraph")
        import_string("tracker.owners.OWNERS")["cases.case"] = import_string("cases.papers.may_see_papers_of")
        import_string("tracker.owners.UNTOLD").add("cases.case")
        import_string("tracker.owners.KEEPING").append(import_string("cases.actions.papers.keys_of_drafts"))
        import_string("tracker.owners.OWNERS")["cases.letter"] = import_string(
            "cases.letters.reading.may_see_papers_of_letter"
        )
        import_string("tracker.owners.UNTOLD").add("cases.letter")
        answering = import_string("tracker.owners.ANSWERING")
        answering["cases.case"] = import_string("cases.papers.ANSWERING_FOR_CASES")
        answering["cases.letter"] = import_string("cases.letters.reading.ANSWERING_FOR_LETTERS")
