"""Small pieces of HTML, with every text escaped, and the rule by which a page loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

_LONG = 20  # rows above which a table is scrolled within


def element(name: str, *content: str, **attributes: str) -> str:
    """An element of HTML that was made before; ``class_`` stands for the attribute ``class``."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{told}>{''.join(content)}</{name}>"


def paragraph(text: str, class_: str = "") -> str:
    """A paragraph of text."""
    return element("p", escape(text), **({"class_": class_} if class_ else {}))


def prose(text: str, class_: str = "") -> str:
    """A paragraph of text in which what stands between grave accents is a command or a name."""
    return element("p", inline(text), **({"class_": class_} if class_ else {}))


def inline(text: str) -> str:
    """Text in which what stands between grave accents is code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:  # one of them has no other
        return escape(text)
    return "".join(element("code", each) if at % 2 else each for at, each in enumerate(parts))


def listed(texts: Iterable[str]) -> str:
    """A list of texts."""
    return element("ul", *(element("li", inline(text)) for text in texts))


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts; the first cell of a row is its head, and numbers stand to the right."""
    listed_rows = list(rows)
    numbers = [
        place > 0 and all(_is_number(row[place]) for row in listed_rows)
        for place in range(len(columns))
    ]
    head = [
        element("th", escape(title), scope="col", **_aligned(is_number))
        for title, is_number in zip(columns, numbers, strict=True)
    ]
    body = [
        element(
            "tr",
            element("th", escape(row[0]), scope="row"),
            *(element("td", escape(row[at]), **_aligned(numbers[at])) for at in range(1, len(row))),
        )
        for row in listed_rows
    ]
    whole = element(
        "table", element("caption", escape(caption)), element("thead", element("tr", *head)),
        element("tbody", *body),
    )  # fmt: skip
    class_ = "scroll long" if len(body) > _LONG else "scroll"
    return element("div", whole, class_=class_, tabindex="0", role="region", aria_label=caption)


def _aligned(is_number: bool) -> dict[str, str]:
    return {"class_": "number"} if is_number else {}


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace("-", "").replace(".", "").isdigit() or text == "-"


def page(
    title: str, body: str, *, style: str, scripts: Sequence[str] = (), style_id: str = ""
) -> str:
    """A page that holds all it shows and loads nothing.

    Args:
        title: Its title, as text.
        body: What is in it, as HTML.
        style: Its style.
        scripts: Its scripts, in the order in which they run; they stand at its end.
        style_id: The id of the style, if a script looks for one.
    """
    policy = escape(_content_policy(style, *scripts))
    id_ = f' id="{escape(style_id)}"' if style_id else ""
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="color-scheme" content="light dark">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style{id_}>{style}</style>",
            "</head>",
            "<body>",
            body.strip(),
            *(f"<script>{script}</script>" for script in scripts),
            "</body>",
            "</html>",
            "",
        )
    )


def _content_policy(style: str, *scripts: str) -> str:
    """A page's own rule for the browser: what is in the page and nothing else."""
    sums = " ".join(map(_sum, scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {sums}; style-src {_sum(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _sum(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
