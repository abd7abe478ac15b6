from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import texts

from annotations.code_page import code_page_of
from annotations.encoding import Recorded, decode, encoding_named, recorded_encoding
from annotations.errors import ArticleError, HashiyaError

NAMES = ("utf-8", "utf-16le", "utf-16be", "windows-1256", "iso-8859-6")
STORY = (
    "وصلت قافلة المساعدات إلى مدينة نوران صباح اليوم، بعد أسبوع من إغلاق الطريق الساحلي.\r\n"
    "وقال متحدث باسم البلدية إنّ 120 أسرة تسلّمت الطحين والدواء؛ وشكر سكان الحي القديم فرق الإغاثة.\r\n"
)
HEADLINE = "قافلة المساعدات تصل إلى مدينة نوران بعد إغلاق الطريق"


def decoded(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    return decode(data, "story.txt", encoding)


def refusal(data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(ArticleError) as caught:
        decode(data, "story.txt", encoding)
    return str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [STORY, HEADLINE], ids=["story", "headline"])
def test_arabic_is_read_in_every_encoding_without_being_told_which(text: str, name: str) -> None:
    assert decoded(text.encode(name)) == (text, name)


@pytest.mark.parametrize("name", NAMES[:3])
def test_a_byte_order_mark_says_which_and_stays_in_the_text(name: str) -> None:
    # Without Arabic nothing but the mark tells.
    for text in ("\ufeffخبر\r\n", "\ufeffnews \U0001f4f0"):
        assert decoded(text.encode(name)) == (text, name)


@given(texts, st.sampled_from(NAMES))
def test_what_is_forced_gives_back_the_text_or_a_refusal(text: str, name: str) -> None:
    source = text.encode(name, errors="ignore")
    if b"\0" in source.decode(name).encode():
        assert "is binary" in refusal(source, name)
    else:
        assert decoded(source, name) == (source.decode(name), name)


@given(st.binary(max_size=60))
def test_whatever_is_read_encodes_back_to_the_same_bytes(source: bytes) -> None:
    try:
        text, name = decoded(source)
    except ArticleError as error:
        assert str(error).startswith("story.txt: is ")
    else:
        assert text.encode(name) == source


FOREIGN = {
    "French": ("Le ministre a été reçu à l’Élysée après le dîner.", ["cp1252", "mac_roman", "cp850"]),
    "Russian": ("Министр прибыл в столицу вчера вечером, сообщила газета.", ["koi8-r", "cp1251", "iso8859_5", "cp866"]),
    "Greek": ("Ο υπουργός έφτασε χθες στην πρωτεύουσα.", ["cp1253", "iso8859_7"]),
    "Hebrew": ("השר הגיע אתמול לבירה", ["cp1255", "iso8859_8"]),
    "Chinese": ("部长昨天抵达首都，据报纸报道。", ["gb18030", "big5hkscs"]),
    "Japanese": ("大臣は昨日首都に到着した。", ["shift_jis", "euc_jp"]),
    "Thai": ("รัฐมนตรีเดินทางถึงเมืองหลวงเมื่อวานนี้", ["cp874"]),
    "Arabic of DOS": (STORY, ["cp720", "cp864"]),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("times", [1, 20])
def test_what_is_in_another_encoding_is_refused(kind: str, times: int) -> None:
    text, encodings = FOREIGN[kind]
    for encoding in encodings:
        told = refusal(text.encode(encoding, errors="ignore") * times)
        assert "and nothing else for certain; name its encoding" in told


def test_utf_8_with_one_damaged_byte_is_refused_and_the_byte_named() -> None:
    source = bytearray(STORY.encode())
    source[len("وصلت".encode())] = 0xFF
    assert "is not UTF-8 (byte 8: 0xff)" in refusal(bytes(source))


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x07"])
def test_a_code_page_is_not_guessed_for_what_holds_controls(control: str) -> None:
    for name in NAMES[3:]:
        refusal(f"{STORY}{control}".encode(name))


def test_a_long_text_is_looked_at_from_all_over_it() -> None:
    for name in NAMES[3:]:
        assert code_page_of((STORY * 4000).encode(name)) == name
    russian = "Министр прибыл в столицу. ".encode("koi8-r")
    assert code_page_of(STORY.encode("windows-1256") * 4000 + russian * 4000) is None
    assert code_page_of(STORY.encode("windows-1256") * 4000 + b"\x01") is None


def test_a_word_that_both_code_pages_make_sense_of_is_refused() -> None:
    # "سلام" in one is "سفاك" in the other.
    source = "سلام".encode("windows-1256")
    assert source == "سفاك".encode("iso-8859-6")
    assert code_page_of(source) is code_page_of(source * 20) is None


# In ISO-8859-6 there would be ل for ن, and ن for و.
BOTH = "وردت بنات نادر دار بدر تراب وردت ابن نادر"


def test_words_that_the_check_finds_in_both_are_refused_whatever_the_library_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for says in ("cp1256", "iso8859_6", None):
        monkeypatch.setattr("annotations.code_page._library_says", lambda _, says=says: says)
        assert code_page_of(BOTH.encode("windows-1256")) is None
        found = code_page_of(STORY.encode("iso-8859-6"))
        assert found == ("iso-8859-6" if says == "iso8859_6" else None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("few letters", "القمر"),
        ("few letters and no article", "وردت قافلة نادر صباح"),
        ("uncommon letters", "الضظغ ثخذ زشص طظغ غفق ضظغ ثخذ زشص طظغ غفق"),
        ("Latin letters within words", STORY.replace("نوران", "نوéان").replace("الحي", "الàحي")),
        ("marks where none can be", STORY.replace("نوران", "\u064eنوران").replace("أسرة", "أسةر")),
        ("another alphabet", "Météo à Noël " * 9 + "أخبار اليوم في المدينة"),
    ],
)
def test_what_is_not_quite_arabic_is_refused_whatever_the_library_says(
    kind: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.code_page._library_says", lambda _: "cp1256")
    assert code_page_of(STORY.encode("windows-1256")) == "windows-1256"
    assert code_page_of(text.encode("windows-1256", errors="ignore")) is None


def test_utf_16_without_a_mark_and_with_anything_strange_is_refused() -> None:
    for strange in ("\u4f60", "\ue000", "\x01", "\u0378"):
        assert "is binary" in refusal(f"{STORY}{strange}".encode("utf-16le"))


def test_utf_16_is_asked_for_by_one_name_where_the_bytes_say_which() -> None:
    assert decoded("\ufeffnews".encode("utf-16be"), "utf-16") == ("\ufeffnews", "utf-16be")
    assert decoded(STORY.encode("utf-16be"), "utf-16") == (STORY, "utf-16be")
    told = "story.txt: does not say which UTF-16 it is; name it with --encoding utf-16le or utf-16be."
    assert refusal("news".encode("utf-16be"), "utf-16") == told
    assert decoded("news".encode("utf-16be"), "utf-16be") == ("news", "utf-16be")


def test_what_is_forced_and_does_not_decode_is_told_of() -> None:
    told = "story.txt: is not iso-8859-6 (byte 0: 0xdd); name another encoding, or leave --encoding out."
    assert refusal("في".encode("windows-1256"), "iso-8859-6") == told


@pytest.mark.parametrize(
    ("name", "known"),
    [
        *((name, name) for name in NAMES),
        ("UTF8", "utf-8"),
        ("utf_8_sig", "utf-8"),
        ("UTF-16", "utf-16"),
        ("utf16-LE", "utf-16le"),
        ("CP1256", "windows-1256"),
        ("1256", "windows-1256"),
        ("Windows 1256", "windows-1256"),
        ("iso8859-6", "iso-8859-6"),
        ("ISO_8859-6", "iso-8859-6"),
        ("arabic", "iso-8859-6"),
    ],
)
def test_an_encoding_has_the_names_that_are_in_use(name: str, known: str) -> None:
    assert encoding_named(name) == known


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("windows-1265", "windows-1265 is unknown, windows-1256 the nearest; "),
        ("latin1", "latin1 is unknown; "),
        ("", " is unknown; "),
        ("\x1b[2J", "\\x1b[2J is unknown; "),
    ],
)
def test_another_name_is_refused_and_the_known_ones_are_told(name: str, unknown: str) -> None:
    with pytest.raises(HashiyaError) as caught:
        encoding_named(name)
    known = "use one of: utf-8, utf-16le, utf-16be, windows-1256, iso-8859-6, utf-16."
    assert str(caught.value) == f"--encoding: {unknown}{known}"


HEAD = b'{"record":"article","sha256":"ab","encoding":"windows-1256","length":1}'


def test_what_a_sidecar_states_is_in_its_first_line_or_in_its_journals(tmp_path: Path) -> None:
    sidecar, journal = tmp_path / "a.txt.lina.ann.jsonl", tmp_path / "a.txt.lina.ann.journal"
    assert recorded_encoding(sidecar) is None
    journal.write_bytes(b'{"record":"journal","article":' + HEAD + b',"crc":"0"}\n')
    assert recorded_encoding(sidecar) == Recorded("windows-1256", "ab")
    sidecar.write_bytes(HEAD.replace(b"windows-1256", b"utf-8"))
    assert recorded_encoding(sidecar) == Recorded("utf-8", "ab")
    sidecar.write_bytes(b"\xef\xbb\xbf\r\n" + HEAD + b'\n{"record":"span"')
    assert recorded_encoding(sidecar) == Recorded("windows-1256", "ab")


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"{", b"[]", b"[" * 9999, HEAD.replace(b"windows-1256", b"rot13"), HEAD[:-1], b" " * 99_999 + HEAD],
    ids=range(8),
)
def test_a_sidecar_that_states_nothing_is_no_error(tmp_path: Path, line: bytes) -> None:
    sidecar = tmp_path / "a.txt.lina.ann.jsonl"
    sidecar.write_bytes(line)
    assert recorded_encoding(sidecar) is None


def test_a_sidecar_that_is_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert recorded_encoding(tmp_path / "pipe") is None
    assert recorded_encoding(tmp_path) is None


def test_the_library_is_imported_for_other_bytes_than_utf_8_only() -> None:
    look = (
        "import sys; from annotations.encoding import decode; decode('خبر'.encode(), '');"
        "decode('خبر عاجل'.encode('utf-16-le'), ''); print('charset_normalizer' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout == "False\n"
