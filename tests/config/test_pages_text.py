"""How amounts, days and the line of time are written on the customer's pages, and how errors are listed."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from billing.templatetags.langganan import arrange_timeline, describe_errors, relative_day, rupiah, tanggal

TODAY = dt.date(2025, 3, 10)


@pytest.mark.parametrize(
    ("amount", "written"),
    [(750_000, "Rp 750.000"), (0, "Rp 0"), (-5_000, "-Rp 5.000"), (None, ""), (1_002_000, "Rp 1.002.000")],
)
def test_an_amount_is_written_with_points_and_a_missing_one_not_at_all(amount: int | None, written: str) -> None:
    assert rupiah(amount) == written


def test_a_day_is_written_in_the_language_of_the_reader() -> None:
    with translation.override("id"):
        assert tanggal(dt.date(2025, 3, 1)) == "1 Maret 2025"
    with translation.override("en"):
        assert tanggal(dt.date(2025, 3, 1)) == "1 March 2025"


def test_an_instant_is_written_as_its_day_in_the_active_time_zone() -> None:
    # 20.00 UTC on the 9th is already 03.00 on the 10th in Jakarta.
    assert tanggal(dt.datetime(2025, 3, 9, 20, tzinfo=dt.UTC)).startswith("10 ")


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, "hari ini"),
        (1, "besok"),
        (2, "2 hari lagi"),
        (59, "59 hari lagi"),
        (60, "sekitar 2 bulan lagi"),
        (356, "sekitar 12 bulan lagi"),
        (730, "sekitar 2 tahun lagi"),
        (-1, "kemarin"),
        (-16, "16 hari lalu"),
    ],
)
def test_a_day_is_told_from_today(days: int, written: str) -> None:
    with translation.override("id"):
        assert relative_day(TODAY + dt.timedelta(days=days), TODAY) == written


def test_today_takes_its_place_between_the_milestones() -> None:
    milestones = [
        {"label": "Ditangguhkan", "on": dt.date(2025, 3, 31), "kind": "stop"},
        {"label": "Jatuh tempo", "on": dt.date(2025, 3, 1)},
    ]
    with translation.override("id"):
        entries = arrange_timeline(milestones, TODAY)
    assert [(entry.label, entry.state) for entry in entries] == [
        ("Jatuh tempo", "past"),
        ("Hari ini", "today"),
        ("Ditangguhkan", "future"),
    ]


def test_a_milestone_that_falls_on_today_is_today_itself() -> None:
    entries = arrange_timeline([{"label": "Jatuh tempo", "on": TODAY}], TODAY)
    assert [(entry.label, entry.state) for entry in entries] == [("Jatuh tempo", "today")]


class _Form(forms.Form):
    npsn = forms.CharField(label="NPSN")
    period = forms.ChoiceField(label="Bayar per", choices=[("year", "Tahun")], widget=forms.RadioSelect)
    content = forms.CharField(label="Isi", error_messages={"required": "Bidang ini harus diisi."})


def test_the_error_summary_names_each_field_and_leads_to_its_control() -> None:
    form = _Form({})
    form.add_error(None, "Pendaftaran sedang ditutup.")
    found = describe_errors(form)
    assert [error["target"] for error in found] == ["", "id_npsn", "id_period_0", "id_content"]
    assert found[1]["text"].startswith("NPSN: ")
    assert found[3]["text"] == "Isi: Bidang ini harus diisi.", "a word is not named by another that holds it"
