"""Somebody at a seller's desk, and what the pages say to him."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from torgpred.accounts import selectors, services


class Sitting:
    """A member of a seller at its desk, who reads English."""

    def __init__(self, seller_id: int, role: str = "staff") -> None:
        tenant = selectors.tenant_by_id(seller_id)
        self.code = tenant.code
        email = f"{role}-{tenant.code}@example.org".lower()
        user = services.ensure_person(email=email, name=role)
        services.ensure_member(
            tenant_id=seller_id, email=email, name=role, role=role, user_id=user.pk
        )
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(user)

    def address(self, name: str, **given: object) -> str:
        return reverse(name, kwargs={"code": self.code, **given})

    def see(self, name: str, query: dict[str, Any] | None = None, **given: object) -> str:
        """Return a page's text; it must be there."""
        answer = self.client.get(self.address(name, **given), query)
        assert answer.status_code == 200, answer.status_code
        return text_of(answer.content.decode())

    def status(self, name: str, query: dict[str, Any] | None = None, **given: object) -> int:
        return self.client.get(self.address(name, **given), query).status_code

    def do(self, name: str, fields: dict[str, Any] | None = None, **given: object) -> str:
        """Send a form and return the text of the page that it leads to."""
        here = self.address(name, **given)
        referer = self.address("seller-orders")
        answer = self.client.post(here, fields or {}, follow=True, headers={"referer": referer})
        assert answer.status_code == 200, answer.status_code
        return text_of(answer.content.decode())

    def sent(self, name: str, fields: dict[str, Any] | None = None, **given: object) -> int:
        """Send a form and return the status of the answer itself."""
        return self.client.post(self.address(name, **given), fields or {}).status_code


def text_of(page: str) -> str:
    """Return what a reader sees of a page, on one line."""
    main = page.partition("<main")[2].partition("</main>")[0] or page
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
