"""Planning a catalogue of many offers: the first time, and again with 1 % of the offers changed.

Each plan is made in a fresh process; its clock starts with the call, after imports. `plan.again`
is told for a shop that holds everything as applied and observed, and for one where nothing was
applied yet, so that all creates are written anew. Both are compared with a plan from nothing.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.feed_file import make_feed
from benchmarks.market import Place, bench_twin, settle_in, take_in
from benchmarks.measuring import figure, in_fresh_process, own_home, timed

CHANGED = 0.01
_NOTHING_OF = "a plan from nothing, in the same run"


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    given = parser.parse_args(arguments)
    with own_home() as home:
        import django

        django.setup()
        with bench_twin(home) as twin:
            _story(home, settle_in(twin, "PLAN"), given.offers)


def _story(home: Path, place: Place, offers: int) -> None:
    take_in(place, make_feed(home / "first.yml", offers))
    first = _plan(place)
    _expect(first["create"] == offers, first)
    figure("plan.first", offers / first["seconds"], "offers/s")
    take_in(place, make_feed(home / "some.yml", offers, changed=CHANGED, date="2026-11-02 10:00"))
    unapplied = _again(place, offers, "plan.again.unapplied")
    _expect(unapplied["create"] == offers, unapplied)
    take_in(place, make_feed(home / "some.yml", offers, date="2026-11-03 10:00"))
    _plan(place)
    _stand(place)
    quiet = _plan(place)
    _expect(quiet["steps"] == 0, quiet)
    take_in(place, make_feed(home / "some.yml", offers, changed=CHANGED, date="2026-11-04 10:00"))
    applied = _again(place, offers, "plan.again")
    _expect(applied["price"] == round(offers * CHANGED) == applied["steps"], applied)


def _again(place: Place, offers: int, bench: str) -> dict[str, Any]:
    again = _plan(place)
    proof = _content(place, again["plan"])
    _forget(place)
    anew = _plan(place)
    _expect(proof == _content(place, anew["plan"]), {"again": proof, "anew": anew})
    figure(
        bench,
        offers / again["seconds"],
        "offers/s",
        ratio=anew["seconds"] / again["seconds"],
        against=_NOTHING_OF,
    )
    return again


def _plan(place: Place) -> dict[str, Any]:
    return in_fresh_process("benchmarks.planning", "plan", place.seller_id, place.shop_id)


def _expect(holds: bool, result: dict[str, Any]) -> None:  # noqa: FBT001 - private
    if not holds:
        message = f"not the expected plan: {result}"
        raise RuntimeError(message)


def _content(place: Place, plan_id: int) -> list[Any]:
    """Return digests of a plan's steps and of the desired states it was made from."""
    from django.db import connection

    from torgpred.runtime.scope import scope

    with scope(place.seller_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), md5(string_agg(concat_ws('|', number, product_key, action,
                encode(draft_digest, 'hex'), remote_id, offers, encode(changes, 'hex'),
                encode(before, 'hex')), ',' ORDER BY number))
            FROM listings_step WHERE seller_id = %s AND plan_id = %s
            """,
            [place.seller_id, plan_id],
        )
        steps = cursor.fetchone()
        cursor.execute(
            """
            SELECT count(*), md5(string_agg(concat_ws('|', product_key,
                encode(offers_digest, 'hex'), encode(context_digest, 'hex'),
                encode(draft_digest, 'hex'), offers, ready_offers, encode(findings, 'hex'),
                encode(prices, 'hex')), ',' ORDER BY product_key COLLATE "C"))
            FROM listings_desired WHERE seller_id = %s AND shop_id = %s
            """,
            [place.seller_id, place.shop_id],
        )
        return [steps, cursor.fetchone()]


def _forget(place: Place) -> None:
    """Forget every desired state and every agreement: the next plan is made from nothing."""
    from django.db import connection

    from torgpred.runtime.scope import scope

    with scope(place.seller_id), connection.cursor() as cursor:
        cursor.execute("DELETE FROM listings_desired WHERE shop_id = %s", [place.shop_id])
        cursor.execute("UPDATE listings_listedproduct SET agreed_digest = NULL")


def _stand(place: Place) -> None:
    """Let everything desired stand in the shop, as applied and then observed in detail."""
    import msgspec
    from django.db import connection

    from torgpred.channels.core.drafts import Draft
    from torgpred.runtime.scope import scope

    with scope(place.seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT desired.product_key, desired.draft_digest, draft.content"
            " FROM listings_desired desired JOIN listings_draftcontent draft"
            " ON draft.seller_id = desired.seller_id AND draft.digest = desired.draft_digest"
            " WHERE desired.seller_id = %s AND desired.shop_id = %s",
            [place.seller_id, place.shop_id],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "CREATE TEMP TABLE standing (key text, external text, remote text, digest bytea,"
            " seen bytea) ON COMMIT DROP"
        )
        with cursor.copy("COPY standing FROM STDIN") as copy:
            for number, (key, digest, content) in enumerate(rows):
                draft = msgspec.json.decode(content, type=Draft)
                seen = msgspec.json.encode(_seen(draft, str(number)))
                copy.write_row((key, draft.external_id, str(number), digest, seen))
        cursor.execute(
            "INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,"
            " remote_id, status, applied_digest, seen, seen_at) SELECT %s, %s, key, external,"
            " remote, 'on_sale', digest, seen, now() FROM standing",
            [place.seller_id, place.shop_id],
        )


def _seen(draft: Any, remote_id: str) -> Any:  # noqa: ANN401 - Draft and Seen, known after set-up
    from torgpred.channels.core.drafts import Seen, SeenVariant, Status

    told = {
        name: getattr(draft, name)
        for name in draft.__struct_fields__
        if name in Seen.__struct_fields__ and name != "variants"
    }
    return Seen(
        remote_id=remote_id,
        status=Status.ON_SALE,
        status_word="on_sale",
        currency="RUB",
        variants=tuple(
            SeenVariant(
                sku=one.sku,
                remote_sku_id=f"{remote_id}-{one.sku}",
                price=one.price,
                discount_price=one.discount_price,
                stock=one.stock,
                attributes=one.attributes,
            )
            for one in draft.variants
        ),
        **told,
    )


def plan(seller_id: int, shop_id: int) -> None:
    """In a process of its own: make one plan and tell its counts and seconds."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.listings.services.planning import make_plan

    connection.ensure_connection()
    with timed() as seconds:
        made = make_plan(seller_id=seller_id, shop_id=shop_id, actor="bench")
    print(json.dumps({**made.counts, "plan": made.id, "seconds": seconds[0]}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["plan"]:
        plan(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
