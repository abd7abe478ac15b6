"""TOML files that users write, and where in them something is wrong."""

from __future__ import annotations

import re

from annotations.errors import HashiyaError, printable
from annotations.limits import KEY_PARTS
from annotations.reading import line_at, shortened

# What may stand in a key before a dot; in a text so many dots have white space between them, or nothing.
_KEY_PART = rb"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
_LONG_KEY = re.compile(rb"(?<![\w-])(?:%b){%d}" % (_KEY_PART, KEY_PARTS))


def parse_toml(data: bytes, name: str, failure: type[HashiyaError]) -> dict[str, object]:
    """The tables of the file that `name` stands for in messages; what is not TOML in UTF-8 is raised as `failure`."""
    import tomllib  # only who has such a file pays for it

    if long_key := _LONG_KEY.search(data):
        line = line_at(data, long_key.start())
        raise failure(f"{name}, line {line}: a key has more than {KEY_PARTS} parts; correct it.")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = line_at(data, error.start)
        raise failure(f"{name}, line {line}: is not UTF-8; save the file in that encoding.") from error
    except ValueError as error:
        # Not TOMLDecodeError alone: numbers of thousands of digits are refused by Python itself.
        raise failure(f"{name}: is not valid TOML ({shortened(printable(str(error)))}); correct that place.") from error
    except RecursionError as error:
        raise failure(f"{name}: is nested too deeply; correct it.") from error
