"""A paper as a web page: landmarks, table headers, the reader's language, strong contrast, no script."""

from __future__ import annotations

from html import escape

from gateways.papers.document import Block, Document, Figure, Grid, Lines, Sums

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:46rem;padding:1.5rem;color:#1a1a1a;background:#fff;font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
address{font-style:normal}header{display:flex;flex-wrap:wrap;gap:1rem 4rem}header h1{flex-basis:100%}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{padding:.35rem .5rem;border-bottom:1px solid #767676;text-align:left;font-weight:normal;vertical-align:top}
thead th{font-weight:bold}.amount{text-align:right}td.amount{white-space:nowrap}
tr.result>*{font-weight:bold;border-top:2px solid #1a1a1a}
.figure{display:flex;justify-content:space-between;gap:1rem;background:#e6eef5;padding:.75rem 1rem;font-size:1.3rem;
font-weight:bold;margin:1rem 0}
p{margin:.35rem 0}footer{margin-top:2rem}
@media(max-width:30rem){th,td{padding:.35rem .15rem}}
@media print{body{max-width:none;padding:0}}
""".strip()


def render(document: Document) -> str:
    """The whole page; every value is escaped, and nothing is loaded from elsewhere."""
    heading = escape(document.heading)
    opening = "\n".join(_block(block, heading) for block in document.opening)
    sections = "\n".join(
        f'<section aria-labelledby="s{place}"><h2 id="s{place}">{escape(section.title)}</h2>\n'
        + "\n".join(_block(block, escape(section.title)) for block in section.blocks)
        + "</section>"
        for place, section in enumerate(document.sections, start=1)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{heading}</h1>\n{_address(document.sender)}\n{_address(document.receiver)}\n</header>\n"
        f"<main>\n{opening}\n{sections}\n</main>\n{_footer(document)}</body>\n</html>\n"
    )


def _address(lines: tuple[str, ...]) -> str:
    return "<address>" + "<br>".join(escape(line) for line in lines) + "</address>"


def _footer(document: Document) -> str:
    if not document.footnote:
        return ""
    lang = f' lang="{escape(document.footnote_language)}"' if document.footnote_language else ""
    return f"<footer><p{lang}>{escape(document.footnote)}</p></footer>\n"


def _block(block: Block, caption: str) -> str:
    match block:
        case Lines():
            return "\n".join(f"<p>{escape(line)}</p>" for line in block.lines)
        case Figure():
            return f'<p class="figure"><span>{escape(block.label)}</span> <span>{escape(block.amount)}</span></p>'
        case Sums():
            return _sums(block, caption)
        case Grid():
            return _grid(block, caption)


def _sums(sums: Sums, caption: str) -> str:
    rows = "\n".join(
        f'<tr{" class=" + chr(34) + "result" + chr(34) if place == len(sums.rows) else ""}>'
        f'<th scope="row">{escape(label)}</th><td class="amount">{escape(amount)}</td></tr>'
        for place, (label, amount) in enumerate(sums.rows, start=1)
    )
    what, much = map(escape, sums.headings)
    return (
        f'<table aria-label="{caption}: {much}"><thead><tr><th scope="col">{what}</th>'
        f'<th scope="col" class="amount">{much}</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
    )


def _grid(grid: Grid, caption: str) -> str:
    last = len(grid.headings) - 1
    all_amounts = last != 2

    def kind(place: int) -> str:
        return ' class="amount"' if place == last or all_amounts else ""

    heads = "".join(f'<th scope="col"{kind(place)}>{escape(text)}</th>' for place, text in enumerate(grid.headings))
    rows = "\n".join(
        "<tr>" + "".join(f"<td{kind(place)}>{escape(cell)}</td>" for place, cell in enumerate(row)) + "</tr>"
        for row in grid.rows
    )
    return f'<table aria-label="{caption}"><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
