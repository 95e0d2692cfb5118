"""Addresses of a campaign's money, reports and shared rehearsals, and of countries."""

from django.urls import URLPattern, path

from torgpred.web.views import campaign_money, campaign_reports, sharing

_ONE = "campaigns/<str:campaign>/"

MANAGER: list[URLPattern] = [
    path(f"{_ONE}money/", campaign_money.show, name="manager-campaign-money"),
    path(f"{_ONE}money/source/", campaign_money.source, name="manager-campaign-source"),
    path(f"{_ONE}money/spend/", campaign_money.spend, name="manager-campaign-spend"),
    path(f"{_ONE}money/undo/", campaign_money.undo, name="manager-campaign-unspend"),
    path(f"{_ONE}money/read/", campaign_money.read, name="manager-campaign-read"),
    path(f"{_ONE}money/withdraw/", campaign_money.withdraw, name="manager-campaign-withdraw"),
    path(f"{_ONE}report/", campaign_reports.show, name="manager-campaign-report"),
    path(f"{_ONE}report/file/", campaign_reports.download, name="manager-campaign-report-file"),
    path(f"{_ONE}rehearsal/share/", sharing.share, name="manager-rehearsal-share"),
    path(
        f"{_ONE}rehearsal/links/<int:link>/withdraw/",
        sharing.withdraw,
        name="manager-rehearsal-unshare",
    ),
    path("countries/", campaign_reports.countries, name="manager-countries"),
    path("countries/<str:country>/", campaign_reports.country, name="manager-country"),
]
PUBLIC: list[URLPattern] = [
    path("rehearsal/<str:token>/", sharing.show, name="shared-rehearsal"),
]
SELLER: list[URLPattern] = [
    path(f"{_ONE}report/", campaign_reports.mine, name="seller-campaign-report"),
    path(f"{_ONE}report/file/", campaign_reports.my_file, name="seller-campaign-report-file"),
]
