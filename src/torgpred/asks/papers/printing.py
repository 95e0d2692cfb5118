"""Pages as HTML and PDF: nothing is fetched, nothing runs, every text stays text.

The PDF is set by typst (decision 0033). Texts reach it as JSON among its inputs and are put into
the page as strings, which typst never reads as markup; its root holds the template alone, so that
it could read no file either.
"""

from base64 import b64encode
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec
import typst

from torgpred.asks.papers.laying import Block, Page

_HERE: Final = Path(__file__).parent
_CHINESE: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC",
    "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Serif CJK SC", "SimSun",
)  # fmt: skip
"""Families with Chinese letters that machines have: none comes in a package of ours."""
_LANGUAGES: Final = {"ru": ("ru", "ru"), "en": ("en", "gb"), "zh-hans": ("zh", "cn")}
_TAGS: Final = {
    "heading": "<h2>{}</h2>",
    "subheading": "<h3>{}</h3>",
    "note": '<p class="note">{}</p>',
    "code": "<pre><code>{}</code></pre>",
    "text": "<p>{}</p>",
}
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2226; --soft: #5a666e; --line: #d8dee2;
  --paper: #fff; --tint: #f2f6f7; --mark: #0b6e69; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebed; --soft: #9fadb5; --line: #38434a;
  --paper: #14191c; --tint: #1d2428; --mark: #5cc8c0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui,
  "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; overflow-wrap: anywhere; }
.over { color: var(--mark); margin: 0; font-weight: 600; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 1rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-top: 1px solid var(--line);
  padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { white-space: pre-line; margin: .4rem 0; }
.note { background: var(--tint); border-left: 3px solid var(--mark); padding: .5rem .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--tint); padding: .75rem; font-size: .8rem; white-space: pre-wrap; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } tr { break-inside: avoid; } @page { margin: 18mm 16mm; } }
"""


def html_of(page: Page) -> str:
    """Return a whole HTML document in UTF-8."""
    mark = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'"
    language = {"zh-hans": "zh-Hans"}.get(page.language, page.language)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(page.over)}: {escape(page.title)}</title>",
            f"<style>{_STYLE}</style></head><body><main>",
            f'<p class="over">{escape(page.over)}</p><h1>{escape(page.title)}</h1>',
            *map(_block, page.blocks),
            "</main></body></html>",
        ]
    )


def pdf_of(page: Page, made_at: datetime) -> bytes:
    """Return a page as a PDF; the same page made at the same moment is the same bytes."""
    language, region = _LANGUAGES[page.language]
    families = set(_fonts().families())
    told = {
        **msgspec.to_builtins(page),
        "fonts": [one for one in ("Onest", *_CHINESE) if one in families],
        "lang": language,
        "region": region,
    }
    made = typst.compile(
        _HERE / "dossier.typ",
        root=_HERE,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"page": msgspec.json.encode(told).decode()},
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError
    return made


def lacks_letters(page: Page) -> bool:
    """Tell whether a PDF of the page would miss Chinese letters: this machine has no such font."""
    if set(_CHINESE) & set(_fonts().families()):
        return False
    text = msgspec.json.encode(page).decode()
    return any("\u2e80" <= one <= "\u9fff" or "\uff00" <= one <= "\uffef" for one in text)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the fonts of our package, and the machine's for letters that it has not."""
    found = find_spec("fontpkg_onest")
    folders = [str(Path(found.origin).parent / "files")] if found and found.origin else []
    return typst.Fonts(font_paths=[*folders])


def _block(one: Block) -> str:
    if one.kind == "pairs":
        pairs = (f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in one.rows)
        return f"<dl>{''.join(pairs)}</dl>"
    return _table(one) if one.kind == "table" else _TAGS[one.kind].format(escape(one.text))


def _table(one: Block) -> str:
    words = len(one.rows[0]) - one.numbers
    lines = []
    for place, row in enumerate(one.rows):
        tag = "td" if place else "th"
        cells = [
            f"<{tag}{' class=number' if column >= words else ''}>{escape(cell)}</{tag}>"
            for column, cell in enumerate(row)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    head, *body = lines
    told = f"<thead>{head}</thead><tbody>{''.join(body)}</tbody>"
    return f'<div class="wide"><table>{told}</table></div>'
