"""The scene after the sale: what is asked of the marketplace on the figures that it left."""

from datetime import UTC, timedelta
from functools import partial
from typing import Final

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services as account_services
from torgpred.asks import selectors
from torgpred.asks.core.checking import Verdict
from torgpred.asks.papers.printing import pdf_of
from torgpred.asks.papers.telling import page_of
from torgpred.asks.selectors.checking import verify
from torgpred.asks.selectors.dossier import dossier
from torgpred.asks.services import asking, cases, evidence, keeping, timing
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import Stage
from torgpred.demo.story import ACTOR, FAMILY
from torgpred.kernel.clock import now

_SLOT: Final = "Слот на главной в день распродажи для местного склада"
_COMPLAINT: Final = "Отмены без указания причины: просим раскрыть правило"
_TEXTS: Final = {
    _SLOT: {
        "ru": "Просим слот на главной странице для товаров, которые уже лежат на складах в России:"
        " доставка за два дня, отмен почти нет.",
        "en": "We ask for a slot on the front page for goods that already lie in Russia: delivered"
        " within two days, hardly any cancellations.",
        "zh-hans": "请为已在俄罗斯仓库备货的商品提供首页展位：两天内送达，几乎无取消。",
    },
    _COMPLAINT: {
        "ru": "Заказы отменяются без названной причины. Просим сообщать продавцу причину каждой"
        " отмены.",
        "en": "Orders are cancelled and no reason is given. We ask that the seller be told why.",
        "zh-hans": "订单被取消而未说明原因。请向卖家说明每次取消的原因。",
    },
}


def after_the_sale(scene: Scene, stage: Stage) -> None:
    """Ask for a slot on the day's figures, and complain for all sellers together.

    The first of them is left to decide itself whether it joins.
    """
    slot = _known(_SLOT) or _ask_for_a_slot()
    case = _known(_COMPLAINT) or _complain(stage)
    for code in (slot, case):
        scene.expect(
            f"the figures of ask {_title(code)} are whole under their seals",
            "whole",
            partial(_standing, code),
        )
        scene.expect("its dossier is printed", "as PDF", partial(_printed, code))
    joined = sum(one.state == "joined" for one in selectors.joinings(case))
    scene.note(
        f"Two asks stand at the manager's desk: {slot}, and {case}, which {joined} sellers joined."
        f" Recompute the figures: torgpred ask verify {slot}"
    )


def _known(title: str) -> str:
    return next((one.code for one in selectors.asks(text=title, limit=1)), "")


def _title(code: str) -> str:
    return {_SLOT: "for a slot", _COMPLAINT: "about cancellations"}[selectors.ask(code).title]


def _window() -> dict[str, str]:
    today = now().astimezone(UTC).date()
    since, until = today - timedelta(days=30), today + timedelta(days=1)
    return {"since": since.isoformat(), "until": until.isoformat()}


def _ask_for_a_slot() -> str:
    code = asking.new_ask(
        family=FAMILY, kind="slot", title=_SLOT, texts=_TEXTS[_SLOT], made_by=ACTOR
    ).code
    for query, more in (("sold", {}), ("local_days", {"country": "RU"}), ("refused", {})):
        evidence.add_figure(code=code, query=query, params={**_window(), **more}, made_by=ACTOR)
    today = now().astimezone(UTC).date()
    soon = (today + timedelta(days=14)).isoformat()
    keeping.promise(
        code=code, side="ours", who="Torgpred", what="Держать запас на складах в России",
        due=soon, said_by=ACTOR,
    )  # fmt: skip
    keeping.promise(
        code=code, side="theirs", who="Площадка, отдел акций", what="Слот на главной", due=soon,
        said_by=ACTOR,
    )  # fmt: skip
    asking.move_ask(code=code, wanted="sent", by=ACTOR)
    keeping.answer(
        code=code, day=today.isoformat(), text="Согласны, один день.", who="Площадка",
        entered_by=ACTOR,
    )  # fmt: skip
    asking.move_ask(code=code, wanted="agreed", by=ACTOR)
    return code


def _complain(stage: Stage) -> str:
    code = asking.new_ask(
        family=FAMILY, kind="complaint", title=_COMPLAINT, texts=_TEXTS[_COMPLAINT],
        made_by=ACTOR,
    ).code  # fmt: skip
    sellers = [accounts.tenant(one) for one in stage.sellers()]
    cases.invite_sellers(
        code=code, sellers=[one.code for one in sellers], query="cancelled", params=_window(),
        asked_by=ACTOR,
    )  # fmt: skip
    for seller in sellers[1:]:
        email = f"export@{seller.code.lower()}.invalid"
        if all(one.email != email for one in accounts.members(seller.id)):
            account_services.add_member(
                tenant_id=seller.id, email=email, name="Экспорт", role="staff"
            )
        cases.decide(seller_id=seller.id, code=code, wanted="joined", email=email)
    cases.pool(code=code, made_by=ACTOR)
    today = now().astimezone(UTC).date()
    started = (today - timedelta(days=13)).isoformat()
    timing.start_clock(code=code, rule="eu.terms", started=started, said_by=ACTOR)
    return code


def _standing(code: str) -> str:
    # Whether rows changed since is for whoever plays on to see: here orders go on living.
    found = verify(code)
    sealed = all(one.verdict != Verdict.TAMPERED for one in found.figures)
    return "whole" if found.whole and sealed else "NOT whole"


def _printed(code: str) -> str:
    found = dossier(code)
    made = [pdf_of(page_of(found, one), found.made_at) for one in ("ru", "en", "zh-hans")]
    return "as PDF" if all(one.startswith(b"%PDF") for one in made) else "NOT as PDF"
