"""How large a parcel is: what the catalogue and the seller's statements tell of its goods."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services.weights import measures
from torgpred.orders.core.packing import Box, Packed, box_of


class UnknownSizeError(TorgpredError):
    """Nobody told how large or heavy the goods are."""

    code = "orders.unknown_size"
    template = (
        "The {lacking} of {skus} is not known: give it for this parcel (--size, --weight), or once"
        " for all of them: torgpred state"
    )


class UnfitSizeError(TorgpredError):
    """The marketplace takes no such parcel."""

    code = "orders.unfit_size"
    template = "A parcel's {what} is {least} to {most} {unit}, not {given}."


class Sizes(msgspec.Struct, frozen=True):
    """What is known of a seller's goods, read once for many parcels."""

    goods: Mapping[str, Packed]
    """By SKU, with one piece."""

    def box(self, items: Iterable[tuple[str, int]], given: Box) -> Box:
        """Return the box of these (SKU, pieces); what is `given` goes before what is known.

        Raises UnknownSizeError.
        """
        wanted = list(items)
        found = box_of(
            Packed(one.package, one.weight_kg, pieces)
            for one, pieces in ((self._one(sku), pieces) for sku, pieces in wanted)
        )
        sides, weight = given.sides or found.sides, given.weight_kg or found.weight_kg
        for lacking, known in (("size", sides), ("weight", weight)):
            if known is None:
                name = "package" if lacking == "size" else "weight_kg"
                skus = [sku for sku, _ in wanted if getattr(self._one(sku), name) is None]
                raise UnknownSizeError(lacking=lacking, skus=", ".join(skus))
        return Box(sides, weight)

    def _one(self, sku: str) -> Packed:
        return self.goods.get(sku, Packed(None, None, 1))


def sizes_of(seller_id: int, shop_id: int, skus: Iterable[str]) -> Sizes:
    """Return what the file and the statements tell of these SKUs, for a shop's marketplace."""
    known = measures(seller_id=seller_id, shop_id=shop_id, keys=skus)
    return Sizes({key: Packed(one.package, one.weight_kg, 1) for key, one in known.items()})


def check_fits(shop_id: int, box: Box) -> None:
    """Raise UnfitSizeError for a box that a shop's marketplace never takes."""
    rules = channel_services.family_of(shop_id).rules
    least, most = rules.side_cm
    for side in box.sides or ():
        if not Decimal(0) < side <= most:
            raise UnfitSizeError(what="side", least=least, most=most, unit="cm", given=side)
    least, most = rules.weight_kg
    if box.weight_kg is not None and not Decimal(0) < box.weight_kg <= most:
        raise UnfitSizeError(what="weight", least=least, most=most, unit="kg", given=box.weight_kg)
