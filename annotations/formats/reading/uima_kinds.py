"""What structures of others' CAS are: spans, relations, or the words and sentences that every tool for UIMA adds.

The types are those of "INCEpTION User Guide", section "Layers", of DKPro Core ("Type System Reference"), cTAKES and
ClearTK; of others the names tell.
"""

from __future__ import annotations

from annotations.formats.reading.xmi import Structure
from annotations.formats.uima import LABELS, OURS, unescaped

METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
LABEL = ("label", "value")
"""The features that have a label."""

_CUSTOM = ("custom.", "webanno.custom.")
_OWN = ("de.tudarmstadt.ukp.clarin.webanno.", "de.tudarmstadt.ukp.inception.")
# Packages of DKPro Core, cTAKES and ClearTK, and names that others have for the same.
_SYNTAX = frozenset(("metadata", "segmentation", "structure", "lexmorph", "syntax", "token"))
_WORDS = frozenset(("token", "sentence", "paragraph", "segment", "lemma", "stem", "pos", "chunk"))


def label_of(each: Structure) -> str | None:
    """The label of a span, or the role of a relation; None for what is neither."""
    if _is_syntax(each.type):
        return None
    # An empty label of another tool is none.
    given = next((string_of(each, name) for name in LABEL if each.values.get(name) or _is_set(each, name)), None)
    if given is None:
        return each.type.removeprefix(LABELS) if each.type.startswith(LABELS) else each.type.rpartition(".")[2]
    return given


def _is_set(each: Structure, name: str) -> bool:
    return is_ours(each) and name in each.values


def is_ours(each: Structure) -> bool:
    """Whether our own export has made it."""
    return each.type.startswith(OURS)


def is_relation(each: Structure) -> bool:
    """Whether it joins two others."""
    return "Governor" in each.values and "Dependent" in each.values


def string_of(each: Structure, name: str) -> str:
    """The value of a feature that is set."""
    return unescaped(each.values[name]) if is_ours(each) else each.values[name]


def _is_syntax(type_name: str) -> bool:
    """Whether annotations of the type are of the text's words and sentences, or of the tool's own affairs."""
    if type_name.startswith((*_CUSTOM, OURS)):
        return False
    *packages, name = type_name.lower().split(".")
    return type_name.startswith(_OWN) or name in _WORDS or not _SYNTAX.isdisjoint(packages)
