"""The commands about what other programs, and other people, did to an article and its annotations; see `commands`."""

from __future__ import annotations

from collections.abc import Iterator

from tui.command import Command


def review_commands() -> Iterator[Command]:
    """A review, its keys while it is open, conflicts, and taking an article over."""
    for command_id, key, label, told in (
        ("reviewing.start", "E", "review", "review where the annotations are in the edited article"),
        ("conflicts.show", "K", "conflicts", "list what was changed both here and by another program"),
        ("locking.take_over", "W", "take over", "annotate an article that another program may have open"),
    ):
        yield Command(command_id, "reader", (key,), command_id.partition(".")[2], label, told)
    for name, keys, label, told in (
        ("keep", ("y",), "keep", "it is where it is shown"),
        ("drop", ("x", "delete"), "lost", "it is in the text no longer; it stays in the sidecar as lost"),
        ("put", ("h",), "here", "put it on the selection, or on the word under the cursor"),
        ("other_place", ("o",), "other place", "show the next place where it may be"),
        ("accept", ("A",), "accept all", "accept the review: write the annotations for the new text"),
        ("end", ("escape",), "leave", "leave everything as it was, for reading only; from the text, back to the list"),
        ("reopen", ("u",), "undo", "take back what was decided of it"),
        ("search", ("/", "ctrl+f"), "search", "search the article, and come back to the review"),
        ("switch", ("tab", "shift+tab"), "text/list", "go between the text and the list"),
    ):
        yield Command(f"reviewing.{name}", "review", keys, name, label, told)
