"""What the forms of actions ask: always why, some until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from numberline import clock
from numberline.core.until import UntilError, parse
from numberline.core.words import moment

PLAIN = RegexValidator(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]",
    "It holds characters that can't be seen: write it in plain text.",
    inverse_match=True,
)
"""Characters that do something to a terminal or to the order of the text around them have no place in the record."""


class Plain(forms.CharField):
    """A text without invisible characters."""

    default_validators = [PLAIN]


class Reasoned(forms.Form):
    """Why something is done, for the audit trail."""

    reason = Plain(max_length=1000, help_text="It stands in the audit trail.")
    ticket = Plain(max_length=200, required=False, label="Ticket, if there is one")


class Ending(Reasoned):
    """Why, and until when."""

    until = Plain(
        max_length=40,
        required=False,
        help_text="A date (2026-12-31), a moment or a duration (30d). Empty: until somebody ends it.",
    )
    field_order: Sequence[str] = ("until", "reason", "ticket")

    def clean_until(self) -> datetime | None:
        """The end as a moment; None for none."""
        text: str = self.cleaned_data["until"]
        try:
            return parse(text, clock.now()) if text else None
        except UntilError as error:
            raise forms.ValidationError(str(error)) from None


def another_end(what: str, until: datetime | None) -> str:
    """What becomes of an end that is set already."""
    ends = f"until {moment(until)}" if until is not None else "until somebody ends it"
    return f"So far: {what} {ends}. The end that you give here takes the place of that."


class Somebody(Plain):
    """A person, by their UPN or object id; the field offers people while somebody types."""

    offers = "people_choices"


class Reserving(Ending):
    """For whom or for what, why, and until when."""

    person = Somebody(max_length=320, required=False, help_text="Name, UPN, or an attribute: City=Leeds.")
    purpose = Plain(max_length=200, required=False, help_text="What it is kept for: Reception, a new desk.")
    field_order = ("person", "purpose", "until", "reason", "ticket")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "For whom"
        self.fields["purpose"].label = "For what"
