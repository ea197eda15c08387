"""The local Midtrans without a socket: its own views answer the production client, in the test's transaction.

What it would post stays in its outbox, since its sender starts on commit: a bag from which a test delivers what it likes.
"""

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import RequestFactory
from django.urls import resolve

URL = "http://gateway.invalid"
VIEWS = "billing.gateways.sandbox.urls"


@dataclass
class Wire:
    """Stands where `requests.request` is. `cut`: no call arrives; `deaf`: a POST does its work, but its answer is lost."""

    cut: bool = False
    deaf: bool = False

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One call of the client, answered by the view of its path."""
        if self.cut:
            raise requests.ConnectionError(url)
        sent = requests.Request(
            method.upper(), url, headers=options["headers"], data=options["data"], auth=options["auth"]
        ).prepare()
        response = _answer(sent)
        if self.deaf and method == "post":
            raise requests.Timeout(url)
        return response


def _answer(sent: requests.PreparedRequest) -> requests.Response:
    path = urlsplit(str(sent.url)).path
    asked = RequestFactory().generic(
        str(sent.method),
        path,
        sent.body or b"",
        content_type="application/json",
        headers={"Authorization": sent.headers["Authorization"]},
    )
    view, args, kwargs = resolve(path, urlconf=VIEWS)
    given = view(asked, *args, **kwargs)
    response = requests.Response()
    response.status_code, response.encoding, response.raw = given.status_code, "utf-8", io.BytesIO(given.content)
    return response
