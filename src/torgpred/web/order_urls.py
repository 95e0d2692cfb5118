"""Addresses of a seller's orders, messages and payouts."""

from typing import Final

from django.urls import URLPattern, path

from torgpred.web.views import (
    handovers,
    many_orders,
    messages,
    order,
    order_acts,
    orders,
    payouts,
)

PATHS: Final[list[URLPattern]] = [
    path("orders/many/", many_orders.do, name="seller-orders-many"),
    path("orders/many/ship/", many_orders.ship, name="seller-orders-ship"),
    path("orders/many/labels/", many_orders.labels, name="seller-orders-labels"),
    path("orders/returns/", orders.returns, name="seller-returns"),
    path("orders/parcels/", handovers.index, name="seller-parcels"),
    path("orders/parcels/list/", handovers.make, name="seller-list-make"),
    path("orders/parcels/<str:handover>/paper/", handovers.paper, name="seller-list-paper"),
    path("orders/parcels/<str:handover>/change/", handovers.change, name="seller-list-change"),
    path(
        "orders/parcels/<str:handover>/transfer/", handovers.transfer, name="seller-list-transfer"
    ),
    path("orders/<str:order>/", order.show, name="seller-order"),
    path("orders/<str:order>/ship/", order_acts.ship, name="seller-order-ship"),
    path("orders/<str:order>/step/", order_acts.step, name="seller-order-step"),
    path("orders/<str:order>/pack/", order_acts.pack, name="seller-order-pack"),
    path("orders/<str:order>/unpack/", order_acts.unpack, name="seller-order-unpack"),
    path("orders/<str:order>/reroute/", order_acts.reroute, name="seller-order-reroute"),
    path("orders/<str:order>/remedy/", order_acts.remedy, name="seller-order-remedy"),
    path("orders/<str:order>/cancel/", order_acts.cancel, name="seller-order-cancel"),
    path("orders/<str:order>/go-on/", order_acts.go_on, name="seller-order-go-on"),
    path("orders/<str:order>/return/", order_acts.see_back, name="seller-order-return"),
    path("messages/", messages.index, name="seller-messages"),
    path("messages/templates/", messages.templates, name="seller-templates"),
    path("messages/templates/keep/", messages.keep_template, name="seller-template-keep"),
    path("messages/templates/forget/", messages.forget_template, name="seller-template-forget"),
    path("messages/<int:dialogue>/", messages.show, name="seller-dialogue"),
    path("messages/<int:dialogue>/answer/", messages.answer, name="seller-answer"),
    path("messages/<int:dialogue>/read/", messages.mark_read, name="seller-message-read"),
    path("payouts/", payouts.index, name="seller-payouts"),
    path("payouts/table/", payouts.table, name="seller-payouts-table"),
]
