"""An assessment as one printable page: no scripts, nothing fetched, everything escaped."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from torgpred.listings.core.assessed.sheet import Section, Sheet

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2226; --soft: #5a666e; --line: #d8dee2;
  --paper: #ffffff; --tint: #f2f6f7; --mark: #0b6e69; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebed; --soft: #9fadb5; --line: #38434a;
  --paper: #14191c; --tint: #1d2428; --mark: #5cc8c0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC",
  "Microsoft YaHei", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header { border-bottom: 3px solid var(--mark); padding-bottom: 1.25rem; margin-bottom: .5rem; }
.over { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1rem; font-weight: 600; color: var(--mark); margin: 0; }
.headline { font-size: 1.75rem; line-height: 1.25; font-weight: 650; margin: .75rem 0;
  text-wrap: balance; }
.summary { margin: 0; padding: 0; list-style: none; }
.summary li { margin: .2rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
section > ul { margin: .25rem 0; padding-left: 1.2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; font-size: .85rem; overflow-wrap: normal; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; width: 1%; padding-right: 1.25rem; }
tr.strong td { font-weight: 650; background: var(--tint); }
@media screen and (max-width: 34rem) { main { padding: 1.25rem 1rem 2rem; }
  .headline { font-size: 1.35rem; } table, tbody { display: block; } thead { display: none; }
  tr { display: block; padding: .5rem .25rem; border-bottom: 1px solid var(--line); }
  tr.strong { background: var(--tint); }
  td, td.number { display: grid; grid-template-columns: 7rem 1fr; gap: .75rem; width: auto;
    padding: .1rem 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  td::before { content: attr(data-label); color: var(--soft); font-size: .85rem;
    font-weight: 400; } td:empty { display: none; } }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --tint: #f2f2f2;
  --mark: #000; } body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
  .wide { overflow: visible; } @page { margin: 16mm 14mm; } }
"""

_LOCALES = {"en": "en", "ru": "ru", "zh": "zh-Hans"}


def page_of(sheet: Sheet) -> str:
    """Return a whole HTML document in UTF-8 that fetches nothing and runs nothing."""
    mark = b64encode(sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{_LOCALES[sheet.language]}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(sheet.title)}: {escape(sheet.subtitle)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body><main>",
        f"<header><h1>{escape(sheet.title)}</h1>",
        f'<p class="over">{escape(sheet.subtitle)}</p>',
        f'<p class="headline">{escape(sheet.headline)}</p>',
        _list(sheet.summary, ' class="summary"'),
        "</header>",
        *map(_section, sheet.sections),
        "</main></body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _section(section: Section) -> str:
    lines = _list(section.lines)
    return f"<section><h2>{escape(section.title)}</h2>\n{lines}{_table(section)}</section>"


def _list(lines: tuple[str, ...], mark: str = "") -> str:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f"<ul{mark}>\n{items}</ul>\n" if items else ""


def _table(section: Section) -> str:
    if not section.rows:
        return ""
    head = "".join(_cell("th", section, at, name) for at, name in enumerate(section.columns))
    body = "".join(_row(section, number, row) for number, row in enumerate(section.rows))
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>\n"
    )


def _row(section: Section, number: int, row: tuple[str, ...]) -> str:
    strong = ' class="strong"' if number in section.strong else ""
    cells = "".join(_cell("td", section, at, text) for at, text in enumerate(row))
    return f"<tr{strong}>{cells}</tr>\n"


def _cell(tag: str, section: Section, at: int, text: str) -> str:
    mark = ' class="number"' if at in section.numbers else ""
    extra = ' scope="col"' if tag == "th" else f' data-label="{escape(section.columns[at])}"'
    return f"<{tag}{mark}{extra}>{escape(text)}</{tag}>"
