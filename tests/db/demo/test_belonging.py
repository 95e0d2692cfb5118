"""Whose an installation is: the demo goes on in its own, and leaves real sellers alone."""

import pytest

from torgpred.accounts import services
from torgpred.cli.demo import NotADemoHomeError, refuse_real_home

pytestmark = pytest.mark.django_db


def test_the_demo_goes_on_where_its_manager_took_a_seller_down() -> None:
    services.add_candidate(name="Альфа", country="RU", said_by="manager@demo.invalid")
    refuse_real_home()


def test_the_demo_leaves_real_sellers_alone() -> None:
    services.add_candidate(name="Альфа", country="RU", said_by="boss@example.org", code="ALPHA")
    with pytest.raises(NotADemoHomeError, match="ALPHA"):
        refuse_real_home()
