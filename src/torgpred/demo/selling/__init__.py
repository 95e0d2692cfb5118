"""The demo's story of stock and orders: what buyers do at the twin, and what comes of it here."""
