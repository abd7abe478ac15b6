"""Plots for an HTML page: SVG to stand in it, with text that stays text and colours that the page chooses.

matplotlib draws them (its manual: `backends.backend_svg`, and `svg.fonttype` of `rcParams`), in its own default style
whatever the user's is. Names never reach it: it would read `$` in them as mathematics, and know no font for some. It
sets a number in each name's place, and the name takes that place at the very end; so nothing that an article or a
sidecar holds is in what is searched and replaced here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from rich.cells import cell_len

from annotations.errors import printable
from annotations.formats.extras import needing
from annotations.stats import Count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 500
"""Of every plot, in the page's pixels."""

_ROW = 26
_NAMES = 220
_FIGURES = 72
_HIGH = 240
_FONT = 13
_WIDEST_NAME = 26
_ELLIPSIS = "\u2026"
_JOINERS = "\u200c\u200d"
# The name's own direction, whatever is beside it.
_ISOLATE, _END = "&#x2068;", "&#x2069;"

_BAR, _INK, _RULE = "#000001", "#000002", "#000003"
_VARIABLES = {_BAR: "var(--bar)", _INK: "var(--ink)", _RULE: "var(--rule)"}
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "hashiya",
    "font.size": _FONT,
    "text.color": _INK,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "axes.labelcolor": _INK,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_HEAD = re.compile(r"\A.*?<svg[^>]*>", re.DOTALL)
_DEFAULT_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>\s*", re.DOTALL)
# Those that are numbers would be in every plot of the page; those that are hashes are referred to.
_NUMBERED = re.compile(r' id="[a-z0-9.]+_\d+"')
_FONT_STYLE = re.compile(r'font(?:-size|-family)?: [^;"]+(?:; )?')
_NAME = re.compile(r">name (\d+)<")


def check_plots() -> None:
    """HashiyaError, which names what to install, where nothing can be plotted."""
    with needing("report", "the HTML report"):
        import matplotlib  # noqa: F401


def shown(text: str) -> str:
    """The text with what cannot be seen as escapes, except what joins letters or keeps them apart; not yet HTML."""
    return "".join(c if c in _JOINERS else printable(c) for c in text)


def bars(counts: Sequence[Count], title: str) -> str:
    """A bar a name, lying, in the order given, with its count behind it; `title` is for those who do not see it."""
    height = _ROW * len(counts)
    places = range(len(counts))
    most = max((one.count for one in counts), default=0) or 1
    with _own_style():
        figure = _figure(height)
        axes = _axes(figure, _NAMES, _FIGURES)
        axes.barh(places, [one.count for one in counts], height=0.62, color=_BAR, clip_on=False)
        axes.set_xlim(0, most)
        axes.set_ylim(len(counts) - 0.5, -0.5)
        axes.set_yticks(places, labels=[f"name {place}" for place in places])
        axes.set_xticks([])
        for place, one in enumerate(counts):
            axes.text(one.count + 0.02 * most, place, f"{one.count:,}", va="center_baseline")
        return _svg(figure, title, [one.name for one in counts])


def columns(counts: Sequence[Count], title: str, under: str, beside: str) -> str:
    """A column a name, which is short and our own; `under` says what the names are, `beside` what is counted."""
    from matplotlib.ticker import MaxNLocator

    places = range(len(counts))
    with _own_style():
        figure = _figure(_HIGH)
        axes = _axes(figure, left=96, right=12, top=12, bottom=52)
        axes.bar(places, [one.count for one in counts], width=0.78, color=_BAR, clip_on=False)
        axes.set_xlim(-0.6, len(counts) - 0.4)
        axes.set_xticks(places, labels=[one.name for one in counts])
        axes.set_xlabel(under)
        axes.set_ylabel(beside)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
        axes.grid(axis="y", color=_RULE, linewidth=1, clip_on=False)
        axes.set_axisbelow(True)
        return _svg(figure, title, ())


@contextmanager
def _own_style() -> Iterator[None]:
    """Default settings and ours, until the end of the block."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def _figure(height: int) -> Figure:
    """A figure of WIDTH by `height` pixels."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH / 72, height / 72), dpi=72, frameon=False)


def _axes(figure: Figure, left: int, right: int, top: int = 0, bottom: int = 0) -> Axes:
    """Axes without lines or ticks, so many pixels from the figure's edges."""
    width, height = figure.bbox.size
    place = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    axes = figure.add_axes(place, frame_on=False)
    axes.tick_params(left=False, bottom=False, pad=8)
    return axes


def _svg(figure: Figure, title: str, names: Sequence[str]) -> str:
    """The figure as an element of an HTML page, `names` in their places."""
    written = BytesIO()
    figure.savefig(written, format="svg", metadata=_NO_METADATA)
    drawn = _HEAD.sub("", written.getvalue().decode(), count=1)
    for pattern in (_DEFAULT_STYLE, _NUMBERED, _FONT_STYLE):
        drawn = pattern.sub("", drawn)
    for colour, variable in _VARIABLES.items():
        drawn = drawn.replace(colour, variable)
    drawn = _NAME.sub(lambda match: f">{_label(names[int(match[1])])}<", drawn)
    width, height = figure.bbox.size
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}"'
    return f'<svg {box} role="img" aria-label="{escape(title)}">{drawn}'


def _label(name: str) -> str:
    """A name beside its bar, cut where there is no room for it."""
    text, width = shown(name), 0.0
    for place, character in enumerate(text):
        width += cell_len(character) * (1.65 if character.isupper() else 1)
        if width > _WIDEST_NAME:
            text = text[: place - 1] + _ELLIPSIS
            break
    return f"{_ISOLATE}{escape(text)}{_END}"
