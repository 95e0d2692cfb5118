"""Tables of the search: the words of each offer, and up to which intake they are known."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from typing_extensions import override


class OfferWords(models.Model):
    """What an offer is found by: its words and their Russian stems, each as "<seller>:<word>".

    The seller stands in every word, so that a look-up reads that seller's alone. Written by
    services.wording after an intake; read through the function `catalogue_found`, which the
    migration makes, since row security would keep the index from being used.
    """

    offer = models.OneToOneField(
        "catalogue.OfferRow",
        primary_key=True,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="+",
    )
    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    key = models.TextField()
    product_key = models.TextField()
    """As the offer had them when its words were kept."""
    words = SearchVectorField()

    class Meta:
        db_table = "catalogue_offer_words"
        indexes: ClassVar = [GinIndex(fields=["words"], name="offers_by_word")]

    @override
    def __str__(self) -> str:
        return str(self.offer_id)


class WordsLook(models.Model):
    """Up to which intake a seller's offers were looked through for words."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller"], name="one_words_look"),
        ]
