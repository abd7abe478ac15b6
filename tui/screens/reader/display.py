"""How the article is shown: views, diacritics, numbers, width and air. What is chosen holds until the program ends."""

from __future__ import annotations

from tui.screens.reader.part import Part
from tui.text.lanes import LEGIBLE
from tui.widgets.article_painter import Setting

_SPACINGS = 3
_MARGINS = (0, 4, 8)
_STEP = 4
_WIDEST = 200


class Display(Part):
    """Changes the setting of the view."""

    def interlinear(self) -> None:
        """Show or hide brackets with labels and links under the rows."""
        shown = not self._setting.interlinear
        self._change(self._setting._replace(interlinear=shown), f"interlinear view {'on' if shown else 'off'}")

    def diacritics(self) -> None:
        """Show or hide diacritics."""
        shown = not self._setting.diacritics
        told = f"diacritics {'shown' if shown else 'hidden'}; offsets are the same"
        self._change(self._setting._replace(diacritics=shown), told)

    def numbers(self) -> None:
        """Show or hide the numbers of paragraphs."""
        shown = not self._setting.numbers
        self._change(self._setting._replace(numbers=shown), f"paragraph numbers {'shown' if shown else 'hidden'}")

    def spacing(self) -> None:
        """The next number of blank lines between rows."""
        lines = (self._setting.spacing + 1) % _SPACINGS
        self._change(
            self._setting._replace(spacing=lines), f"{lines or 'no'} blank line{'s' * (lines != 1)} between rows"
        )

    def wider(self) -> None:
        """A wider column."""
        self._resize(self._setting.width + _STEP)

    def narrower(self) -> None:
        """A narrower column."""
        self._resize(self._setting.width - _STEP)

    def margin(self) -> None:
        """The next width of the air at the right."""
        margins = [margin for margin in _MARGINS if margin > self._setting.margin] or [_MARGINS[0]]
        self._change(self._setting._replace(margin=margins[0]), f"{margins[0] or 'no'} columns of air at the right")

    @property
    def _setting(self) -> Setting:
        return self.view.setting

    def _resize(self, width: int) -> None:
        width = max(2 * LEGIBLE, min(width, _WIDEST))
        self._change(self._setting._replace(width=width), f"text column of {width} cells at the most")

    def _change(self, setting: Setting, told: str) -> None:
        self.view.change(setting)
        self.reader.say(told)
