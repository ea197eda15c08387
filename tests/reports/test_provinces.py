"""What a province's officials may read: groups of five or more, and nothing from which fewer could be told (C14)."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rules.provinces import Earlier, Edition, Member, Part, compose, follows_from, grouped, shown, sum_of
from reports.selectors.places import province_of
from tenants.rules.provinces import PROVINCES, province_in, province_named

SEATS = 100


def people(
    first: int, last: int, product: str = "koperasi", standing: str = "using", units: int | None = SEATS
) -> dict[str, Member]:
    """Customers number first … last."""
    return {str(number): Member(product, standing, units) for number in range(first, last + 1)}


def out(*months: dict[str, Member]) -> list[Edition]:
    """What came out, month by month."""
    earlier: list[Earlier] = []
    for counted in months:
        earlier.append(Earlier(compose(counted, earlier), counted))
    return [item.edition for item in earlier]


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ({"a": 9, "b": 3, "c": 2}, ["a", "bc"]),  # the small ones together are five
        ({"a": 9, "b": 7, "c": 3}, ["a", "bc"]),  # alone three would be what is left of nineteen
        ({"a": 9, "b": 3}, ["ab"]),
        ({"a": 9, "b": 0, "c": 5}, ["a", "c"]),  # nobody is told by a group of nobody
        ({"a": 4, "b": 1, "c": 0}, ["ab"]),
        ({}, []),
    ],
)
def test_small_groups_are_told_together_and_never_by_what_is_left(counts: dict[str, int], groups: list[str]) -> None:
    found = grouped(counts)
    assert sorted("".join(sorted(group)) for group in found) == groups


def test_five_customers_are_told_and_four_are_not() -> None:
    assert out(people(1, 4)) == [Edition()]
    assert out(people(1, 5)) == [
        Edition(5, (Part("koperasi", 5, 500),), (Part("using", 5),)),
    ]


def test_the_next_month_waits_until_five_have_come() -> None:
    """12, then 13 and 16: 16 − 12 tells of four; 17 is five more."""
    assert [edition.total for edition in out(people(1, 12), people(1, 13), people(1, 16), people(1, 17))] == [
        12,
        None,
        None,
        17,
    ]


def test_each_earlier_edition_is_looked_at_not_only_the_last() -> None:
    """17 − 12 is five; when four of them have left again, 13 − 12 would tell of the one who stayed."""
    assert [edition.total for edition in out(people(1, 12), people(1, 17), people(1, 13), people(1, 22))] == [
        12,
        17,
        None,
        22,
    ]


def test_a_count_that_one_customer_changed_is_not_told_anew() -> None:
    """600 − 500 would be what one has added; once five have added one each, it is told."""
    before = people(1, 5)
    one = before | people(1, 1, units=200)
    five = people(1, 5, units=SEATS + 1)
    first, second, third = out(before, one, five)
    assert (first.products, second, third.products) == (
        (Part("koperasi", 5, 500),),
        Edition(),
        (Part("koperasi", 5, 505),),
    )


@pytest.mark.parametrize("reports", [{}, people(1, 1, units=150)])
def test_five_who_come_do_not_hide_the_count_of_the_one_of_them_who_reports(reports: dict[str, Member]) -> None:
    """800 − 500 would be what the tenth serves; the four others who came say nothing yet."""
    came = people(1, 5) | reports | people(6, 9, units=None) | people(10, 10, units=300)
    first, second = out(people(1, 5), came)
    assert (first.products, second.total, second.products) == ((Part("koperasi", 5, 500),), 10, None)
    told = out(people(1, 5), came, came | people(6, 9, units=10))[-1]
    assert told.products == (Part("koperasi", 10, 840 + 50 * len(reports)),)


def test_who_was_once_told_with_a_product_is_not_told_by_what_is_left_of_it() -> None:
    """9 and 10 (b and c), then 7 and 9 (a and c), because a has become the smaller: 10 − 7 would be the three of c."""
    others = people(10, 16, "b") | people(17, 19, "c")
    first, second = out(people(1, 9, "a") | others, people(5, 9, "a") | people(20, 20, "a") | others)
    assert first.products == (Part("a", 9, 900), Part("", 10))
    assert (second.total, second.products) == (16, None)


def test_a_breakdown_that_would_tell_of_one_stays_while_the_total_goes_on() -> None:
    """Five more come, and one of the old ones is suspended: 11 → 16 in all, but "using" 11 → 15 beside one who stopped."""
    now = people(1, 1, standing="stopped") | people(2, 16)
    first, second = out(people(1, 11), now)
    assert (first.standings, second.total, second.standings) == ((Part("using", 11),), 16, (Part("", 16),))
    apart = people(1, 6, standing="trying") | people(7, 17)
    moved = people(2, 6, standing="trying") | people(1, 1) | people(7, 22)
    first, second = out(apart, moved)
    assert (first.standings, second.total, second.standings) == ((Part("trying", 6), Part("using", 11)), 22, None)
    assert shown([first, second]).standings == first.standings


def test_who_gets_no_edition_cannot_tell_whether_nobody_changed_or_a_few_did() -> None:
    assert out(people(1, 12), people(1, 12))[1] == out(people(1, 12), people(1, 14))[1] == Edition()


@pytest.mark.parametrize(
    ("units", "whole"),
    [
        ([100, 120, 90, 80, 110], 500),
        ([100, 120, 90, 80, 2000], None),  # little else than the largest
        ([100, 120, 90, 80, None], None),  # four have reported
        ([0, 100, 120, 90, 80], None),
        ([], None),
    ],
)
def test_what_is_served_is_told_of_five_none_of_whom_outweighs_the_rest(
    units: list[int | None], whole: int | None
) -> None:
    assert sum_of(units) == whole


MONTHS = st.lists(
    st.dictionaries(
        st.integers(0, 17).map(str),
        st.builds(Member, st.sampled_from("abc"), st.sampled_from(["using", "trying"]), st.sampled_from([None, 7, 8])),
        min_size=3,
    ),
    min_size=2,
    max_size=6,
)


def unions(edition: Edition, counted: dict[str, Member]) -> list[set[str]]:
    """Whom each part of the products, and each sum of parts, counts."""
    names = {part.name for part in edition.products or ()}
    parts = [
        {key for key, item in counted.items() if (item.product if item.product in names else "") == name}
        for name in sorted(names)
    ]
    return [set().union(*some) for count in range(len(parts) + 1) for some in combinations(parts, count)]


@given(MONTHS)
def test_no_two_editions_differ_by_one_to_four_customers(months: list[dict[str, Member]]) -> None:
    """Whoever comes and goes: between two editions, in the whole, in each part and sum of parts, it is nobody or five."""
    told = [(edition, counted) for edition, counted in zip(out(*months), months, strict=True) if edition.total]
    for (old, then), (new, now) in combinations(told, 2):
        assert len(then.keys() ^ now.keys()) not in range(1, 5)
        assert all(len(was ^ has) not in range(1, 5) for was in unions(old, then) for has in unions(new, now))
        for part in new.products or ():
            if old.products is not None and part.name in {item.name for item in old.products} - {""}:
                was = {key: item.units or 0 for key, item in then.items() if item.product == part.name}
                has = {key: item.units or 0 for key, item in now.items() if item.product == part.name}
                assert sum(was.get(key, 0) != has.get(key, 0) for key in {*was, *has}) not in range(1, 5)
    for edition, _counted in told:
        for parts in (edition.products, edition.standings):
            assert parts is None or (sum(part.customers for part in parts) == edition.total)
            assert all(part.customers >= 5 for part in parts or ())


@pytest.mark.parametrize(
    ("written", "province"),
    [
        ("Jawa Barat", "Jawa Barat"),
        (" provinsi  jawa BARAT ", "Jawa Barat"),
        ("Jabar", "Jawa Barat"),
        ("D.I. Yogyakarta", "DI Yogyakarta"),
        ("Dki Jakarta", "DKI Jakarta"),
        ("Bandung", ""),
        ("", ""),
    ],
)
def test_a_province_is_found_as_people_write_it(written: str, province: str) -> None:
    assert province_named(written) == province


def test_reports_name_a_province_as_it_is_called_and_keep_what_is_none() -> None:
    written = ("dki  jakarta", "Jabar", " negeri  JAUH", "")
    assert [province_of({"province": one}) for one in written] == ["DKI Jakarta", "Jawa Barat", "Negeri Jauh", ""]
    assert province_of({}) == ""


@pytest.mark.parametrize(
    ("address", "province"),
    [
        ("Jl. Riau 5, Bandung, Jawa Barat 40111", "Jawa Barat"),
        ("Jl. Bali 3, Surabaya, prov. jatim", "Jawa Timur"),
        ("Jl. Sudirman 1, Jakarta, Indonesia", "DKI Jakarta"),
        ("Jl. Riau 5, Bandung", ""),
        ("", ""),
    ],
)
def test_an_address_names_its_province_between_commas_c14(address: str, province: str) -> None:
    assert province_in(address) == province


def test_there_are_38_provinces_and_each_is_found_by_its_name() -> None:
    assert len(PROVINCES) == 38
    assert [province_named(name) for name in PROVINCES] == list(PROVINCES)


def test_an_edition_follows_from_whom_it_counted() -> None:
    """Nine of a and three of b, 100 each; units are told of no group that is not told alone."""
    counted = {**people(1, 9, "a"), **people(10, 12, "b")}
    using = (Part("using", 12),)
    true = [
        Edition(12),
        Edition(12, (Part("a", 9, 900), Part("", 3)), using),
        Edition(12, (Part("a", 9), Part("b", 3, 300))),
        Edition(12, (Part("", 12),)),
    ]
    false = [
        Edition(13),
        Edition(12, (Part("a", 9),)),
        Edition(12, (Part("a", 10), Part("", 2))),
        Edition(12, (Part("a", 9, 1000), Part("", 3))),
        Edition(12, (Part("a", 9), Part("a", 9), Part("", 3))),
        Edition(12, None, (Part("trying", 12),)),
    ]
    assert all(follows_from(edition, counted) for edition in true)
    assert not any(follows_from(edition, counted) for edition in false)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("using", "trying")), st.integers(0, 99)), max_size=40)
)
def test_whatever_comes_out_follows_from_whom_it_counted(told: list[tuple[str, str, int]]) -> None:
    counted = {str(at): Member(*member) for at, member in enumerate(told)}
    edition = compose(counted, [])
    assert edition == Edition() or follows_from(edition, counted)
