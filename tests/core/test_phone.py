import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numberline.core.phone import NumberError, PhoneNumber, calling_code, doubt, impossible, parse, sort_key


def test_a_number_is_its_e164_text() -> None:
    number = parse("+442079460012")
    assert (str(number), number.e164, number.extension) == ("+442079460012", "+442079460012", None)


def test_an_extension_is_part_of_the_number() -> None:
    number = parse("+442079460012;ext=12")
    assert (number.e164, number.extension, str(number)) == ("+442079460012", "12", "+442079460012;ext=12")


def test_extensions_differ_by_their_exact_text() -> None:
    assert parse("+442079460012;ext=12") != parse("+442079460012;ext=012")


def test_a_tel_uri_and_outer_spaces_are_accepted() -> None:
    assert parse(" tel:+442079460012;EXT=7 ") == PhoneNumber("+442079460012", "7")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02079460012",
        "442079460012",
        "+",
        "+44",
        "+0442079460012",
        "+4420794600121234567",
        "+44x",
        "+442079460012;ext=",
    ],
)
def test_what_is_not_e164_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(NumberError, match=r"is not an E\.164 number: write a plus sign"):
        parse(text)


def test_of_a_text_that_is_far_too_long_for_a_number_the_error_repeats_the_beginning() -> None:
    with pytest.raises(NumberError) as refused:
        parse("+44" + "9" * 100_000)
    assert "9999… is not" in str(refused.value).replace('"', "")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("+44 (0)20 7946 0012", "+442079460012"),
        ("+44 (0) 20-7946.0012", "+442079460012"),
        ("+1 (206) 555\u20110100", "+12065550100"),
        ("+44 20 7946 0012 ext. 34", "+442079460012;ext=34"),
    ],
)
def test_a_number_with_separators_is_refused_with_its_e164_form(text: str, meant: str) -> None:
    with pytest.raises(NumberError, match=rf": write {re.escape(meant)}\.$"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["+44207946000O", "+4420794600l2", "+44 20 7946 0012 or so", "+44 020 7946 0012", "+44 20 7946 0O12"],
)
def test_another_number_than_the_one_written_is_never_suggested(text: str) -> None:
    with pytest.raises(NumberError, match=r"is not an E\.164 number: write a plus sign"):
        parse(text)


def test_a_calling_code_that_no_country_has_is_refused() -> None:
    with pytest.raises(NumberError, match="no country has a calling code"):
        parse("+999123456789")


@pytest.mark.parametrize(
    ("text", "country", "area_code"),
    [
        ("+442079460012", "GB", "20"),
        ("+441632960001", "GB", "1632"),  # a code for drama only: outside the numbering plan
        ("+441235550101", "GB", "1235"),
        ("+12065550100", "US", "206"),
        ("+14165550101", "CA", "416"),
        ("+4930901820", "DE", "30"),
        ("+390612345678", "IT", "06"),
        ("+442079460012;ext=12", "GB", "20"),
        ("+80012345678", None, None),  # international freephone belongs to no country
    ],
)
def test_country_and_area_code_come_from_the_number(
    text: str, country: str | None, area_code: str | None
) -> None:
    number = parse(text)
    assert (number.country, number.area_code) == (country, area_code)


def test_a_stored_text_that_is_no_number_of_a_country_has_neither_country_nor_area_code() -> None:
    number = PhoneNumber.stored("+999123456789")
    assert (number.country, number.area_code) == (None, None)


def test_numbers_sort_by_value_and_the_plain_number_before_its_extensions() -> None:
    ascending = [
        "+12065550100",
        "+442079460001",
        "+442079460001;ext=9",
        "+442079460001;ext=10",
        "+442079460002",
    ]
    shuffled = [PhoneNumber.stored(text) for text in ascending]
    random.Random(1).shuffle(shuffled)
    assert [str(number) for number in sorted(shuffled)] == ascending
    assert sorted(map(str, shuffled), key=sort_key) == ascending


def test_a_number_does_not_compare_with_text() -> None:
    with pytest.raises(TypeError):
        assert PhoneNumber("+442079460001") < "+442079460002"


@given(st.integers(2000000000, 2999999999), st.none() | st.from_regex(r"[0-9]{1,8}", fullmatch=True))
def test_text_parses_to_a_number_that_writes_the_same_text(national: int, extension: str | None) -> None:
    text = f"+44{national}" + ("" if extension is None else f";ext={extension}")
    assert str(parse(text)) == text
    assert PhoneNumber.stored(text) == parse(text)


@pytest.mark.parametrize(
    ("text", "code", "subscriber"),
    [
        ("+442079460012", "44", "79460012"),
        ("+12065550100", "1", "5550100"),
        ("+441632960123", "44", "960123"),
        ("+35312345678", "353", "2345678"),
    ],
)
def test_a_number_begins_with_its_countrys_calling_code_and_ends_with_the_subscribers_digits(
    text: str, code: str, subscriber: str
) -> None:
    assert calling_code(text) == code
    assert parse(text).subscriber == subscriber


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("+4420794600123", "too long for GB (+44)"),
        ("+1206555010", "too short for US (+1)"),
        ("+120655501000", "too long for US (+1)"),
        ("+3312345678", "too short for FR (+33)"),
        ("+44115496", "too short for GB (+44)"),  # dialled within a town alone, which E.164 has no form for
        ("+4420794600", "too short for GB (+44)"),
        ("+15550100", "too short for US (+1)"),
        ("+8001234567", "too short for +800"),
        ("+442079460012", None),
        ("+441632960001", None),  # kept free for films: possible, in no plan
        ("+80012345678", None),
    ],
)
def test_a_number_that_no_country_gives_is_told(text: str, why: str | None) -> None:
    assert impossible(parse(text)) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("+442079460", "not in the numbering plan of GB (+44) as it is known here"),
        ("+441632960001", "not in the numbering plan of GB (+44) as it is known here"),
        ("+4402079460012", "not as one writes it from abroad, which is +442079460012"),
        ("+442079460012;ext=12", None),
        ("+448001111", None),
        ("+12065550100", None),
        ("+493023125000", None),
        ("+80012345678", None),
    ],
)
def test_a_number_that_is_likely_mistyped_is_doubted(text: str, why: str | None) -> None:
    assert impossible(parse(text)) is None
    assert doubt(parse(text)) == why
