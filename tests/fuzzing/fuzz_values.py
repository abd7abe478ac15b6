"""What no file should hold: what mutators put into sound ones."""

from __future__ import annotations

from typing import Any

from annotations.limits import ANNOTATOR_LENGTH, ID_LENGTH, NAME_LENGTH

TERMINAL = (
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;owned\x1b\\",
    "\x1b[2J\x1b[3J\x1bc",
    "\x1b[?1049l\x1b[8h",
    '\x1bP$q"p\x1b\\',
    "\x9b2J\x9d52;c;eA==\x9c\x85",
    "\x0e\x1b(0\x0f\x07\x08\x7f",
    "\u202e\u202d\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u200e\u200f\u061c",
    "\u200b\u2060\ufeff\u00ad\u200c\u200d\U000e0041\ufff9\ufffb",
    "\u2028\u2029\x0b\x0c\r",
    "[red]x[/red] [@click=app.quit]y[/] [/]",
    "\ue000\U000f0000\ufdd0\uffff\u0378",
)
"""Text that a terminal or a screen of markup would obey, or show in another order, or not at all."""

PATHS = ("../../etc/passwd", "/etc/passwd", "..", "-rf", "a\nb", "~/x", "CON", "x" * 300, "\0", "file:///etc/passwd")

STRINGS = (
    *TERMINAL,
    *PATHS,
    "",
    " ",
    "x",
    "0",
    "سليم",
    "\u0644\u0651\u0627",
    "é",
    "\U0001f468\u200d\U0001f469",
    "%s%n{0}",
)
WORDS = (
    "span",
    "link",
    "article",
    "state",
    "step",
    "undo",
    "redo",
    "snapshot",
    "kept",
    "aside",
    "actor",
    "event",
    "done",
)
NUMBERS = (
    0,
    1,
    -1,
    2,
    7,
    255,
    2**31 - 1,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    0.5,
    -0.0,
    1e308,
)
SHAPES: tuple[Any, ...] = (
    *(None, True, False, [], {}, [[]], [[0, 0]], [[5, 3]], [[0, 1], [1, 2]], [[0, 4], [0, 4]], [[-1, 4]], [[0, 2**40]]),
    *([[0, 5]], [[0, 2], [3, 5]], {"a": "b"}, {"": ""}, {"a": 1}, {"record": "span"}, ["a"], [None]),
)
RAW = (
    *("NaN", "-Infinity", "1e999", "00", "1.", "- 1", "'x'", "tru", "", "\\", '"', '"\\', "/**/1", "9" * 5000),
    *(
        '"\\ud800"',
        '"a\\udc00"',
        '"\\ud83d\\ude00"',
        '"\\udc00\\ud800"',
        '"\\u0000"',
        '"\\x1b"',
        '"\\u001b[2J"',
        '"\t"',
    ),
    *('{"a":' * 65 + "1" + "}" * 65, "[" * 65 + "]" * 65, "[" * 63 + "]" * 63, "[" * 3000 + "]" * 3000, "[" * 9000),
)
LENGTHS = (ID_LENGTH, NAME_LENGTH, ANNOTATOR_LENGTH)
MARKERS = (b"<<<<<<< ours", b"||||||| base", b"=======", b">>>>>>> theirs")
INVALID = (
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\xc0\xaf",
    b"\xe2\x80",
    b"\x00",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
)
TOML_VALUES = (
    *(
        "true",
        "-1",
        "0",
        "1",
        "0x" + "f" * 5000,
        "9" * 5000,
        "1e999",
        "nan",
        "-inf",
        "0.5",
        '""',
        '"x"',
        "''",
        "'''\n'''",
        "{}",
    ),
    *(
        "[]",
        "[[]]",
        "[1, 'a', {}]",
        "[''",
        '"\\u001b[2J"',
        '"\\ud800"',
        '"\\U00110000"',
        '"',
        '"""',
        "2024-05-12",
        "07:32:00",
    ),
    *(
        '{ name = "x" }',
        '{ name = "x", key = "x" }',
        '["a", "a"]',
        '"b"',
        '"q"',
        '"ctrl+q"',
        '"escape"',
        "[" * 200 + "]" * 200,
    ),
    *(
        "[" * 5000,
        "{a=" * 500 + "1" + "}" * 500,
        '"red"',
        '"underline"',
        '["actor"]',
        '["event", "nobody"]',
        '"' + "x" * 70000 + '"',
    ),
)
TOML_LINES = (
    *(
        "[schema]",
        "[settings]",
        "[keys]",
        "[settings.keys]",
        "[[label]]",
        "[[role]]",
        "[[label.attributes]]",
        "[label]",
    ),
    *(
        "[[settings]]",
        "[",
        "[[",
        "[]",
        "[a.b.c]",
        "x",
        "= 1",
        "a = 1",
        "a.b.c = 1",
        '"" = 1',
        ".".join("a" * 40) + " = 1",
    ),
    *(
        ". ".join("a" * 31) + " = 1",
        '"a\\u001b" = 1',
        "keys = 1",
        "annotator = 1",
        "width = 500",
        "keys.quit = []",
        "\t#\x07",
    ),
)
