"""brat's folders: those of others as its documentation has them, and our own, which come back as they were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, notes, texts
from round_trip import check_by_id

from annotations.errors import HashiyaError
from annotations.formats import Annotated
from annotations.formats.brat import write_folder
from annotations.formats.brat_names import (
    attribute_identifier,
    attribute_of,
    escaped,
    identifier,
    name_of,
    role_identifier,
    role_of,
    unescaped,
)
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options, brat, brat_lines
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

# "announced", "the government", "the Valley Party".
EVENT, ACTOR, PARTY = "T1\tannounce 0 5\tأعلنت", "T2\tactor 6 13\tالحكومة", "T3\tactor 30 40\tحزب الوادي"

ABOUT = '{"article": "d", "annotator": "lina", "status": "done", "schema": {"name": "s", "version": "1"}}'


def imported(files: Mapping[str, str | bytes], encoding: str | None = None) -> list[Imported]:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(brat.read_folder(Path(folder), Options(Path(folder), NOW, encoding)))


def layer_of(*lines: str) -> Imported:
    (one,) = imported({"a.txt": TEXT, "a.ann": "".join(f"{line}\n" for line in lines)})
    return one


def exported(annotated: Annotated, losses: Losses) -> Imported:
    with TemporaryDirectory() as folder:
        write_folder([annotated], Path(folder), Policy(), losses)
        (one,) = brat.read_folder(Path(folder), Options(Path(folder), NOW))
    return one


def test_a_folder_without_texts_is_a_mistake() -> None:
    with pytest.raises(HashiyaError, match=r"has no \.txt or \.ann file in it"):
        imported({"a.xmi": "<x/>"})


@given(texts.flatmap(lambda text: st.tuples(st.just(text), layers(text))))
def test_what_the_export_kept_comes_back(drawn: tuple[str, Layer]) -> None:
    text, layer = drawn
    annotated = Annotated("sub/a.txt", article_of(text), layer, BUILT_IN)
    told: list[Loss] = []
    one = exported(annotated, Losses(told.append))
    assert (one.id, one.text, one.annotator, one.problems) == ("sub/a.txt", text, "lina", ())
    assert (one.status, one.schema) == (layer.header.status, BUILT_IN.ref)
    check_by_id(annotated, told, one)


def test_notes_of_more_than_a_line_come_back_with_all_else_that_brat_has_no_place_for() -> None:
    fields = {"note": "سطر\r\n\u2028سطر", "group": "\\u000a\n", "origin": "dictionary:accepted"}
    layer = empty_layer()
    for number, place in enumerate([(0, 5), (6, 13)]):
        layer = layer.add(make_span(TEXT, [place], "x", id=f"a\n{number}", now=NOW, **fields))  # type: ignore[arg-type]
    link = make_link("a\n0", "role9", "a\n1", id="l\v1", now=NOW, note="\x85\\", origin="m@1:edited")
    annotated = Annotated("a", article_of(TEXT), layer.add_link(link), BUILT_IN)
    losses = Losses()
    one = exported(annotated, losses)
    assert losses.count == 0
    check_by_id(annotated, [], one)


def test_a_note_that_was_changed_in_brat_is_taken_as_it_is_now() -> None:
    one = layer_of(ACTOR, "#1\tAnnotatorNotes T2\tسطر آخر", "#2\tExactNotes T2\tسطر\\u000aسطر")
    assert [span.note for span in one.spans] == ["سطر آخر"]


@given(notes, st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True))
def test_names_come_back_and_those_of_others_stay_as_they_are(name: str, other: str) -> None:
    assert name_of(identifier(name)) == name
    assert role_of(f"{role_identifier(name)}12") == role_of(role_identifier(name)) == name
    assert attribute_of(attribute_identifier(name)) == name
    assert unescaped(escaped(name)) == name
    assert name_of(other) == other or identifier(name_of(other)) == other


@pytest.mark.parametrize("name", ["a_x", "_x110000_", "_x41", "a_x_", "_x0041_", "Theme_xa"])
def test_a_name_that_no_export_wrote_is_not_undone(name: str) -> None:
    assert name_of(name) == name


def test_entities_events_and_relations_are_taken() -> None:
    one = layer_of(EVENT, ACTOR, PARTY, "E1\tannounce:T1 Agent:T2 Agent2:T3", "R1\tAllied Arg1:T3 Arg2:T2\t")
    assert (one.id, one.annotator, one.status, one.problems) == ("a.txt", None, "in-progress", ())
    assert [(span.id, span.label, span.text) for span in one.spans] == [
        ("T1", "announce", "أعلنت"),
        ("T2", "actor", "الحكومة"),
        ("T3", "actor", "حزب الوادي"),
    ]
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [
        ("E1-1", "T1", "Agent", "T2"),
        ("E1-2", "T1", "Agent", "T3"),
        ("R1", "T3", "Allied", "T2"),
    ]


def test_an_event_as_an_argument_is_its_trigger_and_a_further_event_of_it_a_span_of_its_own() -> None:
    other = "T4\taccuse 59 62\tوصف"
    lines = ("E1\tannounce:T1 Theme:E2", "E2\taccuse:T4 Theme:E3", "E3\taccuse:T4 Theme:T2", "A1\tNegation E3")
    one = layer_of(EVENT, ACTOR, other, *lines)
    assert one.problems == ()
    assert [(span.id, span.text, span.attributes) for span in one.spans][2:] == [
        ("T4", "وصف", {}),
        ("E3", "وصف", {"Negation": "true"}),
    ]
    assert [(link.event, link.actor) for link in one.links] == [("T1", "T4"), ("T4", "E3"), ("E3", "T2")]


def test_attributes_notes_and_normalisations_are_their_targets() -> None:
    one = layer_of(
        EVENT,
        ACTOR,
        PARTY,
        "E1\tannounce:T1 Agent:T2",
        "R1\tAllied Arg1:T3 Arg2:T2",
        "A1\tTense E1 Past perfect",
        "M1\tNegation E1",
        "A2\tSubtype T2 gov",
        "N1\tReference T2 Wikidata:Q1:2\tالحكومة",
        "#1\tAnnotatorNotes T2\tأول",
        "#2\tAnnotatorNotes T2\tثان\tثالث",
        "#3\tAnnotatorNotes R1\tحلفاء",
        "#4\tLemma T2\t حُكُومَة ",
        f"#6\tSource T3\t{'x' * 257}",
        "#5\tLemma R1\tحليف",
    )
    event, actor, party = one.spans
    assert event.attributes == {"Negation": "true", "Tense": "Past perfect"}
    assert (actor.subtype, actor.attributes, actor.note) == (
        "gov",
        {"Lemma": "حُكُومَة", "Reference": "Wikidata:Q1:2"},
        "أول\nثان\tثالث",
    )
    assert (party.attributes, party.note) == ({}, f"Source: {'x' * 257}")
    assert [link.note for link in one.links] == ["", "حلفاء"]
    assert one.problems == ("a.ann, line 15: a relation has no notes of the kind Lemma here",)
    assert one.notices == ("a.ann: the names that normalisations give to their entries are left out, here and below",)


def test_equivalents_are_a_group_and_join_one_that_is_there() -> None:
    lines = (EVENT, ACTOR, PARTY, "T4\tactor 50 56\tالقتال")
    assert [span.group for span in layer_of(*lines, "*\tEquiv T2 T3").spans] == [None, "T2", "T2", None]
    joined = layer_of(*lines, "#1\tGroup T3\tg", "*\tEquiv T2 T3 T9", "*\tAlias T2 T4")
    assert [span.group for span in joined.spans] == [None, "g", "g", "g"]
    assert joined.problems == ("a.ann, line 6: a member is missing",)


def test_an_id_of_brats_that_another_span_has_is_numbered() -> None:
    one = layer_of(EVENT, ACTOR, "#1\tId T2\tT1")
    assert [(span.id, span.text) for span in one.spans] == [("T1-2", "أعلنت"), ("T1", "الحكومة")]


def test_offsets_are_code_points_and_fragments_may_come_in_any_order() -> None:
    text = "\ufeff\U0001f468\r\nقال لقسد"
    places = "10 12;4 7"
    (one,) = imported({"a.txt": text, "a.ann": f"T1\tx {places}\tسد قال\nT2\tx 1 6\t\U0001f468  قا\n"})
    assert one.problems == ()
    assert [span.fragments for span in one.spans] == [((4, 7), (10, 12)), ((1, 6),)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("T2\tactor 6 13\tالحكوم", "its text الحكوم is not what the article has there, الحكومة"),
        ("T2\tactor 6 12\tالحكومة", "its text الحكومة is not what the article has there, الحكوم"),
        ("T2\tactor 6 9999\tx", "ends beyond the text"),
        ("T2\tactor 13 6\tx", "is empty or negative"),
        ("T2\tactor 6 8;7 13\tال", "its fragments touch or overlap"),
        ("T2\tactor 6 8;8 13\tال", "its fragments touch or overlap"),
        ("T2\tactor ٦ 13\tالحكومة", "a start and an end are expected"),
        ("T2 actor 6 13 الحكومة", "no annotation of a kind that is known"),
        ("X2\tactor 6 13\tالحكومة", "no annotation of a kind that is known"),
        ("\tT2", "no annotation of a kind that is known"),
        ("T1\tactor 6 13\tالحكومة", "the id T1 is used twice"),
        ("E1\tannounce", "names and ids with `:` between them are expected"),
        ("E1\t", "names and ids with `:` between them are expected"),
        ("E1\tannounce:T9", "its trigger T9 is missing"),
        ("E1\taccuse:T1", "its label is accuse, and its trigger's announce, which is taken"),
        ("E1\tannounce:T1 Agent:T9", "its actor T9 is missing"),
        ("R1\tAllied Arg1:T1", "a relation has two arguments"),
        ("R1\tAllied Arg1:T9 Arg2:T1", "its event T9 is missing"),
        ("A1\tTense", "an attribute has a name and a target"),
        ("A1\tTense T9 past", "its target T9 is missing"),
        ("N1\tReference T1 Q1", "a normalisation has a name"),
        ("#1\tAnnotatorNotes", "a note has a kind and a target"),
        ("#1\tAnnotatorNotes T9\tx", "its target T9 is missing"),
        ("#1\tId R1\tx", "its target R1 is missing"),
        ("#1\tArgumentId T1\tAgent x", "the event T1 has no argument Agent"),
        ("*\tEquiv", "an equivalence has members"),
    ],
)
def test_a_line_that_cannot_be_taken_is_told_and_the_others_are_taken(line: str, problem: str) -> None:
    one = layer_of(EVENT, line, PARTY)
    assert [span.text for span in one.spans] == ["أعلنت", "حزب الوادي"]
    (told,) = one.problems
    assert told.startswith("a.ann, line 2: ")
    assert problem in told


def test_what_is_said_twice_is_told_of() -> None:
    lines = ("A1\tTense T1 past", "A2\tTense T1 future", "A3\tSubtype T1 a", "A4\tSubtype T1 b")
    one = layer_of(EVENT, *lines, "R1\tAllied Arg1:T1 Arg2:T1", "A5\tNegation R1")
    assert (one.spans[0].attributes, one.spans[0].subtype) == ({"Tense": "past"}, "a")
    assert one.problems == (
        "a.ann, line 3: there is another value of Tense already",
        "a.ann, line 5: T1 has a subtype already",
        "a.ann, line 7: a relation has no attributes here",
    )


def test_every_text_of_the_folder_is_an_article_and_what_lies_about_is_told_of() -> None:
    found = imported(
        {
            "annotation.conf": "[entities]\n",
            "b.txt": TEXT,
            "b.ann": "",
            "sub/c.txt": TEXT,
            "sub/c.ann": f"{ACTOR}\n",
            "sub/d.txt": TEXT,
            "sub/d.ann": b"\xc7\n",
            "sub/d.json": ABOUT,
            "e.ann": f"{ACTOR}\n",
            "f.txt": " ",
            "g.txt": TEXT,
            "g.json": '{"title": 1}',
            "h.txt": TEXT,
            "h.json": '{"article": "h"}',
            "i.txt": TEXT,
            "i.json": "[]",
            ".git/h.txt": TEXT,
        }
    )
    assert [(one.id, one.status, len(one.spans)) for one in found] == [
        ("b.txt", None, 0),
        ("", None, 0),
        ("", None, 0),
        ("g.txt", None, 0),
        ("h.txt", None, 0),
        ("i.txt", None, 0),
        ("sub/c.txt", "in-progress", 1),
        ("d", None, 0),
    ]
    assert [problem for one in found for problem in one.problems] == [
        "e.ann has no .txt beside it",
        "f.txt: is empty; an article needs text",
        "h.json is left out: missing key `annotator`",
        "sub/d.ann: is not utf-8 (byte 0), and is left out",
    ]


def test_another_encoding_may_be_forced() -> None:
    text, ann = TEXT.encode("cp1256"), f"{ACTOR}\n".encode("cp1256")
    assert imported({"a.txt": text, "a.ann": ann})[0].text is None
    (one,) = imported({"a.txt": text, "a.ann": ann}, "windows-1256")
    assert (one.text, [span.text for span in one.spans]) == (TEXT, ["الحكومة"])


def test_parts_are_one_layer_where_there_is_no_whole() -> None:
    texts, events = f"{ACTOR}\n{PARTY}\n", f"{EVENT}\nE1\tannounce:T1 Agent:T2\n?\n?\n"
    (one,) = imported({"a.txt": TEXT, "a.a1": texts, "a.a2": events, "a.rel": "\ufeffR1\tAllied Arg1:T3 Arg2:T9\n"})
    assert [span.id for span in one.spans] == ["T2", "T3", "T1"]
    assert [link.role for link in one.links] == ["Agent"]
    assert one.problems == (
        "a.a2, line 3 and 1 more: it is no annotation of a kind that is known",
        "a.rel, line 1: its actor T9 is missing",
    )
    (one,) = imported({"a.txt": TEXT, "a.a1": texts, "a.ann": f"{EVENT}\n"})
    assert [span.id for span in one.spans] == ["T1"]


def test_fragments_may_have_no_space_between_their_texts() -> None:
    one = layer_of("T1\tx 0 5;6 13\tأعلنتالحكومة")
    assert ([span.text for span in one.spans], one.problems) == (["أعلنت الحكومة"], ())


def test_what_normalisations_lose_is_told_once() -> None:
    ann = f"{ACTOR}\nN1\tReference T2 Wikidata:Q1\tالحكومة\n"
    first, second = imported({"a.txt": TEXT, "a.ann": ann, "b.txt": TEXT, "b.ann": ann})
    assert (len(first.notices), second.notices) == (1, ())


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").symlink_to("a.txt")
    (folder / "c.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "sub" / "loop").symlink_to(folder)
    found = list(brat.read_folder(folder, Options(folder, NOW)))
    assert [one.id for one in found] == ["a.txt", "b.txt", ""]
    assert found[2].problems == ("c.txt is a symbolic link that leads out of the folder",)


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(brat.read_folder(tmp_path / "gone", Options(tmp_path, NOW)))


def test_more_lines_than_a_sidecar_has_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brat_lines, "_MOST", 2)
    one = layer_of(EVENT, ACTOR, PARTY)
    assert [span.id for span in one.spans] == ["T1", "T2"]
    assert one.problems == ("a.ann, line 3: it and what follows are left out: 2 lines are the most that is read",)
    crowded = layer_of(EVENT, "E1\tannounce:T1 A:T1 B:T1 C:T1")
    assert (crowded.links, crowded.problems) == ((), ("a.ann, line 2: there are more than 2 arguments",))
    monkeypatch.setattr(brat_lines, "FRAGMENTS", 1)
    assert layer_of("T1\tx 0 1;3 4\t").problems == ("a.ann, line 1: it has more than 1 fragments",)


@given(st.text(alphabet="TERAMN#*12:; \tabאx0.-_\n", max_size=80))
def test_no_lines_end_the_import(ann: str) -> None:
    (one,) = imported({"a.txt": TEXT, "a.ann": f"{EVENT}\n{ann}"})
    assert one.text == TEXT
    assert {link.event for link in one.links} | {link.actor for link in one.links} <= {span.id for span in one.spans}
