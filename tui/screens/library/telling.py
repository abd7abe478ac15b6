"""What the library says of itself: how much is shown, how far a search is, why a list is empty."""

from __future__ import annotations

from annotations.library_query import Order
from annotations.schema import Schema
from tui.screens.library.shelf import Shelf
from tui.screens.library.view import BY_NAME, LibraryView, Search
from tui.widgets.bars import quoted

_KINDS = {
    "name": ("name", "الاسم", "n"),
    "status": ("status", "الحالة", "s"),
    "updated": ("last change", "آخر تعديل", "c"),
    "progress": ("progress", "التقدّم", "p"),
}
_QUOTED = 40


def told_order(order: Order, schema: Schema) -> tuple[str, str, str]:
    """What an order goes by, in English and in Arabic, and the key that chooses it."""
    label = schema.label(order.label) if order.kind == "label" else None
    if label is None:
        return _KINDS[order.kind]
    return f"number of {label.title_en.lower()}s", label.title_ar, label.key


def told_view(shelf: Shelf, view: LibraryView, texts_read: str, *, is_slow: bool, width: int) -> str:
    """How much is done, or shown of what there is; `texts_read` is how far a filter is that reads the texts."""
    parts = [shelf.annotator]
    if view.search is not None:
        parts += [told_search(view.search), quoted(view.search.typed, width // 5)]
    else:
        parts += _told_list(shelf, view, texts_read, is_slow=is_slow)
        if view.filter:
            parts.append(f"filter {quoted(view.filter, width // 4)}")
    if view.order != BY_NAME:
        parts.append(f"by {told_order(view.order, shelf.schema)[0]}")
    return " · ".join(parts)


def told_search(search: Search) -> str:
    """How far a search is and what it has found."""
    found = counted(len(search.found), "article")
    unreadable = f" · {search.unreadable:,} unreadable" if search.unreadable else ""
    if not search.is_over:
        return f"searching {search.done:,} of {len(search.among):,} · {found}"
    hits = sum(hit.hits for _, hit in search.found)
    return f"{counted(hits, 'hit')} in {found}{unreadable}"


def told_of_nothing(shelf: Shelf, view: LibraryView, texts_read: str, clear_key: str) -> str:
    """Why nothing is listed, and which key helps, not set yet; empty while it is not known yet that nothing is."""
    again = f": {clear_key} shows all again" if clear_key else ""
    if view.shown:
        return ""
    if view.search is None:
        return f"no article fits{again}" if shelf.is_known and not texts_read else ""
    if view.search.problem:
        return f"nothing was found{again}"
    return f"no article holds “{view.search.typed[:_QUOTED]}”{again}" if view.search.is_over else ""


def told_reading(shelf: Shelf) -> str:
    """How many of the articles are known."""
    return f"reading {shelf.known:,} of {len(shelf.articles):,}"


def counted(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _told_list(shelf: Shelf, view: LibraryView, texts_read: str, *, is_slow: bool) -> list[str]:
    total = f"{len(shelf.articles):,}"
    parts = [f"{len(view.shown):,} of {total} shown"] if view.filter else []
    if texts_read:
        parts.append(texts_read)
    if not shelf.is_known:
        # How many are done is not known before all are read.
        return [*parts, told_reading(shelf)] if is_slow else parts
    return parts or [f"{shelf.done:,} of {total} done"]
