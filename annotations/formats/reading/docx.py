"""A document of a word processor: one article.

Parts and elements are those of ECMA-376, "Office Open XML", parts 1 (WordprocessingML) and 2 (packages). Of the main
document each paragraph (`w:p`) that is not blank is a line, in the order of the document, those of tables, content
controls and text boxes among them; what is in a text box follows the paragraph that the box is in. A line break begins
a line, a tab is a tab. Insertions that nobody has accepted yet are taken; deletions and what was moved away are not.
Headers, footers and comments are no part of the text. Foot- and endnotes, equations, and symbols that are a place in a
font and no character are left out and told of.

The main document alone is unpacked, piece by piece, and nothing that it refers to is looked at. A document type, by
which XML could hold more than it is long or name other files, is refused; ECMA-376 has none.
"""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from annotations.article import LARGEST
from annotations.errors import ArticleError, displayed, printable
from annotations.formats.reading import Imported, Options
from annotations.limits import size
from annotations.reading import shortened

HELP = "one article, a .docx of Word or LibreOffice"

# Unpacked: a novel with all that Word notes beside its words has a fifth of this.
_LARGEST_PART = 32 * 2**20
# Each takes memory before anything is unpacked.
_PARTS = 10_000
_PART_SIGNATURE = b"PK\x01\x02"
_PIECE = 2**16
# Of the container that a .doc is, and a .docx with a password.
_OLD_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_RELATIONSHIPS = "_rels/.rels"
_OFFICE_DOCUMENT = "/officeDocument"
_USUAL_DOCUMENT = "word/document.xml"
# What most programs write, and the standard's strict form.
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
# Properties have elements that are called as tabs are; `rt` is a gloss upon the words; the last is the same once more,
# for programs that do not know what stands before it.
_SKIPPED = ("del", "moveFrom", "pPr", "rPr", "rt", "Fallback")
_TOLD = {
    "footnoteReference": "its footnotes are left out",
    "endnoteReference": "its endnotes are left out",
    "oMath": "its equations are left out",
    "sym": "its symbols that are a place in a font and no character are left out",
}
# What the standard library raises for a file that is damaged, encrypted, or packed in a way that it does not know.
_DAMAGE = (
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    expat.ExpatError,
)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The article; ArticleError for a file that is no such document, is damaged, too large, or holds no text."""
    data = source.read(LARGEST + 1)
    try:
        text, notices = _text(data)
    except ValueError as error:
        raise ArticleError(f"{displayed(options.path)}: {shortened(printable(str(error)))}.") from error
    yield Imported(0, f"{options.path.stem}.txt", text, notices=notices)


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The document's lines, and what is to be told of it."""
    if len(data) > LARGEST or data.count(_PART_SIGNATURE) > _PARTS:
        raise ValueError(
            f"is larger than {size(LARGEST)}, or has more than {_PARTS:,} parts; copy its text into a .txt"
        )
    if data.startswith(_OLD_SIGNATURE):
        raise ValueError("is an old .doc, or has a password; save it as a .docx without one")
    paragraphs = _Paragraphs()
    try:
        with ZipFile(BytesIO(data)) as archive:
            _parse(archive, _main_part(archive), paragraphs.start, paragraphs.end, paragraphs.take)
    except _DAMAGE as error:
        raise ValueError(
            f"is no .docx that can be read ({error}); open it in a word processor and save it anew"
        ) from error
    lines = [line for line in "\n".join(paragraphs.texts).split("\n") if line.strip()]
    if not lines:
        raise ValueError("holds no text; give a document that does")
    return "".join(f"{line}\n" for line in lines), tuple(paragraphs.told)


def _main_part(archive: ZipFile) -> str:
    """The name of the main document."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" Relationship") and attributes.get("Type", "").endswith(_OFFICE_DOCUMENT):
            found.append(attributes.get("Target", ""))

    if _RELATIONSHIPS in archive.namelist():
        _parse(archive, _RELATIONSHIPS, start)
    name = found[0].lstrip("/") if found else _USUAL_DOCUMENT
    if name not in archive.namelist():
        raise BadZipFile(f"its main document {shortened(printable(name))} is missing")
    return name


def _ignore(_: str) -> None:
    pass


def _parse(
    archive: ZipFile,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = _ignore,
    take: Callable[[str], None] = _ignore,
) -> None:
    """Call these for the elements and characters of a part; names are the namespace, a space and the local name."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, take
    parser.StartDoctypeDeclHandler = _refuse
    left = _LARGEST_PART
    with archive.open(name) as part:
        while piece := part.read(_PIECE):
            left -= len(piece)
            if left < 0:
                raise ValueError(
                    f"holds more than {size(_LARGEST_PART)} once it is unpacked; copy its text into a .txt"
                )
            parser.Parse(piece)
    parser.Parse(b"", True)  # noqa: FBT003 - it has no name


def _refuse(*_: object) -> None:
    raise ValueError("has a document type, which no .docx has; open it in a word processor and save it anew")


class _Paragraphs:
    """The paragraphs' texts, and each kind of thing that is left out, once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.told: dict[str, None] = {}
        # Those that are open: a text box is in a paragraph, and has some.
        self._open: list[tuple[int, list[str]]] = []
        # How deep in what is skipped.
        self._skipped = 0
        self._is_text = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        namespace, _, local = name.rpartition(" ")
        if self._skipped or local in _SKIPPED:
            self._skipped += 1
        elif local in _TOLD:
            self.told[_TOLD[local]] = None
        elif namespace not in _WORD:
            return
        elif local == "p":
            self._open.append((len(self.texts), []))
            self.texts.append("")
        elif local == "t":
            self._is_text = True
        elif local in _CHARACTERS:
            self._add(_CHARACTERS[local])

    def end(self, name: str) -> None:
        """An element ends."""
        namespace, _, local = name.rpartition(" ")
        if self._skipped:
            self._skipped -= 1
        elif namespace not in _WORD:
            return
        elif local == "p":
            place, pieces = self._open.pop()
            self.texts[place] = "".join(pieces)
        elif local == "t":
            self._is_text = False

    def take(self, text: str) -> None:
        """Characters, which a line break is none of: in XML it is white space."""
        if self._is_text and not self._skipped:
            self._add(text.replace("\n", " "))

    def _add(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)
