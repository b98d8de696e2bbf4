"""What the pages of the reciprocity ledger ask for: the parameters of its report, and the order of the partners."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from reports.catalogue import REPORTS
from reports.forms.catalogue import ParametersForm
from reports.reciprocity import Order


class PartnerLedgerForm(ParametersForm):
    """The parameters of the ledger without the partner, which the address names."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, entry=REPORTS["S09"], today=today, **kwargs)
        del self.fields["partner"]


class LedgerForm(PartnerLedgerForm):
    """The same with the order."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.fields["order"] = forms.ChoiceField(
            label=pgettext_lazy("filter", "Order"),
            choices=[(order.value, order.label) for order in Order],
            required=False,
        )

    @property
    def order(self) -> Order:
        """The order asked for, else by imbalance."""
        given = self.cleaned_data.get("order") if self.is_bound and self.is_valid() else ""
        return Order(given) if given else Order.IMBALANCE
