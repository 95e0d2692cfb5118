"""What a person decides about the columns of a seller's tables."""

from collections.abc import Mapping

import msgspec

from torgpred.catalogue.core.tables.columns import FIELDS, header_of
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM, TableMemory
from torgpred.catalogue.models import Feed
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.scope import scope


class UnknownFieldError(TorgpredError):
    """A column was to mean something that offers do not have."""

    code = "columns.unknown_field"
    template = "There is no field {field}. Fields: {fields}."


def decide_columns(
    *, seller_id: int, feed_name: str, decisions: Mapping[str, str]
) -> dict[str, str]:
    """Remember for a feed what its columns mean: header -> field, "param" or "ignore".

    A field of weight or size and "param" may carry a unit after a colon ("weight:г", "param:мл");
    an empty field forgets the decision. Returns all decisions of the feed, which is made if there
    is none. Holds from the next reading on. Raises UnknownFieldError.
    """
    allowed = {*FIELDS, PARAM, IGNORED, ""}
    for field in decisions.values():
        if field.partition(":")[0] not in allowed:
            raise UnknownFieldError(field=field, fields=", ".join([*FIELDS, PARAM, IGNORED]))
    with scope(seller_id):
        Feed.objects.get_or_create(seller_id=seller_id, name=feed_name)
        feed = Feed.objects.select_for_update().get(seller_id=seller_id, name=feed_name)
        memory = msgspec.convert(feed.memory or {}, TableMemory)
        merged = {
            **memory.decisions,
            **{header_of(head).bare: field for head, field in decisions.items()},
        }
        kept = {head: field for head, field in merged.items() if field}
        feed.memory = msgspec.to_builtins(msgspec.structs.replace(memory, decisions=kept))
        feed.save(update_fields=["memory"])
    return kept
