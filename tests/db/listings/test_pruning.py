"""What nothing refers to is deleted, and nothing else."""

from tests.db.listings.world import World, make_boots

from torgpred.listings import selectors
from torgpred.listings.services import pruning


def test_drafts_go_when_no_plan_and_no_product_names_them(world: World) -> None:
    drafts = "SELECT count(*) FROM listings_draftcontent"
    world.feed(make_boots("B-1"))
    world.plan()
    world.feed(make_boots("B-1", name="Валенки другие"))
    kept = world.plan()
    pruning.prune()
    assert world.rows(drafts) == [(2,)], "the older plan is young and still names its draft"
    world.run("UPDATE listings_plan SET made_at = now() - interval '8 days'")
    assert pruning.prune() is False
    assert world.rows(drafts) == [(1,)]
    assert [plan.id for plan in selectors.plans(world.seller)] == [kept.id]
    assert world.apply(kept).steps == {"create.done": 1}
    pruning.prune()
    assert world.rows(drafts) == [(1,)]
