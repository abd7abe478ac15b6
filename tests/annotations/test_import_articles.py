"""Articles alone, from tables and word processors: their text comes as it is, whatever is around it."""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import ALPHABET, NOW

from annotations.errors import ArticleError
from annotations.formats.reading import Imported, Options, articles_csv, docx

# A ministry says that talks go on and a delegation has left the city; the army denies the news.
FIRST = "قالت الوزارة: المحادثات مستمرة، وغادر الوفد المدينة."
SECOND = "نفى الجيش الخبر."
# A tatweel, a joiner and a non-joiner, marks of direction, a no-break space, a presentation form, marks out of order.
DELICATE = "الـ\u200d \u200fالوفد\u200e مي\u200cخواهم\u00a0\u2067و\u2069 \ufefb \ufdfa شدّ\u064e\u0651 ا\u0653ن"


def rows_of(data: str | bytes, **options: str) -> list[Imported]:
    content = data if isinstance(data, bytes) else data.encode()
    return list(articles_csv.read(BytesIO(content), Options(Path("some/news.csv"), NOW, **options)))


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_row_is_an_article(delimiter: str, mark: str) -> None:
    rows = [["id", "text", "date"], ["a/1.txt", FIRST, "x"], ["", f"{SECOND}\r\n{DELICATE}", "y"], ["3", "ا", "z"]]
    found = rows_of(mark + table(rows, delimiter))
    assert [(one.line, one.id, one.text) for one in found] == [
        (2, "a/1.txt", FIRST),
        (3, "news-3", f"{SECOND}\r\n{DELICATE}"),
        (5, "3", "ا"),
    ]
    assert {(one.status, one.problems) for one in found} == {(None, ())}
    assert [one.notices for one in found] == [("the column date is left out, here and below",), (), ()]


@given(st.lists(st.text(alphabet=ALPHABET + ';,"', min_size=1), min_size=1), st.sampled_from(",;\t"))
def test_every_text_comes_as_it_was(texts: list[str], delimiter: str) -> None:
    found = rows_of(table([["text", "n"], *([text, "1"] for text in texts)], delimiter))
    assert [one.text for one in found] == texts


def test_columns_may_be_chosen() -> None:
    data = table([["url", "المتن"], ["u", FIRST]])
    (one,) = rows_of(data, text_field="المتن", id_field="url")
    assert (one.id, one.text, one.notices) == ("u", FIRST, ())
    assert rows_of(data)[0].problems == (
        "the column text is missing; name it with --text-field (there are: url, المتن)",
    )
    (one,) = rows_of(data, text_field="المتن", id_field="x")
    assert one.problems[0].startswith("the column x is missing; name it with --id-field")
    assert rows_of("")[0].problems == ("the column text is missing; name it with --text-field (there are: )",)


def test_a_column_without_a_name_is_told_of_as_one() -> None:
    (one,) = rows_of(table([["", "text"], ["0", FIRST]]))
    assert (one.text, one.notices) == (FIRST, ("the column without a name is left out, here and below",))


def test_a_row_that_does_not_fit_the_columns_is_told_and_the_others_are_taken() -> None:
    found = rows_of(f"n,text\n1,{FIRST},3\n\n2\n3,{SECOND}\n")
    assert [(one.line, one.text) for one in found] == [(2, None), (4, None), (5, SECOND)]
    assert found[0].problems[0].startswith("there are more values than columns")
    assert found[1].problems == ("there are fewer values than columns",)


@pytest.mark.parametrize("row", [f'"{FIRST}" {SECOND}', f'"{SECOND}'])
def test_quotes_that_are_none_are_told_of_and_lose_no_character(row: str) -> None:
    first, last = rows_of(f"text\n{SECOND}\n{row}\n{FIRST}\n")
    assert (first.text, last.text) == (SECOND, None)
    assert last.problems[0].startswith("the row that ends here cannot be parsed (")


def test_another_encoding_is_forced_or_told_of() -> None:
    data = f"text\n{FIRST}\n".encode("cp1256")
    (one,) = rows_of(data)
    assert one.problems[0].endswith("the rest is left out; name its encoding with --encoding")
    assert [one.text for one in rows_of(data, encoding="windows-1256")] == [FIRST]
    assert [one.text for one in rows_of(f"text\n{FIRST}\n".encode("utf-16"), encoding="utf-16le")] == [FIRST]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_mark_of_utf_16_is_enough(encoding: str) -> None:
    data = f"id\ttext\r\n1\t{FIRST}\r\n".encode(encoding)
    (one,) = rows_of(data if encoding == "utf-16" else BOM_UTF16_BE + data)
    assert (one.id, one.text) == ("1", FIRST)


def test_a_text_may_be_longer_than_the_limit_of_others_which_stays_as_it_was() -> None:
    limit = csv.field_size_limit()
    long = "ا" * (limit + 1)
    rows = articles_csv.read(BytesIO(table([["text"], [long], ["ب"]]).encode()), Options(Path("a.csv"), NOW))
    assert next(rows).text == long
    assert csv.field_size_limit() == limit
    assert next(rows).text == "ب"


def test_a_row_without_end_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles_csv, "LARGEST", 100)
    for endless in ('"' + f"{SECOND}\n" * 50, SECOND * 50):
        first, last = rows_of(f"text\n{SECOND}\n{endless}")
        assert (first.text, last.text) == (SECOND, None)
        assert last.problems == ("the row is longer than 100 bytes, and the rest is left out",)
    assert len(rows_of("text\n" + f"{SECOND}\n" * 50)) == 50
    assert rows_of("text," * 30)[0].problems[0].startswith("the row is longer")


def test_the_source_stays_open() -> None:
    source = BytesIO(b"text\n")
    list(articles_csv.read(source, Options(Path("a.csv"), NOW)))
    assert not source.closed


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="/word/main.xml"/></Relationships>'
)


def package(body: str, namespace: str = WORD, before: str = "") -> bytes:
    """A .docx with this in its body, and nothing that is not looked at."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", RELATIONSHIPS)
        archive.writestr(
            "word/main.xml", f'{before}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
        )
    return out.getvalue()


def document_of(data: bytes) -> Imported:
    (one,) = docx.read(BytesIO(data), Options(Path("some/story.docx"), NOW))
    return one


def lines_of(body: str) -> list[str]:
    text = document_of(package(body)).text
    assert text is not None
    assert text.endswith("\n")
    return text.split("\n")[:-1]


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


@pytest.mark.parametrize("namespace", [WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main"])
def test_a_documents_paragraphs_are_lines_and_no_character_changes(namespace: str) -> None:
    body = paragraph(run(FIRST[:5]), run(FIRST[5:])) + paragraph(run(" ")) + paragraph() + paragraph(run(DELICATE))
    one = document_of(package(body, namespace))
    assert (one.id, one.status, one.text, one.notices) == ("story.txt", None, f"{FIRST}\n{DELICATE}\n", ())


def test_a_documents_cells_controls_and_boxes_are_lines_in_its_order() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph(run('أ'))}</w:tc><w:tc>{paragraph(run('ب'))}</w:tc></w:tr></w:tbl>"
    control = f"<w:sdt><w:sdtContent>{paragraph(run('ت'))}</w:sdtContent></w:sdt>"
    box = f"<w:r><w:txbxContent>{paragraph(run('ح'))}{table}</w:txbxContent></w:r>"
    again = f'<mc:Fallback xmlns:mc="mc">{box}</mc:Fallback>'
    body = table + control + paragraph(run("ث"), box, again, run("ج")) + paragraph(run("خ"))
    assert lines_of(body) == ["أ", "ب", "ت", "ثج", "ح", "أ", "ب", "خ"]


def test_a_documents_changes_are_taken_as_if_they_were_accepted() -> None:
    body = paragraph(
        "<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>",
        run("قال "),
        f"<w:ins>{run('المتحدث')}</w:ins><w:del><w:r><w:delText>أمس</w:delText></w:r></w:del>",
        f"<w:moveFrom>{run('غدًا')}</w:moveFrom><w:smartTag>{run(' الآن')}</w:smartTag>",
        "<w:r><w:instrText>PAGE</w:instrText></w:r>",
    )
    assert lines_of(body) == ["قال المتحدث الآن"]


def test_a_documents_breaks_tabs_and_hyphens_are_characters() -> None:
    body = paragraph(run("أ"), "<w:r><w:br/></w:r>", run("ب"), "<w:r><w:tab/><w:t>ت\nث</w:t><w:noBreakHyphen/></w:r>")
    assert lines_of(body + paragraph("<w:r><w:softHyphen/><w:t>ج</w:t></w:r>")) == ["أ", "ب\tت ث\u2011", "\u00adج"]


def test_what_a_document_has_no_characters_for_is_told_once() -> None:
    left_out = "<w:r><w:sym/><w:footnoteReference/></w:r>"
    one = document_of(package(paragraph(run("أ"), left_out, left_out)))
    assert [notice.partition(" are ")[0] for notice in one.notices] == [
        "its symbols that",
        "its footnotes",
    ]


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is no .docx that can be read (File is not a zip file)"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "is an old .doc, or has a password; save it as a .docx"),
        ("نص".encode(), "is no .docx that can be read"),
        (package(paragraph(run("أ")))[:-40], "is no .docx that can be read"),
        (package(paragraph("<w:r>")), "is no .docx that can be read (mismatched tag"),
        (package(paragraph(run(" "))), "holds no text"),
        (package(paragraph(run("&e;")), before=ENTITY), "has a document type"),
        (package(paragraph(run("&b;")), before=BOMB), "has a document type"),
        (package(paragraph(run("ا" * 17 * 2**20))), "holds more than 32 MiB once it is unpacked"),
        (b"PK\x01\x02" * 10_001, "has more than 10,000 parts"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ArticleError) as caught:
        document_of(data)
    assert str(caught.value).startswith("some/story.docx: ")
    assert problem in str(caught.value)


def test_a_package_without_its_main_document_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("_rels/.rels", RELATIONSHIPS.replace("word/main", "../../etc/passwd\u202e"))
    with pytest.raises(ArticleError, match=r"its main document \.\./\.\./etc/passwd\\u202e\.xml is missing"):
        document_of(out.getvalue())


@given(st.data())
def test_no_damage_ends_the_import(data: st.DataObject) -> None:
    whole = bytearray(package(paragraph(run(FIRST))))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        document_of(bytes(whole))
    except ArticleError as error:
        assert str(error).isprintable()


@pytest.mark.heavy
def test_a_document_of_python_docx_is_read() -> None:
    from docx import Document

    made = Document()
    made.add_heading("الوفد يغادر المدينة", 0)
    made.add_paragraph(FIRST).add_run(f" {DELICATE}").bold = True
    made.add_paragraph("وقف القتال", style="List Bullet")
    table = made.add_table(2, 2)
    for number, name in enumerate(["المدينة", "العدد", "حلب", "١٢"]):
        table.cell(number // 2, number % 2).text = name
    made.add_page_break()
    made.add_paragraph(SECOND)
    made.sections[0].header.paragraphs[0].text = "رأس الصفحة"
    out = BytesIO()
    made.save(out)
    assert document_of(out.getvalue()).text == "".join(
        f"{line}\n"
        for line in (
            "الوفد يغادر المدينة",
            f"{FIRST} {DELICATE}",
            "وقف القتال",
            "المدينة",
            "العدد",
            "حلب",
            "١٢",
            SECOND,
        )
    )
