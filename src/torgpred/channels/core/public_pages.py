"""Where buyers see a product: at the marketplace, or at the twin where a shop rehearses."""

from urllib.parse import quote, urlsplit, urlunsplit

PLACE = "{remote_id}"


def product_address(page: str, *, own: str, address: str, remote_id: str) -> str:
    """Return the address of a product's public page; empty where the family tells none.

    `page` is the family's, with `{remote_id}` in it, `own` its default address. A shop at any other
    `address` is a rehearsal: its buyers' pages stand where it answers, never at the marketplace.
    """
    if not page or not remote_id:
        return ""
    there = urlsplit(page.replace(PLACE, quote(remote_id, safe="")))
    if address.rstrip("/") != own.rstrip("/"):
        base = urlsplit(address)
        there = there._replace(scheme=base.scheme, netloc=base.netloc)
    return urlunsplit(there)
