"""Bringing numbers in from a CSV file: upload, a preview of every row, and only then the import."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from numberline import clock
from numberline.access.permissions import Permission
from numberline.accounts.actor import in_portal
from numberline.inventory.csv_table import MOST_BYTES
from numberline.inventory.import_preview import FilePreview, RowPreview, preview_file
from numberline.inventory.models import Upload
from numberline.inventory.uploads import UploadUnknown, keep, upload_of
from numberline.jobs.models import Kind
from numberline.jobs.tasks import ask
from numberline.portal.actions_forms import Plain
from numberline.portal.request import InTenant

PASTED = "pasted rows"
LONGEST_MENDED = 20_000
ROWS = 200
"""Rows of the preview on one page."""


class File(forms.Form):
    """A CSV file, or its text."""

    file = forms.FileField(required=False, allow_empty_file=True, max_length=200)
    text = forms.CharField(required=False, strip=False, max_length=1_000_000)

    def clean(self) -> dict[str, Any]:
        """One of the two, and not too much."""
        given: dict[str, Any] = super().clean() or {}
        file, text = given.get("file"), given.get("text") or ""
        if file is None and not text.strip() and not self.errors:
            raise forms.ValidationError("Choose a file, or paste its rows.")
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(
                "The file is larger than 100 MB: write numbers as blocks with first and last."
            )
        return given


class Confirmation(forms.Form):
    """Why numbers are imported."""

    reason = Plain(max_length=500)
    ticket = Plain(max_length=200, required=False)


def import_numbers(request: InTenant) -> HttpResponse:
    """Choose a file; it is kept to be looked at, and nothing else is written."""
    if request.method != "POST":
        return _form(request, File())
    form = File(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    file = form.cleaned_data["file"]
    data = file.read() if file is not None else form.cleaned_data["text"].encode()
    name = file.name if file is not None else PASTED
    kept = keep(request.visit.tenant, name, data, by=in_portal(request.user), at=clock.now())
    return redirect("import_preview", tenant=request.visit.tenant.name, upload=kept.pk)


def import_preview(request: InTenant, upload: int) -> HttpResponse:
    """Every row of the file and what it would do, the wrong ones with all that is wrong."""
    return _preview(request, _upload(request, upload), Confirmation())


def import_confirm(request: InTenant, upload: int) -> HttpResponse:
    """Import the file that was looked at: all of it, or nothing."""
    kept = _upload(request, upload)
    form = Confirmation(request.POST)
    if not form.is_valid():
        return _preview(request, kept, form, status=422)
    tenant = request.visit.tenant
    task = ask(
        tenant,
        Kind.IMPORT,
        {"upload": kept.pk, "name": kept.name},
        actor=in_portal(request.user),
        back=reverse("import_numbers", args=[tenant.name]),
        **form.cleaned_data,
    )
    return redirect("task", tenant=tenant.name, key=task.pk)


def _upload(request: InTenant, key: int) -> Upload:
    try:
        return upload_of(request.visit.tenant, key)
    except UploadUnknown as error:
        raise Http404 from error


def _form(request: InTenant, form: File, status: int = 200) -> HttpResponse:
    ranges = (
        request.visit.ranges.filter(type="direct_routing").order_by("name").values_list("name", flat=True)
    )
    return render(request, "portal/import.html", {"form": form, "ranges": ranges[:50]}, status=status)


def _preview(request: InTenant, kept: Upload, form: Confirmation, status: int = 200) -> HttpResponse:
    found = preview_file(request.visit.tenant, bytes(kept.data))
    rows, only = _rows(request, found)
    start = _start(request.GET.get("from", ""), len(rows))
    context = {
        "upload": kept,
        "found": found,
        "only": only,
        "rows": rows[start : start + ROWS],
        "earlier": max(0, start - ROWS) if start else None,
        "further": start + ROWS if start + ROWS < len(rows) else None,
        "totals": _totals(found),
        "pasted": _pasted(kept) if not found.fine else "",
        "may_make_ranges": request.visit.allows(Permission.RANGES),
        "form": form,
    }
    return render(request, "portal/import_preview.html", context, status=status)


def _pasted(kept: Upload) -> str:
    """Rows that were pasted, to be mended where they are shown; empty for a file, and for more than a page takes."""
    if kept.name != PASTED or len(kept.data) > LONGEST_MENDED:
        return ""
    return bytes(kept.data).decode(errors="replace")


def _rows(request: InTenant, found: FilePreview) -> tuple[list[RowPreview], str]:
    """The rows that are asked for: all of them, or only those that are wrong or doubtful."""
    if "wrong" in request.GET and found.wrong:
        return [row for row in found.rows if row.problems], "wrong"
    if "doubtful" in request.GET and found.doubtful:
        return [row for row in found.rows if row.doubts], "doubtful"
    return list(found.rows), ""


def _totals(found: FilePreview) -> list[tuple[str, int, int]]:
    """Each range with how many numbers it would gain and how many of the file's it has already."""
    totals: dict[str, tuple[int, int]] = {}
    for row in found.rows:
        adds, present = totals.get(row.row.range, (0, 0))
        totals[row.row.range] = (adds + row.adds, present + row.present)
    return [(name, adds, present) for name, (adds, present) in sorted(totals.items())][:ROWS]


def _start(text: str, count: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return number if number < count else 0
