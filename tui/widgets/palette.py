"""The hues of labels, the same wherever a label is seen.

A schema names a colour; what that looks like is the theme's, through the variables made here. (Component classes would
do the same, but every one is a node that is styled again on each focus: sixteen of them doubled the start.) The dark
hues are chosen so that on a terminal of sixteen colours each still comes out as its own.
"""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget

from annotations.schema import COLOURS, Schema
from tui.widgets.row_painter import label_styles

# Background, and the text on it.
_DARK = {
    "blue": ("#1b4aa8", "#ffffff"),
    "orange": ("#b8791f", "#000000"),
    "green": ("#107a28", "#ffffff"),
    "purple": ("#6a1f8f", "#ffffff"),
    "red": ("#a01828", "#ffffff"),
    "teal": ("#0a8f96", "#000000"),
    "pink": ("#d060b0", "#000000"),
    "yellow": ("#d6c53a", "#000000"),
}
_LIGHT = {
    "blue": ("#bcd7fb", "#0a2a4d"),
    "orange": ("#ffcf87", "#3a1d00"),
    "green": ("#c2e8c5", "#0d3514"),
    "purple": ("#e2cff6", "#33115a"),
    "red": ("#f8c8cc", "#55080f"),
    "teal": ("#b9e8e8", "#053a3d"),
    "pink": ("#f8cbe7", "#520d3b"),
    "yellow": ("#f1e89a", "#3a3300"),
}


def variables(*, dark: bool) -> dict[str, str]:
    """Theme variables for every colour that a schema can name."""
    pairs = _DARK if dark else _LIGHT
    hues = {f"label-{name}": background for name, (background, _) in pairs.items()}
    return hues | {f"label-{name}-text": text for name, (_, text) in pairs.items()}


def styles_of_labels(widget: Widget, schema: Schema) -> dict[str, Style]:
    """The style of each label in the application's theme; without colour, its mark alone."""
    if widget.app.no_color:
        return label_styles(schema, dict.fromkeys(COLOURS, Style.null()))
    hues = widget.app.theme_variables
    colours = {name: Style(bgcolor=hues[f"label-{name}"], color=hues[f"label-{name}-text"]) for name in COLOURS}
    return label_styles(schema, colours)
