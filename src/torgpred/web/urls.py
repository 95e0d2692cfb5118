"""Addresses of the screens. Every view says who may enter it (`web.desks`)."""

from allauth.account import views as account
from allauth.mfa import urls as mfa
from django.urls import URLPattern, URLResolver, include, path

from torgpred.web.views import (
    catalogue,
    entering,
    home,
    languages,
    manager,
    members,
    orders,
    partner,
    plans,
    sign_in,
    stock,
    tokens,
)

_SELLER: list[URLPattern] = [
    path("", home.home, name="seller-home"),
    path("catalogue/", catalogue.index, name="seller-catalogue"),
    path("catalogue/offer/", catalogue.offer, name="seller-offer"),
    path("plans/", plans.index, name="seller-plans"),
    path("plans/new/", plans.make, name="seller-plan-make"),
    path("plans/<str:plan>/", plans.show, name="seller-plan"),
    path("plans/<str:plan>/progress/", plans.progress, name="seller-plan-progress"),
    path("plans/<str:plan>/apply/", plans.apply, name="seller-plan-apply"),
    path("plans/<str:plan>/undo/", plans.undo, name="seller-plan-undo"),
    path("orders/", orders.index, name="seller-orders"),
    path("orders/<str:order>/", orders.show, name="seller-order"),
    path("stock/", stock.index, name="seller-stock"),
    path("stock/ledger/", stock.ledger, name="seller-ledger"),
    path("members/", members.seller_index, name="seller-members"),
    path("members/invite/", members.seller_invite, name="seller-invite"),
    path("members/<int:member>/role/", members.seller_role, name="seller-member-role"),
    path("members/<int:member>/end/", members.seller_end, name="seller-member-end"),
    path(
        "members/invitations/<int:invitation>/withdraw/",
        members.seller_withdraw,
        name="seller-invitation-withdraw",
    ),
    path("tokens/", tokens.seller_index, name="seller-tokens"),
    path("tokens/make/", tokens.seller_make, name="seller-token-make"),
    path("tokens/<int:token>/revoke/", tokens.seller_revoke, name="seller-token-revoke"),
]
_MANAGER: list[URLPattern] = [
    path("sellers/", manager.sellers, name="manager-sellers"),
    path("sellers/<str:seller>/", manager.seller, name="manager-seller"),
    path("sellers/<str:seller>/represent/", manager.represent, name="manager-represent"),
    path("sellers/<str:seller>/leave/", manager.leave, name="manager-leave"),
    path("sellers/<str:seller>/invite/", manager.invite, name="manager-invite"),
    path("shops/", manager.shops, name="manager-shops"),
    path("members/", members.operator_index, name="manager-members"),
    path("members/invite/", members.operator_invite, name="manager-member-invite"),
    path("members/<int:member>/role/", members.operator_role, name="manager-member-role"),
    path("members/<int:member>/end/", members.operator_end, name="manager-member-end"),
    path(
        "members/invitations/<int:invitation>/withdraw/",
        members.operator_withdraw,
        name="manager-invitation-withdraw",
    ),
    path("tokens/", tokens.operator_index, name="manager-tokens"),
    path("tokens/make/", tokens.operator_make, name="manager-token-make"),
    path("tokens/<int:token>/revoke/", tokens.operator_revoke, name="manager-token-revoke"),
    path("audit/", manager.audit, name="manager-audit"),
]
_ACCOUNT: list[URLPattern | URLResolver] = [
    path("login/", sign_in.public(account.login), name="account_login"),
    path("logout/", sign_in.public(account.logout), name="account_logout"),
    path("signup/", sign_in.public(account.signup), name="account_signup"),
    path("inactive/", sign_in.public(account.account_inactive), name="account_inactive"),
    path("again/", sign_in.person(account.reauthenticate), name="account_reauthenticate"),
    path("password/", sign_in.person(account.password_change), name="account_change_password"),
    path("password/first/", sign_in.person(account.password_set), name="account_set_password"),
    path("second/", include(sign_in.second_factors(mfa.urlpatterns))),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entering.desks, name="desks"),
    path("account/", include(_ACCOUNT)),
    path("language/", languages.choose, name="language"),
    path("theme/", entering.theme, name="theme"),
    path("invitation/<str:token>/", entering.invitation, name="invitation"),
    path("demo/enter/<str:key>/", entering.demo_enter, name="demo-enter"),
    path("s/<str:code>/", include(_SELLER)),
    path("m/", include(_MANAGER)),
    path("p/<str:code>/", partner.home, name="partner-home"),
]
