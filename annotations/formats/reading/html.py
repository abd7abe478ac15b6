"""A web page: one article, its main text without navigation, advertisements and comments, by trafilatura.

What is main text is for trafilatura to say ("Core functions", trafilatura.readthedocs.io); the characters are the
page's own. By itself the library deletes joiners and marks of direction, turns every space into a plain one and, in the
text that it writes, normalises to NFC. So its tree is taken, and before it sees the page each *delicate* character,
white space other than ASCII's and what has no glyph, becomes a letter that the page does not have, which is put back
afterwards. Scripts are left out, articles in their data too, which the library cleans; nothing is loaded from anywhere.

Paragraphs, headings, items and cells are a line each, without blank ones; inside of them white space of ASCII is one
space, as HTML has it, but for line breaks in `pre`. The headline is the first line. The encoding is the one that is
forced, else that of a byte order mark or a `meta` element, as in the WHATWG's "HTML", 13.2.3.2, else what is found as
in plain text; bytes that it does not have are refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from annotations.encoding import decode, encoding_named
from annotations.errors import ArticleError, HashiyaError, displayed, printable
from annotations.formats.extras import needing
from annotations.formats.reading import Imported, Options
from annotations.limits import size
from annotations.reading import shortened

HELP = "one article, the main text of a web page (needs the extra articles)"

# Pages of news have a tenth of either. The extractor takes a time that grows a little faster than they do.
_LARGEST = 8 * 2**20
_ELEMENTS = 50_000

# The standard looks at the first 1,024 bytes, and browsers at more.
_PRESCAN = 4096
_META_CHARSET = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Names of the WHATWG's "Encoding" that stand for others than Python takes them for.
_LABELS = {"iso-8859-1": "windows-1252", "latin1": "windows-1252", "us-ascii": "windows-1252", "ascii": "windows-1252"}
_SINGLE_BYTE = re.compile(r"windows-125[0-8]|iso-8859-(?:[2-9]|1[013456])")

_SPACES = re.compile(r"[ \t\r]+")
_ANY_SPACES = re.compile(r"[ \t\r\n]+")
_ASCII_SPACES = " \t\r\n"
# Letters, so printable, of a block that hardly any page has.
_LETTERS = range(0x20000, 0x2A6D7)

# What is within a line in the tree that the library makes of a page; all else begins one and ends it.
_INLINE = ("hi", "ref", "del", "graphic", "a", "b", "i", "em", "strong", "span")
# Headings, and characters of a title, among which the headline is looked for.
_HEADINGS = 100
_TITLE = 1000
_SEPARATOR = re.compile(r"\s+[|\u2013\u2014\u00bb\u00ab:-]+\s+")


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The article; ArticleError for a page that is none, HashiyaError where trafilatura is not installed."""
    with needing("articles", "the format html"):
        import trafilatura  # noqa: F401 - whether it is there
    # Without a handler the library's warnings come to the terminal: what they say is in our own message.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        lines = _lines(_root(_decoded(source.read(_LARGEST + 1), options)))
    except ValueError as error:
        raise ArticleError(f"{displayed(options.path)}: {shortened(printable(str(error)))}.") from error
    yield Imported(0, f"{options.path.stem}.txt", "".join(f"{line}\n" for line in lines))


def _decoded(data: bytes, options: Options) -> str:
    """The page; ValueError or ArticleError where it is too large, binary, or does not decode."""
    if len(data) > _LARGEST:
        raise ValueError(f"is larger than {size(_LARGEST)}, the most of a page that is read; copy its text into a .txt")
    declared = None if options.encoding or data.startswith(_MARKS) else _declared(data)
    if declared is None:
        return decode(data, displayed(options.path), options.encoding).text
    try:
        text = data.decode(declared)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"is not {declared}, as it says (byte {error.start}); name its encoding with --encoding"
        ) from error
    if "\x00" in text:
        raise ValueError("is binary; give a web page")
    return text


def _declared(data: bytes) -> str | None:
    """The encoding that a `meta` element names, if there is one; ValueError for a name that no page should have."""
    match = _META_CHARSET.search(data[:_PRESCAN])
    if match is None:
        return None
    given = match[1].decode("ascii", "replace").lower()
    name = _LABELS.get(given, given)
    if _SINGLE_BYTE.fullmatch(name):
        return name
    try:
        name = encoding_named(name)
    except HashiyaError:
        raise ValueError(f"has the encoding {given}, which is not known; name it with --encoding") from None
    # What has been read as ASCII up to here is no UTF-16, whatever it says.
    return "utf-8" if name.startswith("utf-16") else name


def _root(text: str) -> Any:
    """The page as a tree without scripts; ValueError for what is none, or too large to be looked at."""
    import lxml.html
    from lxml import etree

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.removeprefix("\ufeff").encode(), parser=parser)
    except etree.LxmlError as error:
        raise ValueError("holds no page; give one of HTML") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ValueError("has elements that are nested too deeply; copy its text into a .txt")
    etree.strip_elements(root, "script", "style", with_tail=False)
    if sum(1 for _ in root.iter()) > _ELEMENTS:
        raise ValueError(
            f"has more than {_ELEMENTS:,} elements, the most of a page that is read; copy its text into a .txt"
        )
    return root


def _lines(root: Any) -> list[str]:
    """The lines of the main text, the headline first; ValueError where there is none."""
    title = _headline(root)
    back = _protect(root)
    found = [line for line in (one.translate(back) for one in _main_lines(root)) if _is_seen(line)]
    if not found:
        raise ValueError("has no main text that could be told; copy the article into a .txt")
    return found if title in found or not _is_seen(title) else [title, *found]


def _main_lines(root: Any) -> list[str]:
    import trafilatura

    try:
        document = trafilatura.bare_extraction(root, include_comments=False)
    except Exception as error:
        # Whatever a page has brought the library to, it costs the other files nothing.
        raise ValueError(
            f"has no main text that could be told ({type(error).__name__}); copy the article into a .txt"
        ) from error
    return [] if document is None else _texts(document.body)


def _texts(body: Any) -> list[str]:
    """The lines of the library's tree."""
    from lxml import etree

    pieces: list[str] = []
    depth = 0  # of `code`, which is `pre` too
    for event, element in etree.iterwalk(body, events=("start", "end")):
        depth += (element.tag == "code") * (1 if event == "start" else -1)
        text = element.text if event == "start" else element.tail
        pieces += ("\n" if _is_block(element) else "", _squeezed(text, is_kept=depth > 0))
    return [_SPACES.sub(" ", line).strip(_ASCII_SPACES) for line in "".join(pieces).split("\n")]


def _is_block(element: Any) -> bool:
    """Whether it begins and ends a line; `code` does where it is of more than one."""
    return element.tag not in _INLINE and (element.tag != "code" or "\n" in "".join(element.itertext()))


def _squeezed(text: str | None, *, is_kept: bool) -> str:
    return text or "" if is_kept else _ANY_SPACES.sub(" ", text or "")


def _headline(root: Any) -> str:
    """The headline: the longest `h1` that is in the page's title too, else the title of the page, or the only `h1`."""
    headings = [_text_of(element) for element in islice(root.iter("h1"), _HEADINGS)]
    shared = next(iter(root.xpath("//meta[@property='og:title']/@content")), "")
    own = next(map(_text_of, root.iter("title")), "")[:_TITLE]
    titles = [_squeezed(shared[:_TITLE], is_kept=False).strip(_ASCII_SPACES), own]
    within = max((heading for heading in headings if any(heading in title for title in titles)), key=len, default="")
    if within or titles[0]:
        return within or titles[0]
    # The name of the paper is before or after the headline.
    return max(_SEPARATOR.split(own), key=len) or (headings[0] if len(headings) == 1 else "")


def _text_of(element: Any) -> str:
    return _ANY_SPACES.sub(" ", "".join(element.itertext())).strip(_ASCII_SPACES)


def _protect(root: Any) -> dict[int, str]:
    """Put a letter for each delicate character of the tree's texts; what puts them back."""
    there = set("".join(root.itertext()))
    delicate = sorted(filter(_is_delicate, there))
    free = [chr(point) for point in _LETTERS if chr(point) not in there]
    if len(delicate) > len(free):
        raise ValueError("holds more kinds of invisible characters than a text has; give a page of text")
    away = {ord(one): letter for one, letter in zip(delicate, free, strict=False)}
    for element in root.iter():
        if element.text:
            element.text = element.text.translate(away)
        if element.tail:
            element.tail = element.tail.translate(away)
    return {ord(letter): chr(point) for point, letter in away.items()}


def _is_delicate(one: str) -> bool:
    return not one.isprintable() and one not in _ASCII_SPACES


def _is_seen(line: str) -> bool:
    return any(one.isprintable() and not one.isspace() for one in line)
