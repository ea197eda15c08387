"""What is wrong with a catalogue file is said with file, line and field, all of it at once."""

from pathlib import Path

import pytest

from plans.errors import CatalogueFileError
from plans.rules.catalogue_file import read_catalogue
from tests.plans.clinic import CLINIC, line_of

XCLASS = (Path(__file__).resolve().parents[2] / "plans" / "catalogues" / "xclass.yaml").read_text(encoding="utf-8")
TIERS = "price_books[0].charges[0].pricing.tiers"


def complaints(text: str) -> list[str]:
    with pytest.raises(CatalogueFileError) as refused:
        read_catalogue(text, "clinic.yaml")
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('unit_price: "300000"', 'unit_price: "-1"', f"{TIERS}[0].unit_price: must not be negative"),
        ('unit_price: "300000"', 'unit_price: "3e5"', f"{TIERS}[0].unit_price: a number in plain digits is needed"),
        (
            'unit_price: "200000"',
            'unit_prise: "1"',
            f"{TIERS}[1].unit_prise: there is no such field here; did you mean",
        ),
        ("up_to: null", "up_to: 9", f"{TIERS}[1].up_to: the last tier must be open"),
        ("up_to: 5", "up_to: lima", f"{TIERS}[0].up_to: a number in plain digits is needed, not 'lima'"),
        ("model: graduated", "model: gradual", "price_books[0].charges[0].pricing.model: one of flat"),
        ("  accent:", "  acent:", "product.acent: there is no such field here; did you mean accent?"),
        ("days: 10", 'days: "10"', "terms[0].due.days: should be a valid integer, not '10'"),
        ("days: 10", "days: true", "terms[0].due.days: should be a valid integer, not True"),
        ("due: {days: 10}", "due: 10", "terms[0].due: an object is needed, not 10"),
        ("interval_months: 3", "interval_months: 0", "price_books[0].charges[0].interval_months: should be greater"),
        ("effective_from: 2025-07-01", "effective_from: 2025-06-31", "price_books[0].effective_from: there is no day"),
        (
            "effective_from: 2025-07-01",
            "effective_from: 1 Juli",
            "price_books[0].effective_from: a date like 2025-03-01",
        ),
        ("effective_from: 2025-07-01", "effective_from: 1751328000", "price_books[0].effective_from: a date like"),
        ("channels: [email]", "channels: [emial]", "reminders[0].due[0].channels[0]: should be 'email'"),
        (
            "policy: within_term",
            "policy: whenever",
            "product.seats.policy: should be 'at_invoice', 'within_term' or 'next_invoice'",
        ),
        ("terms: ten-days", "terms: tendays", "plans[0].terms: there are no terms 'tendays'; did you mean ten-days?"),
        ("reminders: quiet", "reminders: loud", "plans[0].reminders: there are no reminders 'loud'; there is: quiet"),
        ("plans: [clinic]", "plans: [clinix]", "price_books[0].charges[0].plans[0]: there are no plans 'clinix'"),
        ('"SH/{year}/{sequence:05}"', '"SH/{tahun}"', "issuer.number_formats: invoice: cannot be filled in"),
        ("trial: {days: 14}", "trial: {days: 14, months: 1}", "plans[0].trial: give months or days, not both"),
        ('npwp: "0033456789012000"', "npwp: 12", "issuer.npwp: should be a valid string, not 12"),
        ("  brand: Sehat", "  code: sehat2", "issuer.code: given twice, first on line 2"),
        (
            "name: Klinik",
            "name: !!python/name:os.system",
            "product.name: the tag tag:yaml.org,2002:python/name:os.system",
        ),
        (
            "  seats: {policy",
            "  changes: {order: [klinik]}\n  seats: {policy",
            "product.changes.order[0]: there are no plans 'klinik'",
        ),
        (
            "  seats: {policy",
            "  changes: {order: [clinic, clinic]}\n  seats: {policy",
            "product.changes.order[1]: the plan clinic stands twice in the order",
        ),
        (
            "  seats: {policy",
            "  changes: {pairs: [{from: clinic, to: clinic, kind: switch}]}\n  seats: {policy",
            "product.changes.pairs[0]: a change goes from one plan to another",
        ),
        (
            "  seats: {policy",
            "  changes: {longer: {when: now}}\n  seats: {policy",
            "product.changes: longer: another interval begins at the end of the period",
        ),
        (
            "  seats: {policy",
            "  changes: {upgrade: {when: period_end, billing: pro_rata}}\n  seats: {policy",
            "product.changes.upgrade: at the end of a period nothing is left to bill pro rata",
        ),
        (
            "  seats: {policy",
            "  changes: {upgrad: {when: now}}\n  seats: {policy",
            "product.changes.upgrad: there is no such field here; did you mean upgrade?",
        ),
    ],
)
def test_a_fault_is_named_by_line_and_field(good: str, bad: str, said: str) -> None:
    text = CLINIC.replace(good, bad)
    line = line_of(text, bad)
    assert any(complaint.startswith(f"clinic.yaml:{line}: {said}") for complaint in complaints(text)), complaints(text)


def test_a_missing_field_is_named_at_the_object_it_is_missing_from() -> None:
    text = CLINIC.replace("  city: Surabaya\n", "")
    assert complaints(text) == ["clinic.yaml:2: issuer.city: this field is needed"]


def test_a_missing_price_is_named_at_its_tier() -> None:
    text = CLINIC.replace('{up_to: 5, unit_price: "300000"}', "{up_to: 5}")
    assert complaints(text) == [
        f"clinic.yaml:{line_of(text, '{up_to: 5}')}: {TIERS}[0].unit_price: this field is needed"
    ]


def test_all_faults_of_a_file_come_in_the_order_of_their_lines() -> None:
    text = CLINIC
    for good, bad in (
        ("city:", "citty:"),
        ("days: 10", "days: ten"),
        ("terms: ten-days", "terms: twenty"),
        ('"300000"', '"-1"'),
        ('"200000"', '"x"'),
    ):
        text = text.replace(good, bad, 1)
    lines = [complaint.split(":")[1] for complaint in complaints(text)]
    wrong = ("issuer:\n  code", "citty", "days: ten", "terms: twenty", '"-1"', '"x"')
    expected = [line_of(text, part) for part in wrong]
    expected[0] += 1  # what is missing from the issuer is told where its fields begin
    assert [int(line) for line in lines] == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "clinic.yaml:1: the file is empty"),
        ("issuer:\n\tcode: x\n", "clinic.yaml:2: this is no YAML: found character '\\t'"),
        ("issuer: {code: x\nproduct: y\n", "clinic.yaml:2: this is no YAML: "),
        ("issuer: *nowhere\n", "clinic.yaml:1: this is no YAML: found undefined alias 'nowhere'"),
        ("issuer: x\n---\nissuer: y\n", "clinic.yaml:2: this is no YAML: but found another document"),
        ("issuer:\n  code: \x07\n", "clinic.yaml:2: the character #x0007 is not allowed"),
        ("[" * 5000, "clinic.yaml:1: nested too deeply"),
        ("- a\n- b\n", "clinic.yaml:1: an object is needed, not a list"),
        ("issuer: &a [*a]\n", "clinic.yaml:1: issuer[0]: this anchor contains itself"),
        ("issuer: &a {<<: *a}\n", "clinic.yaml:1: issuer: this anchor contains itself"),
        ("issuer: {<<: 3}\n", "clinic.yaml:1: issuer: << merges objects only"),
        ("? [a]\n: 1\n", "clinic.yaml:1: a field's name must be text"),
    ],
)
def test_broken_yaml_is_named_by_its_line(text: str, said: str) -> None:
    assert any(complaint.startswith(said) for complaint in complaints(text)), complaints(text)


def test_an_alias_that_multiplies_without_end_is_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 9)
    )
    assert "more values than a catalogue can have" in complaints(bomb)[0]


def test_a_fault_behind_an_anchor_is_said_once_where_it_stands() -> None:
    text = XCLASS.replace("{days: 3, channels: [email, sms]}", "{days: 3, channels: [email, pigeon]}")
    (said,) = complaints(text)  # said of trial_end, though due and term_end are the same list
    assert said.startswith(f"clinic.yaml:{line_of(text, 'pigeon')}: reminders[0].")
    assert said.endswith("'whatsapp' or 'call', not 'pigeon'")


def test_a_fault_merged_into_a_later_book_stands_on_the_line_of_its_anchor() -> None:
    text = XCLASS.replace("        interval_months: 12", "        interval_months: 99", 1)
    first = complaints(text)[0]
    assert first.startswith(
        f"clinic.yaml:{line_of(text, 'interval_months: 99')}: price_books[0].charges[0].interval_months"
    )


def test_what_a_merge_overrides_counts() -> None:
    book = read_catalogue(XCLASS, "xclass.yaml").catalogue.price_books[1]
    assert book.charges[0].pricing["tiers"][1]["unit_price"] == "7500"
    assert book.charges[0].description.en == "XClass subscription per student and year"


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("from: 50, to: 500", "from: 40, to: 500", "plans[1].quantity: overlaps with the quantities of plans[0]"),
        ("from: 50, to: 500", "from: 50, to: 5", "plans[1].quantity: to must not be below from"),
        ("code: enterprise", "code: standard", "plans[2].code: the code standard is used twice, first in plans[1]"),
        (
            "from: 2027-01-01",
            "from: 2026-01-01",
            "price_books[2].effective_from: price_books[1] begins on 2026-01-01 too",
        ),
        ('pattern: "^[0-9A-Z]{8}$"', 'pattern: "[0-9"', "product.registration[0].pattern: no regular expression"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(good: str, bad: str, said: str) -> None:
    assert any(said in complaint for complaint in complaints(XCLASS.replace(good, bad, 1)))
