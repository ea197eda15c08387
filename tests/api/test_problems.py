"""What is wrong is said as a problem document, whatever is wrong."""

from typing import Any

import pytest

from tests.api.conftest import Api


def check(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Every document has these members."""
    problem: dict[str, Any] = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:langganan:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    return problem


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b" ",
        b"\xff\xfe",
        b'{"quantity": NaN}',
        b'{"quantity": 1e99999999999999999999}',
        b'{"quantity": 1, "quantity": 2}',
        b'{"product": "\\ud800"}',
        b'{"product": "\\u0000"}',
        b"[" * 100_000,
        b'{"quantity": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_is_a_400(public_api: Api, body: bytes) -> None:
    check(public_api.post("quotes", body), 400, "parse_error")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_a_body_that_is_no_object_is_said_so(public_api: Api, body: bytes) -> None:
    problem = check(public_api.post("quotes", body), 422, "invalid")
    assert problem["errors"][0]["code"] == "not_an_object"


def test_an_address_that_is_not_there(public_api: Api, school_api: Api) -> None:
    for api in (public_api, school_api):
        for path in ("nothing", "quotes/", "../v2/x", ""):
            check(api.get(path), 404, "not_found")


def test_a_method_that_is_not_there(public_api: Api) -> None:
    answer = public_api.client.delete("/api/v1/quotes", headers={"host": public_api.host})
    check(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


def test_a_format_that_is_not_there(public_api: Api) -> None:
    check(public_api.get("catalogue", Accept="text/html"), 406, "not_acceptable")


def test_a_body_of_another_kind(public_api: Api) -> None:
    answer = public_api.client.post(
        "/api/v1/quotes",
        data="a=1",
        content_type="application/x-www-form-urlencoded",
        headers={"host": public_api.host},
    )
    check(answer, 415, "unsupported_media_type")


def test_a_body_that_is_too_large(public_api: Api) -> None:
    check(public_api.post("quotes", {"product": "x" * 300_000}), 413, "too_large")


def test_messages_are_indonesian_unless_english_is_preferred(public_api: Api) -> None:
    said = public_api.post("quotes", {"product": "nothing", "quantity": "1"}).json()["detail"]
    assert said.startswith("Produk “nothing” tidak ada")
    for accepted in ("id,en;q=0.5", "fr", "*", "ms-MY,id;q=0.9,en;q=0.8", "x" * 5000, "q=;;,,"):
        answer = public_api.post("quotes", {"product": "nothing", "quantity": "1"}, Accept_Language=accepted)
        assert answer.headers["Content-Language"] == "id", accepted
    english = public_api.post("quotes", {"product": "nothing", "quantity": "1"}, Accept_Language="en-US,id;q=0.9")
    assert english.json()["detail"].startswith("There is no product")
