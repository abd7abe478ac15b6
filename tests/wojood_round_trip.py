"""Take files of Wojood in and write them out again, and see that every byte is as it was.

    python3 tests/wojood_round_trip.py train.txt val.txt test.txt

Each file is imported (format `wojood`), made a layer that goes through a sidecar, and exported with the
tokeniser `whitespace`. Prints figures, what the import noticed, and the first line that differs: then the exit status
is 1.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from annotations.article import Article
from annotations.formats import Annotated, wojood
from annotations.formats.loss import Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading import wojood as reading
from annotations.formats.tokenisers import whitespace
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.store.sidecar import decode, encode


def main(files: Sequence[str]) -> int:
    """Run and print; returns the exit status."""
    if not files:
        print(__doc__)
        return 2
    unchanged = [_is_unchanged(Path(file)) for file in files]
    return int(not all(unchanged))


def _is_unchanged(file: Path) -> bool:
    data = file.read_bytes()
    losses, out = Losses(), BytesIO()
    found = list(reading.read(BytesIO(data), Options(file, datetime.now(UTC))))
    wojood.write([_annotated(one) for one in found], out, Policy(tokenise=whitespace), losses)
    for one in found:
        for clause in (*one.problems, *one.notices):
            print(f"{file.name}: {clause}")
    spans = sum(len(one.spans) for one in found)
    written = out.getvalue()
    print(f"{file.name}: {len(data):,} bytes, {spans:,} spans, {losses.count} lost, ", end="")
    print("unchanged" if written == data else f"changed in line {_first_difference(data, written)}")
    return written == data and not losses.count and not any(one.problems for one in found)


def _annotated(one: Imported) -> Annotated:
    text = one.text or ""
    article = Article(Path(f"{one.id}.txt"), text, hashlib.sha256(text.encode()).hexdigest())
    empty = Layer.new(article, "wojood", BUILT_IN, datetime.now(UTC), "wojood_round_trip")
    layer = decode(encode(Layer.of(empty.header, one.spans)), name=one.id)
    return Annotated(one.id, article, layer, BUILT_IN)


def _first_difference(before: bytes, after: bytes) -> int:
    pairs = zip(before.split(b"\n"), after.split(b"\n"), strict=False)
    return next((number for number, (one, other) in enumerate(pairs, 1) if one != other), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
