"""What an assessment says otherwise at the command line: which option or command helps."""

from typing import Final

NEXT: Final = ("next.account", "next.answers", "next.check")

_EN: Final = {
    "why_rate": "give the rate, for example --rate {currency}=11.40",
    "at_a_loss": "At the file's prices nothing is left. If they are what you want to keep, say "
    "--basis kept, and the price on the shelf is worked out from them.",
    "answer.rate": "Give the rate of {name} (--rate {name}=...)",
    "assumed.basis.shelf": "The file's prices are what the shopper pays (--basis shelf|kept|cost).",
    "assumed.basis.kept": "The file's prices are what you want to keep (--basis shelf|kept|cost).",
    "assumed.basis.cost": "Prices are worked out from your cost and a margin of {margin} % "
    "(--basis, --margin).",
    "assumed.commission": "Marketplace's commission {value} % (--commission): your contract tells.",
    "assumed.fee": "Integrator's fee {value} % (--fee).",
    "assumed.delivery": "Delivery {parcel} {currency} a parcel and {kg} {currency} a kilogram "
    "(--per-parcel, --per-kg).",
    "assumed.tax": "Tax contained in the price {value} % (--tax).",
    "assumed.no_tax": "Taxes are not counted (--tax).",
    "assumed.rate": "1 {source} = {value} {target} (--rate).",
    "next.account": "Take the seller on: torgpred seller add NAME; then torgpred feed read and "
    "torgpred plan.",
    "next.answers": "Give the answers with torgpred map set and torgpred state, or mend the file.",
    "next.check": "Every finding with its place: torgpred feed check FILE --json.",
}

_RU: Final = {
    "why_rate": "укажите курс, например --rate {currency}=11.40",
    "at_a_loss": "При ценах из файла ничего не остаётся. Если это цены, которые вы хотите "
    "получить на руки, укажите --basis kept: цена на полке будет посчитана от них.",
    "answer.rate": "Укажите курс {name} (--rate {name}=...)",
    "assumed.basis.shelf": "Цены файла — это то, что платит покупатель (--basis shelf|kept|cost).",
    "assumed.basis.kept": "Цены файла — это то, что вы хотите получить на руки (--basis "
    "shelf|kept|cost).",
    "assumed.basis.cost": "Цены посчитаны от вашей себестоимости с наценкой {margin} % "
    "(--basis, --margin).",
    "assumed.commission": "Комиссия площадки {value} % (--commission): точную скажет договор.",
    "assumed.fee": "Вознаграждение интегратора {value} % (--fee).",
    "assumed.delivery": "Доставка {parcel} {currency} за посылку и {kg} {currency} за килограмм "
    "(--per-parcel, --per-kg).",
    "assumed.tax": "Налог внутри цены {value} % (--tax).",
    "assumed.no_tax": "Налоги не посчитаны (--tax).",
    "next.account": "Заведите продавца: torgpred seller add ИМЯ; затем torgpred feed read и "
    "torgpred plan.",
    "next.answers": "Дайте ответы через torgpred map set и torgpred state или исправьте файл.",
    "next.check": "Все замечания с местом в файле: torgpred feed check ФАЙЛ --json.",
}

_ZH: Final = {
    "why_rate": "请给出汇率，例如 --rate {currency}=11.40",
    "at_a_loss": "按文件中的价格没有剩余。如果这是您希望到手的价格，请用 --basis kept。",
    "answer.rate": "请给出 {name} 的汇率（--rate {name}=...）",
    "assumed.basis.shelf": "文件中的价格是买家支付的价格（--basis shelf|kept|cost）。",
    "assumed.basis.kept": "文件中的价格是您希望到手的价格（--basis shelf|kept|cost）。",
    "assumed.basis.cost": "价格由您的成本加 {margin} % 利润算出（--basis、--margin）。",
    "assumed.commission": "平台佣金 {value} %（--commission）：以合同为准。",
    "assumed.fee": "服务商费用 {value} %（--fee）。",
    "assumed.delivery": "配送每件 {parcel} {currency}，每公斤 {kg} {currency}"
    "（--per-parcel、--per-kg）。",
    "assumed.tax": "价内税 {value} %（--tax）。",
    "assumed.no_tax": "未计税（--tax）。",
    "assumed.rate": "1 {source} = {value} {target}（--rate）。",
    "next.account": "登记卖家：torgpred seller add NAME，"
    "然后 torgpred feed read 和 torgpred plan。",
    "next.answers": "用 torgpred map set 和 torgpred state 回答，或修改文件。",
    "next.check": "全部问题及位置：torgpred feed check FILE --json。",
}

HINTS: Final = {"en": _EN, "ru": _RU, "zh": _ZH}
