"""What the themes hold to: text can be read, labels are told apart, and nothing else is taken for a label."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import dist

import pytest
from rich.color import Color, ColorSystem
from rich.console import Console
from rich.style import Style
from textual.app import App

from annotations.schema import BUILT_IN, COLOURS
from tui import setting_rules, themes
from tui.widgets import palette

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

# ΔE*ab, CIE 1976. What is 2.3 apart is just told apart side by side (Mahy et al. 1994); labels are far from each other.
APART = 20.0

# On linear RGB, at severity 1.0, from the table in Machado, Oliveira and Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency" (2009).
PROTAN: Matrix = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
DEUTAN: Matrix = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
TRITAN: Matrix = ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))
# For tritanopia that model is the weaker one. Brettel, Viénot and Mollon, "Computerized simulation of color appearance
# for dichromats" (1997), has two planes; matrices for sRGB and the normal between them are libDaltonLens's.
TRITAN_PLANES: tuple[Matrix, Matrix] = (
    ((1.01277, 0.13548, -0.14826), (-0.01243, 0.86812, 0.14431), (0.07589, 0.80500, 0.11911)),
    ((0.93678, 0.18979, -0.12657), (0.06154, 0.81526, 0.12320), (-0.37562, 1.12767, 0.24796)),
)
TRITAN_NORMAL: Triple = (0.03901, -0.02788, -0.01113)
# sRGB to CIE XYZ under D65, IEC 61966-2-1; and D65's own XYZ.
XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE: Triple = (0.95047, 1.0, 1.08883)

VISIONS = ("trichromat", "protan", "deutan", "tritan", "tritan in two planes")

# The sixteen colours as xterm has them (XTerm-col.ad); Rich's own table has those of VGA.
XTERM = (
    *("#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"),
    *("#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"),
)


def linear(colour: str) -> Triple:
    red, green, blue = Color.parse(colour).get_truecolor().normalized
    return _linear(red), _linear(green), _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def times(matrix: Matrix, triple: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, triple, strict=True)) for row in matrix)
    return one, two, three


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    dark, light = sorted(times(XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, vision: str = "trichromat") -> Triple:
    """A colour in CIE L*a*b* as it is seen with a kind of colour vision."""
    seen = _seen(linear(colour), vision)
    in_gamut = tuple(min(1.0, max(0.0, channel)) for channel in seen)
    x, y, z = (_root(part / white) for part, white in zip(times(XYZ, in_gamut), WHITE, strict=True))  # type: ignore[arg-type]
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _seen(light: Triple, vision: str) -> Triple:
    if vision == "trichromat":
        return light
    if vision == "tritan in two planes":
        side = sum(a * b for a, b in zip(TRITAN_NORMAL, light, strict=True))
        return times(TRITAN_PLANES[side < 0], light)
    return times({"protan": PROTAN, "deutan": DEUTAN, "tritan": TRITAN}[vision], light)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116


def apart(one: str, other: str, vision: str = "trichromat") -> float:
    return dist(lab(one, vision), lab(other, vision))


def of_256(colour: str) -> str:
    return Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor().hex


def of_16(colour: str) -> int:
    number = Color.parse(colour).downgrade(ColorSystem.STANDARD).number
    assert number is not None
    return number


def values(name: str) -> dict[str, str]:
    """All variables of a theme, Textual's included."""
    theme = next(theme for theme in themes.make_themes() if theme.name == name)
    return {**theme.to_color_system().generate(), **theme.variables}


def hues(name: str, kind: str = "label") -> list[str]:
    return [themes.variables(name)[f"{kind}-{colour}"] for colour in COLOURS]


def blocks(name: str) -> list[tuple[str, str]]:
    """Every text with its background that a theme has for the article."""
    own = themes.variables(name)
    return [(own[key], own[key.removesuffix("-text")]) for key in own if key.endswith("-text")]


def test_the_themes_are_those_that_settings_may_name() -> None:
    assert tuple(theme.name for theme in themes.make_themes()) == themes.NAMES == tuple(setting_rules.THEMES)
    assert [theme.name for theme in themes.make_themes() if not theme.dark] == ["light"]


@pytest.mark.parametrize("name", themes.NAMES)
def test_text_on_labels_and_all_else_can_be_read(name: str) -> None:
    own = values(name)
    least = 7.0 if name == "contrast" else 4.5
    page = [(own["foreground"], own[where]) for where in ("background", "surface", "panel")]
    page.append((own["text-error"], own["background"]))
    pairs = [*blocks(name), *page]
    assert len(pairs) == 2 * len(COLOURS) + 3 + len(page)
    for text, background in pairs:
        assert contrast(text, background) >= least, (text, background)
        assert contrast(of_256(text), of_256(background)) >= least, (text, background)


@pytest.mark.parametrize("name", themes.NAMES)
def test_what_steps_back_can_still_be_read(name: str) -> None:
    own = values(name)
    least = 7.0 if name == "contrast" else 4.0
    assert contrast(own["foreground"], own["background"]) > 2 * contrast(own["faded"], own["background"]) >= 2 * least


@pytest.mark.parametrize("name", themes.NAMES)
def test_hues_look_the_same_where_there_are_256(name: str) -> None:
    for hue in hues(name) + hues(name, "nested"):
        assert of_256(hue) == hue


@pytest.mark.parametrize("name", themes.NAMES)
def test_only_labels_have_a_hue(name: str) -> None:
    own = values(name)
    for shade in ("selection", "hint", "hit", "background", "foreground", "surface", "panel", "primary"):
        assert len(set(Color.parse(own[shade]).get_truecolor())) == 1, shade
    assert len(set(Color.parse(own["faded"]).get_truecolor())) == 1
    greys = [own[shade] for shade in ("selection", "hint", "hit", "background", "foreground")]
    assert all(apart(hue, grey) >= APART for hue in hues(name) for grey in greys)


@pytest.mark.parametrize("name", themes.NAMES)
def test_page_hit_selection_and_hint_are_steps_of_light(name: str) -> None:
    own = values(name)
    steps = [own["background"], own["hit"], own["selection"], own["hint"]]
    assert all(contrast(one, other) >= 1.45 for one, other in pairwise(steps))


@pytest.mark.parametrize("name", themes.NAMES)
def test_labels_are_told_apart(name: str) -> None:
    assert min(apart(one, other) for one, other in combinations(hues(name), 2)) >= APART
    assert all(apart(*pair) >= APART for pair in zip(hues(name), hues(name, "nested"), strict=True))


@pytest.mark.parametrize("vision", VISIONS)
def test_labels_are_told_apart_by_the_colour_blind(vision: str) -> None:
    labels, nested = hues("colour-blind"), hues("colour-blind", "nested")
    assert min(apart(one, other, vision) for one, other in combinations(labels, 2)) >= APART
    assert all(apart(one, other, vision) >= APART for one, other in zip(labels, nested, strict=True))


def test_actor_and_event_are_told_apart_by_the_colour_blind_in_every_theme() -> None:
    for name in themes.NAMES:
        blue, orange = hues(name)[:2]
        assert min(apart(blue, orange, vision) for vision in VISIONS) >= 2 * APART, name


def test_of_sixteen_colours_each_label_has_its_own() -> None:
    numbers = {colour: of_16(palette.SIXTEEN[colour][0]) for colour in COLOURS}
    assert (numbers["blue"], numbers["orange"]) == (4, 3)
    assert len({*numbers.values()}) == len(COLOURS)
    assert not {*numbers.values()} & {0, 7, 8, 15}


def test_of_sixteen_colours_labels_can_be_read() -> None:
    for background, text in palette.SIXTEEN.values():
        assert contrast(XTERM[of_16(text)], XTERM[of_16(background)]) >= 4.5
        # As much as there is between VGA's brown and black or white.
        assert contrast(text, background) >= 4.0


class Page(App[None]):
    """A program with our themes and nothing else."""

    def __init__(self, name: str, colours: str = "truecolor") -> None:
        super().__init__()
        # The terminal's colours, which without a terminal depend on the surroundings.
        self.console = Console(color_system=colours, force_terminal=True)  # type: ignore[arg-type]
        for theme in themes.make_themes():
            self.register_theme(theme)
        self.theme = name


def seen(style: Style, system: ColorSystem) -> tuple[object, ...]:
    """What a terminal of so many colours shows of a style."""
    colours = [colour.downgrade(system).number if colour else None for colour in (style.color, style.bgcolor)]
    return (*colours, bool(style.bold), bool(style.underline), bool(style.reverse))


@pytest.mark.parametrize("name", themes.NAMES)
async def test_labels_have_the_hues_of_the_theme_that_is_on(name: str) -> None:
    app = Page(name)
    async with app.run_test():
        styles = palette.styles_of_labels(app.screen, BUILT_IN)
        nested = palette.styles_of_nested(app.screen, BUILT_IN)
    own = themes.variables(name)
    assert styles["actor"] == Style(bgcolor=own["label-blue"], color=own["label-blue-text"], underline=True)
    assert styles["event"] == Style(bgcolor=own["label-orange"], color=own["label-orange-text"], bold=True)
    assert nested["actor"] == Style(bgcolor=own["nested-blue"], color=own["nested-blue-text"], underline=True)


async def test_of_sixteen_colours_no_black_text_is_bold() -> None:
    app = Page("dark", "standard")
    async with app.run_test():
        labels = palette.styles_of_labels(app.screen, BUILT_IN)
        nested = palette.styles_of_nested(app.screen, BUILT_IN)
        parts = palette.styles_of_parts(app.screen, has_keys=True)
    assert not any(style.bold for style in (*labels.values(), *nested.values(), *parts.values()))
    assert labels["actor"].underline
    assert labels["actor"].bgcolor != labels["event"].bgcolor


@pytest.mark.parametrize("name", themes.NAMES)
@pytest.mark.parametrize("system", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT])
async def test_no_two_parts_of_the_reader_look_the_same(name: str, system: ColorSystem) -> None:
    app = Page(name, "standard" if system is ColorSystem.STANDARD else "256")
    async with app.run_test():
        parts = palette.styles_of_parts(app.screen, has_keys=True)
        labels = palette.styles_of_labels(app.screen, BUILT_IN)
    looks = {name: seen(style, system) for name, style in [*parts.items(), *labels.items()]}
    # Hints are letters, and no letter of the text is: of sixteen colours both have the brightest.
    if system is ColorSystem.STANDARD and looks["hint"] == looks["cursor"]:
        del looks["hint"]
    assert len({*looks.values()}) == len(looks)


async def test_without_colour_labels_keep_their_marks_and_no_hue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Page("dark")
    async with app.run_test():
        labels = palette.styles_of_labels(app.screen, BUILT_IN)
        nested = palette.styles_of_nested(app.screen, BUILT_IN)
        parts = palette.styles_of_parts(app.screen, has_keys=True)
    assert (labels["actor"].underline, labels["actor"].bold) == (True, None)
    assert (labels["event"].underline, labels["event"].bold) == (None, True)
    assert nested["actor"].underline
    assert nested["actor"] != labels["actor"]
    for style in (*labels.values(), *nested.values(), *parts.values()):
        colours = [colour.get_truecolor() for colour in (style.color, style.bgcolor) if colour]
        assert all(len({*colour}) == 1 for colour in colours)


async def test_a_mark_that_reverses_does_not_turn_round_what_lies_over_it() -> None:
    app = Page("dark")
    async with app.run_test():
        parts = palette.styles_of_parts(app.screen, has_keys=True)
    over = [parts[part] for part in ("hit", "current", "selection", "cursor", "hint")]
    assert not any((Style(reverse=True) + style).reverse for style in over)


def test_a_theme_that_is_not_ours_has_all_the_variables() -> None:
    for name in themes.NAMES:
        assert (
            themes.variables(name).keys() == palette.variables(dark=True).keys() == palette.variables(dark=False).keys()
        )
