"""Names of what a change in the trail may hold within a column: settings of a shop, above all."""

from typing import Final

TRAIL: Final[dict[str, dict[str, str]]] = {
    "column": {
        "basis": "price is made of",
        "commission": "marketplace's commission, %",
        "delivery_template_id": "delivery template",
        "ending": "prices end in",
        "fee": "operator's fee, %",
        "guards": "guards",
        "lead_time_days": "days until shipping",
        "least_margin": "least margin, %",
        "least_price": "least price",
        "margin": "margin, %",
        "minimum_kg": "least weight charged, kg",
        "per_kg": "delivery of a kilogram",
        "per_parcel": "delivery of a parcel",
        "pricing": "price",
        "reduction": "price before a discount",
        "reduction_percent": "discount, %",
        "reference_days": "days of the price before",
        "reference_gap": "gap to the price before",
        "step": "prices in steps of",
        "steps": "steps of delivery",
        "tax_in": "tax got back, %",
        "tax_out": "tax in the price, %",
        "unit": "unit of sale",
    },
}
