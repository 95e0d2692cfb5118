"""The story of stock and orders, told after that of the listings; safe to tell again.

People's work is done through the services that commands use; what workers do (reading shops,
telling them their stock, serving what is short) is waited for, so that both can go on at once.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
from django.db import connection

from torgpred.demo.selling import (
    asking,
    campaign,
    history,
    lively,
    shipping,
    shops,
    troubles,
)
from torgpred.demo.selling.scenes import PATIENCE, Scene, Step
from torgpred.demo.selling.stage import Cast, Stage
from torgpred.demo.selling.under_way import leave_campaigns
from torgpred.demo.world import Ports

Act = Callable[[Scene, Stage], None]
Tell = Callable[[str], None]

_ACTS: Final[tuple[tuple[str, Act], ...]] = (
    ("two sellers", shipping.over_two_sellers),
    ("courier", shipping.by_courier_and_back),
    ("parcel", shipping.by_the_marketplace),
    ("cancellation", troubles.cancelled),
    ("shortage", troubles.sold_beyond_stock),
    ("payout", troubles.paid_for),
)


class Told(msgspec.Struct, frozen=True):
    """What came of the story: its steps in their order, and what is worth reading beside them."""

    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Tell whether every step came out as expected."""
        return bool(self.steps) and all(one.well for one in self.steps)


def tell(
    where: Ports,
    say: Tell,
    *,
    leave_work: bool = False,
    sale: bool = False,
    cast: Cast | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    patience: float = PATIENCE,
) -> Told:
    """Tell the story in a world whose sellers are listed and whose workers run.

    `leave_work` leaves some orders undone, and more to come. `sale` plays a whole campaign, for
    which workers have to run. `meanwhile` is called between two
    looks at what is waited for: where no worker runs, it does a worker's work. `patience` is in
    seconds a step.
    """
    stage = Stage(where.twin_address, cast or Cast())
    scenes: list[Scene] = []

    def play(name: str, act: Callable[[Scene], None]) -> Scene:
        say(f"{name}: begins")
        scene = Scene(name, meanwhile, patience)
        try:
            with scene.playing():
                act(scene)
        finally:
            connection.close()
        say(f"{name}: {'done' if all(one.well for one in scene.steps) else 'broke off'}")
        return scene

    try:
        scenes.append(play("stock", lambda scene: _open(scene, stage, where)))
        if all(one.well for one in scenes[0].steps):
            acts: Sequence[tuple[str, Act]] = _ACTS
            if sale:
                history.remember()
                acts = (*acts, ("campaign", campaign.at_speed))
            if leave_work:
                acts = (*acts, ("left to do", lively.leave_work))
            with ThreadPoolExecutor(len(acts)) as pool:
                scenes += pool.map(lambda one: play(one[0], _on(one[1], stage)), acts)
            scenes.append(play("in the end", lambda scene: _close(scene, stage)))
            scenes.append(play("asks", lambda scene: asking.after_the_sale(scene, stage)))
            if sale and leave_work:
                scenes.append(play("campaigns", lambda scene: leave_campaigns(scene, stage)))
        if leave_work:
            for code in stage.sellers():
                stage.buyers.crowd(code)
    finally:
        stage.buyers.close()
    return Told(
        tuple(step for scene in scenes for step in scene.steps),
        tuple(note for scene in scenes for note in scene.notes),
    )


def _on(act: Act, stage: Stage) -> Callable[[Scene], None]:
    return lambda scene: act(scene, stage)


def _open(scene: Scene, stage: Stage, where: Ports) -> None:
    shops.fill_warehouses(scene, stage)
    shops.open_joint_shop(scene, stage, where)
    shops.stock_is_told(scene, stage)


def _close(scene: Scene, stage: Stage) -> None:
    shops.stock_is_told(scene, stage)
    shops.sums_agree(scene)
