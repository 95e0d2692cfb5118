"""AliExpress Russia (the local seller API): the marketplace family and its connector."""

from collections.abc import Mapping

from torgpred.channels.core.contract import (
    Capabilities,
    Connector,
    Family,
    Limit,
    Programme,
    Rules,
    Transport,
)
from torgpred.connectors.aliexpress_ru import choices
from torgpred.connectors.aliexpress_ru.rules import CAPABILITIES, LIMITS, PROGRAMMES, RULES
from torgpred.connectors.aliexpress_ru.shop import Shop
from torgpred.kernel.errors import NeedsPersonError


class AliExpressRussia:
    """The family. Implements torgpred.channels.core.contract.Family."""

    code: str = "aliexpress_ru"
    name: str = "AliExpress Россия"
    credential_fields: tuple[str, ...] = ("token",)
    default_address: str = "https://openapi.aliexpress.ru"
    product_page: str = f"{choices.PUBLIC_SITE}/item/{{remote_id}}.html"
    capabilities: Capabilities = CAPABILITIES
    rules: Rules = RULES
    limits: tuple[Limit, ...] = LIMITS
    programmes: tuple[Programme, ...] = PROGRAMMES

    def open(self, transport: Transport, credentials: Mapping[str, str]) -> Connector:
        """Return a connector bound to one shop.

        Credentials hold `token` (a JWT of the seller cabinet) and may hold `public_site`, the
        address where buyers see products, for a twin.

        Raises NeedsPersonError where the token is missing.
        """
        token = credentials.get("token", "").strip()
        if not token:
            raise NeedsPersonError(
                reason="The shop has no token. Make one in the seller cabinet and give it to the "
                "shop."
            )
        public_site = credentials.get("public_site") or choices.PUBLIC_SITE
        return Shop(transport, token, public_site=public_site)


family: Family = AliExpressRussia()
