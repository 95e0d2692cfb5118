"""Addresses of asks at the operator's desk, and of joint cases at a seller's."""

from django.urls import URLPattern, path

from torgpred.web.views import ask_acts, ask_papers, asks, cases

MANAGER: list[URLPattern] = [
    path("asks/", asks.index, name="manager-asks"),
    path("asks/new/", ask_acts.new, name="manager-ask-new"),
    path("asks/small-groups/", ask_acts.small_groups, name="manager-small-groups"),
    path("asks/<str:ask>/", asks.show, name="manager-ask"),
    path("asks/<str:ask>/check/", asks.check, name="manager-ask-check"),
    path("asks/<str:ask>/dossier.<str:form>", ask_papers.dossier, name="manager-ask-dossier"),
    path("asks/<str:ask>/answers/<int:answer>/", ask_papers.file, name="manager-ask-file"),
    path("asks/<str:ask>/word/", ask_acts.word, name="manager-ask-word"),
    path("asks/<str:ask>/move/", ask_acts.move, name="manager-ask-move"),
    path("asks/<str:ask>/figure/", ask_acts.figure, name="manager-ask-figure"),
    path("asks/<str:ask>/strike/", ask_acts.strike, name="manager-ask-strike"),
    path("asks/<str:ask>/promise/", ask_acts.promise, name="manager-ask-promise"),
    path("asks/<str:ask>/kept/", ask_acts.kept, name="manager-ask-kept"),
    path("asks/<str:ask>/clock/", ask_acts.clock, name="manager-ask-clock"),
    path("asks/<str:ask>/clock/state/", ask_acts.clock_state, name="manager-ask-clock-state"),
    path("asks/<str:ask>/answer/", ask_acts.answer, name="manager-ask-answer"),
    path("asks/<str:ask>/deliver/", ask_acts.deliver, name="manager-ask-deliver"),
    path("asks/<str:ask>/invite/", ask_acts.invite, name="manager-ask-invite"),
    path("asks/<str:ask>/pool/", ask_acts.pool, name="manager-ask-pool"),
]
SELLER: list[URLPattern] = [
    path("cases/", cases.index, name="seller-cases"),
    path("cases/<str:ask>/decide/", cases.decide, name="seller-case-decide"),
]
