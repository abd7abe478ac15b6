"""spaCy: a Doc an article, in one DocBin, as `spacy train` reads it (spaCy's API, "DocBin", "Corpus", "Span").

A Doc's text is the article's: a word has its space (U+0020) in its `whitespace_`, all else between tokens is words of
its own, and so `start_char` and `end_char` are offsets of the article, in code points. Spans are entities (`doc.ents`;
of those that overlap the one with the most tokens is taken, of equals the longer, then the first) or stand in
`doc.spans["sc"]`, the key of spaCy's span categorizer, where they may overlap. A span's id is its `id_`, its group its
`kb_id_`.

`doc.user_data` holds, under keys that are plain strings, `article` (its id), `annotator`, `sha256` (of the source's
bytes), `spans` and `links`, records as in a sidecar without what is computed: id, fragments, label, subtype,
attributes, group, note and origin; id, event, role, actor, note and origin.

`spacy train` tokenises a Doc's text again, and what does not fit the pipeline's tokens is not trained on: tokenise with
spaCy's, or set `gold_preproc`. It refuses texts of more than `nlp.max_length` characters, a million unless set.

Writing takes memory for one article and for some strings. A DocBin is a msgpack map, compressed with zlib, in which the
lengths of its parts stand before them, so they are collected in temporary files. Reading takes memory for all of it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from struct import pack
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple

import msgspec

from annotations.errors import HashiyaError
from annotations.formats import Annotated
from annotations.formats.extras import needing
from annotations.formats.fields import LINK, SPAN, fields_of
from annotations.formats.links import linked
from annotations.formats.loss import Losses
from annotations.formats.overlaps import longest
from annotations.formats.tokens import Laid, Policy, Token, fate_of_place, lay_all
from annotations.span import Span

EXTENSION = ".spacy"
IS_BINARY = True
HELP = "a DocBin with entities or span groups, for spacy train"
VARIANTS: Mapping[str, str] = {
    "ents": "entities (doc.ents), of which no two overlap",
    "spans": 'a span group (doc.spans["sc"]), whose spans may overlap',
}

_KEY = "sc"
_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")

_RUN = re.compile(r"\s+|\S+")

# Parts of a DocBin's map that grow with the Docs: bytes without end, and lists with an item a Doc, or a string.
_BYTES = ("tokens", "spaces", "lengths")
_LISTS_BY_DOC = ("cats", "flags", "span_groups", "user_data")
_LISTS = ("strings", *_LISTS_BY_DOC)
# In msgpack: fixmap with its number of entries, bin 32, array 32.
_MAP_HEAD, _BYTES_HEAD, _LIST_HEAD = 0x80, 0xC6, 0xDD
_MOST = 2**32 - 1
# What is more goes from memory to the disk.
_IN_MEMORY = 2**20
# A string forgotten is written twice, which no reader minds.
_STRINGS = 2**17


class Words(NamedTuple):
    """The words of a Doc, whether a space (U+0020) follows each, and which of them each token is."""

    texts: Sequence[str]
    spaces: Sequence[bool]
    places: Sequence[int]


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one DocBin; HashiyaError where spaCy is not installed, or for more than 4 GiB of tokens."""
    with needing("spacy", "the format spacy"):
        import spacy
    with ExitStack() as stack:
        docs = _Docs(stack)
        for record in records:
            doc = _doc(spacy, record, policy, losses)
            docs.add(spacy.tokens.DocBin(_ATTRIBUTES, store_user_data=True, docs=[doc]))
        empty = spacy.tokens.DocBin(_ATTRIBUTES)
        docs.write(out, {"version": empty.version, "attrs": empty.attrs})


def words_of(text: str, tokens: Sequence[Token]) -> Words:
    """The tokens and what is between them as words: joined, each with its space, they are the text.

    `tokens` are in order and do not overlap. Between them white space is apart from all else; of a run of it that
    begins with a space, that space is the word's before it, as in spaCy's own tokenizer.
    """
    texts: list[str] = []
    spaces: list[bool] = []
    places: list[int] = []
    for (start, end), is_token in _pieces(text, tokens):
        is_space_before = not is_token and bool(texts) and text[start] == " "
        if is_space_before:
            spaces[-1] = True
        if is_token:
            places.append(len(texts))
        word = text[start + is_space_before : end]
        if word:
            texts.append(word)
            spaces.append(False)
    return Words(texts, spaces, places)


def _pieces(text: str, tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """The tokens, and the runs of white space and of all else between them, in order; and whether it is a token."""
    at = 0
    for token in tokens:
        yield from ((Token(*run.span()), False) for run in _RUN.finditer(text, at, token.start))
        yield token, True
        at = token.end
    yield from ((Token(*run.span()), False) for run in _RUN.finditer(text, at))


def _doc(spacy: Any, annotated: Annotated, policy: Policy, losses: Losses) -> Any:
    """The Doc of an article, in a vocabulary of its own; what becomes of its spans and links is noted."""
    tokens, laid = lay_all(annotated, policy, losses)
    is_grouped = policy.variant == "spans"
    taken = laid if is_grouped else _entities(annotated, laid, losses)
    _note(annotated, taken, tokens, policy, losses)
    words = words_of(annotated.article.text, tokens)
    doc = spacy.tokens.Doc(spacy.vocab.Vocab(), words=words.texts, spaces=words.spaces)
    spans = [_span(spacy, doc, each, words) for each in taken]
    if is_grouped:
        doc.spans[_KEY] = spans
    else:
        doc.set_ents(spans, default="outside")
    doc.user_data.update(_user_data(annotated, [each.span for each in taken], losses))
    return doc


def _span(spacy: Any, doc: Any, laid: Laid, words: Words) -> Any:
    first, last, span = words.places[laid.first], words.places[laid.last - 1], laid.span
    return spacy.tokens.Span(doc, first, last + 1, span.label, kb_id=span.group or "", span_id=span.id)


def _entities(annotated: Annotated, laid: Sequence[Laid], losses: Losses) -> list[Laid]:
    """The spans that can be entities together, in order; the others are noted as dropped."""
    for each in laid:
        if not each.span.label:
            losses.note("dropped", annotated, each.span, "an entity needs a label, and it has an empty one")
    labelled = [each for each in laid if each.span.label]
    return sorted(longest(annotated, labelled, losses), key=lambda one: one.first)


def _note(annotated: Annotated, taken: Iterable[Laid], tokens: Sequence[Token], policy: Policy, losses: Losses) -> None:
    for each in taken:
        # There is a place for its properties.
        fate, why = fate_of_place(each, tokens, policy)
        losses.note(fate, annotated, each.span, why)


def _user_data(annotated: Annotated, spans: Sequence[Span], losses: Losses) -> dict[str, object]:
    links = linked(annotated, {span.id for span in spans}, losses)
    return {
        "article": annotated.id,
        "annotator": annotated.layer.header.annotator,
        "sha256": annotated.article.sha256,
        "spans": [fields_of(span, SPAN) for span in spans],
        "links": [fields_of(link, LINK) for link in links],
    }


class _Docs:
    """What a DocBin holds, in a file for each part; `files` closes them."""

    def __init__(self, files: ExitStack) -> None:
        self._files = {
            name: files.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the stack closes it
            for name in (*_BYTES, *_LISTS)
        }
        self._sizes = dict.fromkeys(self._files, 0)
        self._strings: set[str] = set()

    def add(self, packed: Any) -> None:
        """Add a DocBin of one Doc."""
        (tokens,), (spaces,) = packed.tokens, packed.spaces
        self._put("tokens", tokens.tobytes())
        self._put("spaces", spaces.tobytes())
        self._put("lengths", pack("=i", len(tokens)))
        for name in _LISTS_BY_DOC:
            (item,) = getattr(packed, name)
            self._put(name, msgspec.msgpack.encode(item))
        for string in sorted(packed.strings - self._strings):
            self._put("strings", msgspec.msgpack.encode(string))
        if len(self._strings) > _STRINGS:
            self._strings.clear()
        self._strings |= packed.strings

    def write(self, out: BinaryIO, settings: Mapping[str, object]) -> None:
        """Write the map, with these settings before its parts."""
        compressor = zlib.compressobj()
        for chunk in self._chunks(settings):
            out.write(compressor.compress(chunk))
        out.write(compressor.flush())

    def _chunks(self, settings: Mapping[str, object]) -> Iterator[bytes]:
        yield pack("B", _MAP_HEAD + len(settings) + len(self._files))
        for name, value in settings.items():
            yield msgspec.msgpack.encode(name) + msgspec.msgpack.encode(value)
        for name, file in self._files.items():
            head = _BYTES_HEAD if name in _BYTES else _LIST_HEAD
            yield msgspec.msgpack.encode(name) + pack(">BI", head, self._sizes[name])
            file.seek(0)
            while chunk := file.read(_IN_MEMORY):
                yield chunk

    def _put(self, name: str, content: bytes) -> None:
        self._files[name].write(content)
        self._sizes[name] += len(content) if name in _BYTES else 1
        if self._sizes[name] > _MOST:
            raise HashiyaError(
                f"the format spacy: its {name} are more than {_MOST:,} {'bytes' if name in _BYTES else 'items'}, the "
                "most that a DocBin holds; export the articles in parts."
            )
