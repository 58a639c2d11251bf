"""Texts: what may be typed, and when two people typed the same."""

from typing import get_args

import pytest

from humanwire.core.errors import InvalidAnswer
from humanwire.core.ids import WorkerId
from humanwire.core.json import Json
from humanwire.core.questions import Given, Text, Validation
from humanwire.core.questions.wording import TEXT_BYTES_MAX

WORDS = Text(instruction="What is it?")
NUMBER = Text(instruction="How many?", validation="number")
URL = Text(instruction="Where?", validation="url")


def agree(question: Text, one: str, other: str) -> bool:
    return question.agree(
        Given(WorkerId(1), question.check(one)), Given(WorkerId(2), question.check(other))
    )


def refused(question: Text, response: Json) -> bool:
    try:
        question.check(response)
    except InvalidAnswer as refusal:
        return refusal.field == "response"
    return False


def test_a_text_comes_back_as_typed_but_trimmed():
    assert WORDS.check("  Two  Cats\n") == "Two  Cats"


@pytest.mark.parametrize("response", ["", " \n\u3000", None, 5, ["cat"], "a\0b", "\ud800"])
def test_what_is_no_text_is_refused(response: Json):
    assert refused(WORDS, response)


def test_a_text_may_be_as_long_as_the_limit_in_bytes():
    assert WORDS.check("é" * (TEXT_BYTES_MAX // 2))
    assert refused(WORDS, "é" * (TEXT_BYTES_MAX // 2) + "a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cat", "cat"),
        ("two  cats", "two cats"),
        ("two\ncats", "two cats"),
        ("caf\u00e9", "cafe\u0301"),
        ("\uff23\uff41\uff54", "cat"),
        ("STRASSE", "stra\u00dfe"),
    ],
)
def test_case_width_and_white_space_do_not_count(one: str, other: str):
    assert agree(WORDS, one, other)


@pytest.mark.parametrize(("one", "other"), [("cat", "cats"), ("two cats", "twocats"), ("1", "1.0")])
def test_other_words_do_not_agree(one: str, other: str):
    assert not agree(WORDS, one, other)


def test_marks_stacked_to_slow_the_server_down_are_refused():
    assert WORDS.check("e\u0301\u0327")
    assert refused(WORDS, "e" + "\u0301\u0327" * 16_000)


@pytest.mark.parametrize(
    "typed", ["42", "-3", "+7", "3.50", ".5", "5.", "1e3", "2.5E-3", "007", "1e999999999"]
)
def test_numbers_as_people_type_them_are_taken(typed: str):
    assert NUMBER.check(f" {typed} ") == typed


@pytest.mark.parametrize(
    "typed",
    [
        *["four", "0x10", "inf", "nan", "1_000", "1,000", "1e", ".", "-", "1 2", "- 3"],
        *["\u0664\u0662", "1e9999999999", "1e" + "9" * 5000, "1" * 60_000 + "x"],
    ],
)
def test_what_is_no_decimal_number_is_refused(typed: str):
    assert refused(NUMBER, typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "1.0"), ("1e3", "1000"), ("-0", "0"), ("007", "7"), ("1e999999999", "10e999999998")],
)
def test_numbers_agree_by_value(one: str, other: str):
    assert agree(NUMBER, one, other)


def test_numbers_that_differ_in_the_last_of_many_digits_do_not_agree():
    assert not agree(NUMBER, "0." + "1" * 60, "0." + "1" * 59 + "2")


def test_giant_numbers_are_compared_without_writing_them_out():
    assert not agree(NUMBER, "1e999999999", "1e-999999999")
    assert not agree(NUMBER, "1e999999999", "9" * 60_000)


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.com",
        "HTTPS://Example.com:8443/a?b=c#d",
        "http://[2001:db8::1]/",
        "http://b\u00fccher.example/\u00fc",
        "https://user:word@example.com/",
        "http://localhost",
    ],
)
def test_addresses_are_taken_as_typed(typed: str):
    assert URL.check(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "example.com",
        "ftp://example.com/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://exa mple.com/",
        "http://example.com/a b",
        "http://example.com:99999/",
        "http://example.com:port/",
        "http://[::1/",
        "http://[cat]/",
        "http://a..b/",
        "http://exa\nmple.com/",
        "http://example.com\\@other.example/",
    ],
)
def test_what_is_no_web_address_is_refused(typed: str):
    assert refused(URL, typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com/%c3%bc", "http://example.com/%C3%BC"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
    ],
)
def test_spellings_of_one_address_agree(one: str, other: str):
    assert agree(URL, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/", "https://example.com/"),
        ("http://example.com/A", "http://example.com/a"),
        ("http://example.com:8080/", "http://example.com/"),
        ("https://example.com:80/", "https://example.com/"),
        ("http://example.com/#a", "http://example.com/#b"),
        ("http://example.com/?a", "http://example.com/"),
        ("http://User@example.com/", "http://user@example.com/"),
    ],
)
def test_other_addresses_do_not_agree(one: str, other: str):
    assert not agree(URL, one, other)


def test_the_merge_is_the_earliest_wording():
    assert WORDS.merge([Given(WorkerId(1), "Cat"), Given(WorkerId(2), "cat")]) == "Cat"


@pytest.mark.parametrize("validation", get_args(Validation))
def test_every_validation_has_a_staged_answer_that_passes_it(validation: Validation):
    question = Text(instruction="", validation=validation)
    assert question.check(question.staged()) == question.staged()
