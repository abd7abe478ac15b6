"""Spans found again in a changed text."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from types import ModuleType
from unicodedata import normalize

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, article_of, layers, span_of, spans, texts

from annotations.anchoring import Found, find_again
from annotations.anchoring.blocks import Block, align
from annotations.anchoring.layer import moved_layer
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, check_span, make_link
from annotations.store.sidecar import decode, encode

TESTS = Path(__file__).parents[1]
NEWS = (
    "أعلنت وزارة المياه في العاصمة أمس أنها ستعيد فتح السد القديم قبل نهاية الشهر.\n"
    "وقال الوزير إن الخزانات امتلأت بعد أمطار الربيع، وإن القرى القريبة لن تتضرر.\n"
    "وطالب مزارعو الوادي بتعويضات عن المواسم التي ضاعت، وقال ممثلهم إن الحوار متعثر.\n"
)


def marked(text: str, *words: str) -> list[Span]:
    """A span on each of some words, where they first come in the text."""
    return [span_of(text, (text.index(word), text.index(word) + len(word)), span_id=word) for word in words]


def every_word(text: str) -> list[Span]:
    """A span on every word of a text: then all of it is known."""
    return [span_of(text, word.span(), span_id=f"{word.start()}") for word in re.finditer(r"\w+", text)]


def words_found(found: Found, text: str) -> str:
    return " ".join(text[start:end] for start, end in found.fragments or ())


@given(st.data())
def test_where_the_text_is_as_it_was_every_span_is_the_same(data: st.DataObject) -> None:
    text = data.draw(texts)
    drawn = data.draw(st.lists(spans(text, "s1"), max_size=3))
    for found, span in zip(find_again(drawn, text, length=len(text)), drawn, strict=True):
        assert (found.span, found.fragments, found.outcome, found.score) == (span, span.fragments, "same", 1.0)


@given(st.data())
def test_whatever_the_texts_are_a_found_span_has_a_place_in_the_new_one(data: st.DataObject) -> None:
    text, new = data.draw(texts), data.draw(texts)
    drawn = data.draw(st.lists(spans(text, "s1"), max_size=3))
    found = find_again(drawn, new)
    assert [each.span for each in found] == drawn
    for each in found:
        assert (each.fragments is None) == (each.outcome == "lost")
        assert 0 <= each.score <= 1 and (each.score == 1) == (each.outcome in ("same", "moved"))
        assert each.reason.isprintable()
        for fragments in (each.fragments or (), *each.alternatives):
            assert all(0 <= start < end <= len(new) for start, end in fragments)
        if each.fragments:
            moved_layer(layer_of(text, [each.span]), article_of(new), [each], now=LATER)


def test_words_that_were_put_before_it_move_a_span() -> None:
    new = "عاجل: " + NEWS
    for found in find_again(marked(NEWS, "وزارة المياه", "الوزير", "ممثلهم"), new):
        assert found.outcome == "moved"
        assert words_found(found, new) == found.span.text


def test_a_moved_paragraph_takes_its_spans_along() -> None:
    first, second, third = NEWS.splitlines(keepends=True)
    new = third + first + second
    for found in find_again(marked(NEWS, "وزارة", "الوزير", "المواسم", "ممثلهم"), new):
        assert found.outcome == "moved"
        assert words_found(found, new) == found.span.text


def test_a_deleted_word_does_not_move_onto_its_equal() -> None:
    span = span_of(NEWS, (NEWS.index("وقال"), NEWS.index("وقال") + 4))
    new = NEWS.replace("وقال الوزير", "الوزير")
    assert find_again([span], new)[0].outcome in ("uncertain", "lost")


def test_a_deleted_paragraph_loses_its_spans() -> None:
    first, _, third = NEWS.splitlines(keepends=True)
    found = find_again(marked(NEWS, "أمطار الربيع", "الخزانات"), first + third)
    assert [(each.outcome, each.fragments, each.score) for each in found] == [("lost", None, 0)] * 2


def test_between_two_copies_of_a_headline_nothing_is_certain() -> None:
    headline = "انهيار جسر قديم فوق النهر بعد عاصفة ليلية\n"
    found = find_again(marked(headline + NEWS, "جسر قديم"), headline + headline + NEWS)[0]
    assert found.outcome == "uncertain"
    assert found.reason == "2 places have this text"
    places = [found.fragments, *found.alternatives]
    assert [words_found(found._replace(fragments=place), headline * 2) for place in places] == ["جسر قديم"] * 2
    assert len({*places}) == 2


def test_when_a_word_was_doubled_neither_is_certain() -> None:
    new = NEWS.replace("الوزير إن", "الوزير الوزير إن")
    found = [each for each in find_again(every_word(NEWS), new) if each.span.text == "الوزير"]
    assert [each.outcome for each in found] == ["uncertain"]


def test_when_one_of_three_equal_paragraphs_went_it_is_not_certain_which() -> None:
    line = "تابعوا آخر الأخبار في نشرتنا اليومية المجانية.\n"
    found = find_again(every_word(line * 3 + NEWS), line * 2 + NEWS)
    about = {each.outcome for each in found if each.span.end <= 3 * len(line)}
    assert about <= {"uncertain", "lost"}
    assert {each.outcome for each in found if each.span.start > 4 * len(line)} == {"moved"}


def test_the_clean_copy_of_an_edited_paragraph_does_not_take_its_spans() -> None:
    first, second, third = NEWS.splitlines(keepends=True)
    edited = second.replace("امتلأت", "فاضت").replace("الربيع", "الشتاء").replace("القريبة", "البعيدة")
    new = first + edited + third + second
    for found in find_again(every_word(NEWS), new):
        if found.outcome in ("same", "moved"):
            assert found.fragments and found.fragments[0][1] <= len(first + edited + third)


def test_between_a_paragraph_and_its_copy_beside_it_nothing_is_certain() -> None:
    first, second, third = NEWS.splitlines(keepends=True)
    found = find_again(every_word(NEWS), first + second * 2 + third)
    inside = [each for each in found if len(first) <= each.span.start and each.span.end < len(first + second)]
    assert {each.outcome for each in inside} == {"uncertain"}


def test_which_of_two_equal_lines_side_by_side_words_are_on_is_not_certain() -> None:
    line = "تابعوا آخر الأخبار في نشرتنا اليومية المجانية.\n"
    first, *rest = NEWS.splitlines(keepends=True)
    old = first + line * 2 + "".join(rest)
    found = find_again(every_word(old), old.replace("متعثر", "متوقف"))
    inside = [each for each in found if len(first) <= each.span.start < len(first + line * 2)]
    assert {each.outcome for each in inside} == {"uncertain"}
    assert all(each.fragments == each.span.fragments for each in inside)
    assert {each.outcome for each in found if each.span.end < len(first)} == {"same"}


def test_equal_lines_that_are_apart_are_told_by_what_is_beside_them() -> None:
    line = "تابعوا آخر الأخبار في نشرتنا اليومية المجانية.\n"
    first, second, third = NEWS.splitlines(keepends=True)
    old = first + line + second + line + third
    later = [each for each in every_word(old) if each.start >= len(first)]
    assert {each.outcome for each in find_again(later, "عاجل\n" + old)} == {"moved"}
    on_lines = [each for each in every_word(old) if each.text in ("تابعوا", "المجانية")]
    swapped = find_again(every_word(old), second + line + first + line + third)
    assert {each.outcome for each in swapped if each.span in on_lines} == {"uncertain"}


def test_the_copy_of_a_paragraph_elsewhere_leaves_its_spans_where_they_are() -> None:
    first, second, third = NEWS.splitlines(keepends=True)
    new = first + second + third + second
    found = find_again(marked(NEWS, "العاصمة", "الوزير", "الخزانات", "القرى", "الوادي"), new)
    assert [each.outcome for each in found] == ["same", "same", "same", "same", "same"]


@pytest.mark.parametrize(
    "respelled",
    [
        normalize("NFD", TEXT),
        TEXT.replace("\u0651", "").replace("\u064b", ""),
        TEXT.replace("أ", "ا").replace("ة", "ه"),
        TEXT.replace("ا", "ا\u0640"),
        TEXT.replace(" ", "\u00a0\r\n"),
    ],
)
def test_another_spelling_is_no_other_text(respelled: str) -> None:
    word = span_of(TEXT, (TEXT.index("اتفاقًا"), TEXT.index("اتفاقًا") + len("اتفاقًا")))
    found = find_again([word], respelled)[0]
    assert found.outcome in ("same", "moved")
    assert normalize("NFC", words_found(found, respelled)).translate({0x640: None, 0x64B: None}) == "اتفاقا"


def test_the_range_takes_in_the_marks_that_were_put_on_its_last_letter() -> None:
    new = TEXT.replace("الوسيط", "الوسيطُ\u0640")
    found = find_again(marked(TEXT, "الوسيط"), new)[0]
    assert (found.outcome, words_found(found, new)) == ("moved", "الوسيطُ\u0640")


def test_a_part_of_a_word_is_found_again() -> None:
    start = NEWS.index("وطالب")
    new = "ثم\n" + NEWS
    found = find_again([span_of(NEWS, (start, start + 1)), span_of(NEWS, (start + 1, start + 5))], new)
    assert [words_found(each, new) for each in found] == ["و", "طالب"]
    assert [each.outcome for each in found] == ["moved", "moved"]


def test_the_parts_of_a_span_are_found_together() -> None:
    at = NEWS.index("لن تتضرر")
    span = span_of(NEWS, (NEWS.index("القرى"), NEWS.index("القرى") + 5), (at, at + 2))
    new = NEWS.replace("القرى القريبة", "القرى القريبة منها")
    found = find_again([span], new)[0]
    assert words_found(found, new) == "القرى لن"
    assert find_again([span], NEWS.replace("لن تتضرر", "آمنة"))[0].outcome == "lost"


def test_parts_that_came_to_be_far_apart_are_not_certain() -> None:
    at = NEWS.index("لن تتضرر")
    span = span_of(NEWS, (NEWS.index("القرى"), NEWS.index("القرى") + 5), (at, at + 2))
    for words, outcome in (("جميعها", "moved"), ("التي زارها وفد من خبراء السدود والأنهار " * 4, "uncertain")):
        new = NEWS.replace("القريبة لن", f"القريبة {words} لن")
        assert (find_again([span], new)[0].outcome, words_found(find_again([span], new)[0], new)) == (
            outcome,
            "القرى لن",
        )


def test_a_part_that_begins_with_a_tatweel_keeps_it() -> None:
    start = NEWS.index("وزارة")
    old = NEWS.replace("وزارة", "\u0640وزارة")
    found = find_again([span_of(old, (start, start + 6))], old.replace("ا", "ا\u0640"))[0]
    assert words_found(found, old.replace("ا", "ا\u0640")) == "\u0640وزا\u0640رة"


def test_a_similar_word_is_a_guess_and_is_quoted() -> None:
    new = NEWS.replace("الخزانات", "الخزاناات")
    found = find_again(marked(NEWS, "الخزانات"), new)[0]
    assert (found.outcome, words_found(found, new)) == ("uncertain", "الخزاناات")
    assert found.reason == "only a similar text was found: الخزاناات"


def test_a_record_whose_text_does_not_fit_its_fragments_is_never_certain() -> None:
    span = msgspec.structs.replace(span_of(NEWS, (0, 5)), text="أعلنت وزارة")
    assert find_again([span], NEWS)[0].outcome == "uncertain"


def test_blocks_are_what_two_texts_share_whatever_its_order() -> None:
    first, second = "وصل وفد الوساطة إلى المدينة صباح اليوم ", "وغادر المراقبون مقرهم قبل الظهر بقليل "
    blocks = align(first + second, second + first)
    assert blocks == [Block(0, len(second), len(first)), Block(len(first), 0, len(second))]


def layer_of(text: str, on_it: list[Span]) -> Layer:
    base = Layer.new(article_of(text), "lina", BUILT_IN, NOW, "hashiya 0.1.0")
    return Layer.of(base.header, on_it)


def test_a_layer_moves_with_its_links_and_keeps_what_is_lost_as_lines() -> None:
    actor, event, gone = marked(NEWS, "وزارة المياه", "فتح", "الخزانات")
    links = [make_link("فتح", "agent", each, id=each, now=NOW) for each in ("وزارة المياه", "الخزانات")]
    extras = {"span:الخزانات": {"colour": b'"red"'}, "span:فتح": {"colour": b'"blue"'}}
    old = layer_of(NEWS, [actor, event, gone])
    old = Layer.of(old.header, old.spans, links, extras, (b'{"record":"remark"}',))
    new = article_of("عاجل: " + NEWS.splitlines()[0])
    layer = moved_layer(old, new, find_again(old.spans, new.text), now=LATER)
    assert (layer.header.sha256, layer.header.length) == (new.sha256, len(new.text))
    assert {span.id for span in layer.spans} == {"وزارة المياه", "فتح"}
    assert [link.id for link in layer.links] == ["وزارة المياه"]
    for span in layer.spans:
        check_span(span, new.text)
    remark, *lost = map(json.loads, layer.foreign)
    assert remark == {"record": "remark"}
    assert lost[0]["record"] == "lost"
    assert (lost[0]["span"]["text"], lost[0]["span"]["colour"]) == ("الخزانات", "red")
    assert (lost[1]["link"]["id"], lost[1]["link"]["actor"]) == ("الخزانات", "الخزانات")
    assert layer.extras == {"span:فتح": {"colour": b'"blue"'}}
    assert decode(encode(layer), name="story") == layer


@given(layers())
def test_a_layer_whose_spans_are_all_the_same_differs_in_its_header_alone(layer: Layer) -> None:
    text = "\u0627" * layer.header.length
    found = [Found(span, span.fragments, "same", 1.0, "") for span in layer.spans]
    moved = moved_layer(layer, article_of(text or "ا"), found, now=LATER)
    assert (moved.spans, moved.links, moved.foreign) == (layer.spans, layer.links, layer.foreign)


@pytest.fixture
def reanchoring(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TESTS)
    return importlib.import_module("reanchoring")


def test_of_the_claims_on_edited_articles_one_in_a_thousand_is_wrong_at_most(reanchoring: ModuleType) -> None:
    result = reanchoring.measure(reanchoring.samples(), 150, 20)
    assert result.claims > 3000
    assert result.holds, result.wrong
    total = sum(sum(counter.values()) for counter in result.figures.values())
    assert result.claims > 0.8 * total


def test_the_script_prints_its_figures_and_tells_failure_by_its_exit_status(
    reanchoring: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reanchoring.main(["--rounds", "5"]) == 0
    assert "claims are wrong" in capsys.readouterr().out

    def careless(spans: list[Span], text: str, *, length: int) -> list[Found]:
        return [Found(span, ((0, 1),), "moved", 1.0, "") for span in spans]

    monkeypatch.setattr(reanchoring, "find_again", careless)
    assert reanchoring.main(["--rounds", "5"]) == 1


def test_a_part_of_the_text_that_was_left_out_of_a_span_stays_out() -> None:
    text = "وصل ممثل شركة کوه\u200cیاران إلى المدينة صباح اليوم"
    start = text.index("کوه")
    new = text.replace("کوه", "کو\u0640ه")
    assert words_found(find_again([span_of(text, (start, start + 3))], new)[0], new) == "کو\u0640ه"
