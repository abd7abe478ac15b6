"""What labels look like, and what is painted over text: the same wherever they are seen.

A schema names a colour; what that looks like is the theme's (see `tui.themes`). (Component classes would do the same,
but every one is a node that is styled again on each focus: sixteen of them doubled the start.)

On a terminal of sixteen colours every theme's labels take the terminal's own, as soft hues would all come out grey.
There black text is never bold: xterm and others show bold black as grey, which nobody can read on yellow.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style
from textual.widget import Widget

from annotations.schema import COLOURS, Schema
from tui import themes
from tui.widgets.row_painter import Part, label_styles

# Background, and the text on it. These are the colours that Rich takes for the terminal's blue, yellow, green, magenta,
# red, cyan, bright magenta, bright yellow, white and black (`rich._palettes.STANDARD_PALETTE`).
SIXTEEN: Mapping[str, tuple[str, str]] = {
    "blue": ("#0000aa", "#ffffff"),
    "orange": ("#aa5500", "#000000"),
    "green": ("#00aa00", "#000000"),
    "purple": ("#aa00aa", "#ffffff"),
    "red": ("#aa0000", "#ffffff"),
    "teal": ("#00aaaa", "#000000"),
    "pink": ("#ff55ff", "#000000"),
    "yellow": ("#ffff55", "#000000"),
}


def variables(*, dark: bool) -> dict[str, str]:
    """Theme variables for every colour that a schema can name, and for what is painted over text."""
    return themes.variables("dark" if dark else "light")


def styles_of_labels(widget: Widget, schema: Schema) -> dict[str, Style]:
    """The style of each label in the application's theme; without colour, its mark alone."""
    if widget.app.no_color:
        # The text's colour, as a label that is kept while the text steps back does not step back.
        return label_styles(schema, dict.fromkeys(COLOURS, Style(color=widget.app.theme_variables["foreground"])))
    if _has_sixteen(widget):
        return _styles(schema, SIXTEEN, is_bold=False)
    return _styles(schema, _hues(widget, "label"))


def styles_of_nested(widget: Widget, schema: Schema) -> dict[str, Style]:
    """The style of each label on text that another span holds too: another shade of its hue.

    Without colour it is the label's mark on a grey that the page hardly shows.
    """
    if widget.app.no_color:
        shades = widget.app.theme_variables
        plain = Style(color=shades["foreground"], bgcolor=shades["panel"])
        return label_styles(schema, dict.fromkeys(COLOURS, plain))
    if _has_sixteen(widget):
        return _styles(schema, themes.swapped(SIXTEEN), is_bold=False)
    return _styles(schema, _hues(widget, "nested"))


def styles_of_parts(widget: Widget, *, has_keys: bool) -> dict[Part, Style]:
    """The styles of what is painted over text and labels; `has_keys` where the keys go to this widget."""
    shades = widget.app.theme_variables
    has_sixteen = _has_sixteen(widget)
    faded, line = Style(color=shades["faded"]), Style(underline=True)
    selection = _block(shades["selection-text"], shades["selection"])
    hint = _block(shades["hint-text"], shades["hint"])
    return {
        "faded": faded,
        "proposal": faded + line,
        "hit": _block(shades["hit-text"], shades["hit"]) + line,
        # Sixteen colours have but one grey, and the hits have it.
        "current": (hint if has_sixteen else selection) + line,
        "selection": selection,
        "cursor": _block(shades["background"], shades["foreground"]) if has_keys else Style(reverse=True),
        "hint": hint + Style(bold=not has_sixteen),
    }


def _block(text: str, background: str) -> Style:
    # A label's mark may be reverse, which would turn round what lies over it as well.
    return Style(color=text, bgcolor=background, reverse=False)


def _styles(schema: Schema, hues: Mapping[str, tuple[str, str]], *, is_bold: bool | None = None) -> dict[str, Style]:
    colours = {name: Style(bgcolor=background, color=text) for name, (background, text) in hues.items()}
    return {name: style + Style(bold=is_bold) for name, style in label_styles(schema, colours).items()}


def _hues(widget: Widget, kind: str) -> dict[str, tuple[str, str]]:
    values = widget.app.theme_variables
    return {name: (values[f"{kind}-{name}"], values[f"{kind}-{name}-text"]) for name in COLOURS}


def _has_sixteen(widget: Widget) -> bool:
    return widget.app.console.color_system in ("standard", "windows")
