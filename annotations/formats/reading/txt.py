"""A plain text file: one article, named as the file is. Another encoding becomes UTF-8; the text stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.article import LARGEST, decode_article
from annotations.formats.reading import Imported, Options

HELP = "one article, as plain text"


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The article, decoded as it is when it is opened; ArticleError as in `decode_article`."""
    article = decode_article(source.read(LARGEST + 1), options.path, options.encoding)
    yield Imported(line=0, id=options.path.name, text=article.text)
