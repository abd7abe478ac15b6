"""What an annotation is, how it is kept beside its article, and what it becomes; no terminal, no user interface.

What a notebook wants is here:

    from annotations import open_library

    library = open_library("articles")
    for record in library.layers():
        for span in record.layer.spans:
            print(record.id, span.start, span.end, span.label, span.text)

    with library.editing("story.txt", "model-1") as editor:
        editor.mark(60, 67, "actor", origin="model@1")

    library.export("spacy", "train.spacy")

Offsets are code points of the article's text, half-open: `editor.text[60:67]` is what is marked. See `annotations.api`.

Import only as `from annotations import x` or `from annotations.x import y`: `from __future__ import annotations` binds
a module global of this name.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.api import Editor, Library, import_files, open_library
    from annotations.article import Article, read_article
    from annotations.errors import HashiyaError
    from annotations.formats import Annotated
    from annotations.labels import Schema
    from annotations.layer import Layer
    from annotations.span import Link, Span

__version__ = "0.1.0"

__all__ = [
    "Annotated",
    "Article",
    "Editor",
    "HashiyaError",
    "Layer",
    "Library",
    "Link",
    "Schema",
    "Span",
    "__version__",
    "import_files",
    "open_library",
    "read_article",
]

_MODULES = {
    "Annotated": "formats",
    "Article": "article",
    "Editor": "api",
    "HashiyaError": "errors",
    "Layer": "layer",
    "Library": "api",
    "Link": "span",
    "Schema": "labels",
    "Span": "span",
    "import_files": "api",
    "open_library": "api",
    "read_article": "article",
}


def __getattr__(name: str) -> object:
    # Imported when asked for: the program starts without most of it.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
