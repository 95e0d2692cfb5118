"""One command in the story of a deleted home: `tell`, `keep-writing` or `look`, for one seller.

Arguments: what to do, the seller's code, the twin's port, a folder for files. Prints what it does
and, at last, one JSON object.
"""

# ruff: noqa: E402 - the areas can be imported only once Django is set up

import json
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "torgpred.runtime.settings"

import django

django.setup()

from torgpred.accounts import selectors as accounts
from torgpred.catalogue import services as catalogue_services
from torgpred.channels import selectors as channels
from torgpred.demo import story
from torgpred.demo.sellers import all_sellers
from torgpred.demo.sellers.types import DemoSeller
from torgpred.demo.world import Ports
from torgpred.listings.services.observing import Depth, observe
from torgpred.listings.services.planning import make_plan
from torgpred.runtime import database

ACTOR = "test"


def main(what: str, code: str, port: str, folder: str) -> None:
    database.ensure()
    demo = next(one for one in all_sellers() if one.code == code)
    nobody = 9
    where = Ports(twin=int(port), pictures=nobody, web=nobody)
    if what == "look":
        say(json.dumps(look(demo)))
        return
    story.set_the_scene(where, demo)
    chapter = story.tell(where, demo, Path(folder) / code, say)
    say(json.dumps({"created": chapter.created, "second": chapter.second}))
    while what == "keep-writing":
        take_in_anew(demo, Path(folder) / code)


def look(demo: DemoSeller) -> dict[str, int]:
    """Read the shop anew and plan."""
    seller = accounts.tenant(demo.code)
    (shop,) = channels.shops_of(seller.id)
    seen = observe(shop_id=shop.id, depth=Depth.ALL)
    plan = make_plan(seller_id=seller.id, shop_id=shop.id, actor=ACTOR)
    return {"seen": seen.products, "steps": plan.steps, "ready": plan.counts["ready"]}


def take_in_anew(demo: DemoSeller, folder: Path) -> None:
    """Read two files in turn that differ in every offer."""
    for pictures in ("http://127.0.0.1:9/a", "http://127.0.0.1:9/b"):
        path = demo.write_feed(folder, picture_base=pictures)
        seller = accounts.tenant(demo.code)
        catalogue_services.take_in(seller_id=seller.id, feed_name="main", path=path, actor=ACTOR)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
