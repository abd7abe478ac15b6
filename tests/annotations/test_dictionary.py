from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TOOL, empty_layer, fragments, span_of, texts

from annotations.article import read_article
from annotations.dictionary import Dictionary, DictionaryBuilder, Entry, Proposal, read_dictionary
from annotations.errors import HashiyaError
from annotations.layer import Layer
from annotations.matching import Shadow, mentions
from annotations.normalise import normalise
from annotations.schema import BUILT_IN
from annotations.span import Span, change_span
from annotations.store.files import save_layer, sidecar_path
from annotations.store.sidecar import encode

WORDS = ("وزير", "جيش", "حزب", "مجلس", "نهر", "شرطة", "رئيس", "باسم", "لجنة", "اتفاق", "شبكة", "فريق")


def layer_of(text: str, *spans: Span, done: bool = True) -> Layer:
    header = empty_layer(text).with_header(status="done" if done else "in-progress").header
    return Layer.of(header, spans)


def marking(text: str, *names: str, label: str = "actor") -> Layer:
    """A finished layer with every occurrence of the names in the text marked."""
    places = [(at, at + len(name)) for name in names for at in range(len(text)) if text.startswith(name, at)]
    return layer_of(text, *(span_of(text, at, span_id=f"s{n}", label=label) for n, at in enumerate(places)))


def dictionary_of(*articles: tuple[str, Layer]) -> Dictionary:
    builder = DictionaryBuilder()
    for text, layer in articles:
        builder.add(text, layer)
    return builder.build()


def of_names(*names: str) -> Dictionary:
    return Dictionary.of({normalise(name): Entry("actor", None, 1, 1) for name in names})


def proposed(dictionary: Dictionary, text: str) -> list[str]:
    return [text[proposal.start : proposal.end] for proposal in dictionary.propose(Shadow.of(text))]


names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(" ".join)
clitics = st.sampled_from(["", "", "و", "ف", "ب", "ك", "ل", "ول", "فب", "لِ", "وَك"])
marked_words = st.sampled_from([*WORDS, *WORDS, "وَزِير", "شُرطَه", "حـزب", "مجلسٍ", "ﺣﺰﺏ", "في", "إلى", "a", "نهرا"])
pieces = st.tuples(clitics, marked_words, st.sampled_from([" ", " ", "\n ", "، ", "» «", "\u200f "]))
plain_texts = st.lists(pieces, max_size=12).map(lambda drawn: "".join(map("".join, drawn)))


@given(st.lists(names, max_size=6), plain_texts)
def test_proposals_are_mentions_of_names_in_order_and_apart(known: list[str], text: str) -> None:
    dictionary = of_names(*known)
    shadow = Shadow.of(text)
    found = dictionary.propose(shadow)
    ends = [0, *(proposal.end for proposal in found)]
    assert all(end <= proposal.start < proposal.end for end, proposal in zip(ends, found, strict=False))
    assert ends[-1] <= len(text)
    for start, end, *_ in found:
        assert normalise(text[start:end]) in dictionary.entries
        assert (start, end) in mentions(shadow, text[start:end])


@given(st.lists(names, max_size=6), plain_texts)
def test_no_mention_of_a_name_is_missed_but_for_a_longer_or_earlier_one(known: list[str], text: str) -> None:
    shadow = Shadow.of(text)
    covered = {at for proposal in of_names(*known).propose(shadow) for at in range(proposal.start, proposal.end)}
    for name in known:
        for start, end in mentions(shadow, name):
            assert covered & set(range(start, end))


@given(st.data())
def test_no_text_gives_proposals_out_of_range_or_order(data: st.DataObject) -> None:
    earlier, text = data.draw(texts), data.draw(texts)
    ranges = data.draw(st.lists(fragments(len(earlier)), max_size=4))
    layer = layer_of(earlier, *(span_of(earlier, *at, span_id=f"s{n}") for n, at in enumerate(ranges)))
    dictionary = dictionary_of((earlier, layer))
    reached = 0
    for proposal in dictionary.propose(Shadow.of(text)):
        assert reached <= proposal.start < proposal.end <= len(text)
        reached = proposal.end
    for name in dictionary.entries:
        assert normalise(name) == name
        # Its own text holds every name, be it inside a longer one.
        assert dictionary.propose(Shadow.of(name))


def test_a_name_is_found_in_other_spellings_without_its_clitics() -> None:
    text = "أعلن حِـزب الوادي الاتفاق، ورحّب مجلس الأُمناء به."
    dictionary = dictionary_of((text, marking(text, "حِـزب الوادي", "مجلس الأُمناء")))
    assert dictionary.entries == {
        "حزب الوادي": Entry("actor", None, 1, 1),
        "مجلس الامناء": Entry("actor", None, 1, 1),
    }
    assert proposed(dictionary, "دعا «حزب الوادي» إلى الحوار، فلحزبِ\n الوادي رأي") == ["حزب الوادي", "حزبِ\n الوادي"]
    assert proposed(dictionary, "ولمجلس الأمناء ومجلس الأمناءِ رأي") == ["مجلس الأمناء", "مجلس الأمناءِ"]


def test_an_article_lost_after_lam_is_known() -> None:
    assert proposed(of_names("الحكومة"), "وقيل للحكومة") == ["لحكومة"]
    assert proposed(of_names("اللجنة العليا"), "وللجنة العليا") == ["لجنة العليا"]
    assert proposed(of_names("الحكومة"), "للحكومات") == []


def test_the_definite_article_is_no_clitic_of_a_name() -> None:
    assert proposed(of_names("حكومة"), "الحكومة حكومة والحكومة") == ["حكومة"]


def test_the_longest_name_wins_and_nothing_in_it_is_proposed() -> None:
    dictionary = of_names("حزب", "حزب الوادي", "الوادي الكبير", "وحزب الوادي الجديد")
    assert proposed(dictionary, "حزب الوادي الكبير، وحزب الوادي الجديد وحزب") == [
        "حزب الوادي",
        "وحزب الوادي الجديد",
        "حزب",
    ]


def test_a_name_is_proposed_as_a_whole_word_only() -> None:
    assert proposed(of_names("حزب"), "حزبي أحزاب حزب1 حزبة") == []
    assert proposed(of_names("م. ت. ف"), "م. ت. فتح م. ت. ف. م ت ف") == ["م. ت. ف"]


def test_only_names_marked_half_of_the_times_they_are_seen_are_kept() -> None:
    text = "وصل كريم. كريم رجل كريم، وهو كريم. غادر سليم، ثم عاد سليم."
    layer = layer_of(text, span_of(text, (4, 8)), span_of(text, (40, 44), span_id="s2"))
    assert text[40:44] == "سليم"
    assert dictionary_of((text, layer)).entries == {"سليم": Entry("actor", None, 1, 2)}


def test_a_name_inside_a_longer_one_is_not_seen() -> None:
    text = "اجتمع مجلس الأمناء، ومجلس الأمناء، فوافق الأمناء."
    alone = text.rindex("الأمناء")
    layer = marking(text, "مجلس الأمناء").add(span_of(text, (alone, alone + 7), span_id="alone"))
    assert dictionary_of((text, layer)).entries["الامناء"] == Entry("actor", None, 1, 1)


def test_a_name_marked_only_inside_a_longer_one_is_seen_as_often_as_marked() -> None:
    text = "اجتمع مجلس الأمناء، ومجلس الأمناء."
    assert dictionary_of((text, marking(text, "مجلس الأمناء", "مجلس"))).entries["مجلس"] == Entry("actor", None, 2, 2)


def test_only_what_the_annotator_has_read_counts() -> None:
    text = "قال سليم نعم، ولم يقل سليم لا، وسكت سليم."
    first = span_of(text, (4, 8))
    assert dictionary_of((text, layer_of(text, first, done=False))).entries == {"سليم": Entry("actor", None, 1, 1)}
    assert dictionary_of((text, layer_of(text, first))).entries == {}


def test_the_commonest_label_counts_and_a_subtype_of_most() -> None:
    text = "سليم سليم سليم سليم سليم"
    kinds = [("actor", "gov"), ("event", None), ("actor", "gov"), ("actor", None), ("actor", "mil")]

    def entry(kinds: list[tuple[str, str | None]]) -> Entry:
        spans = [
            change_span(span_of(text, (5 * n, 5 * n + 4), span_id=f"s{n}", label=label), subtype=subtype, now=NOW)
            for n, (label, subtype) in enumerate(kinds)
        ]
        return dictionary_of((text, layer_of(text, *spans))).entries["سليم"]

    assert entry(kinds) == Entry("actor", None, 4, 5)
    assert entry([("event", "aid"), ("event", "aid"), *[("actor", None)] * 3]) == Entry("actor", None, 3, 5)
    assert entry([*kinds[:3], ("actor", "gov"), kinds[4]]) == Entry("actor", "gov", 4, 5)


def test_what_is_no_name_is_left_out() -> None:
    text = "2024 ، ـ ب 7 أ الأول والثاني والثالث والرابع والخامس والسادس والسابع والثامن والتاسع"
    whole = (text.index("الأول"), len(text))
    ranges = [(0, 4), (5, 6), (7, 8), (9, 12), whole]
    spans = [span_of(text, at, span_id=f"s{n}") for n, at in enumerate(ranges)]
    gapped = span_of(text, (0, 4), (whole[0], whole[0] + 5), span_id="gapped")
    assert dictionary_of((text, layer_of(text, *spans, gapped))).entries == {}
    eight = text.index(" والتاسع")
    layer = layer_of(text, span_of(text, (whole[0], eight)))
    assert proposed(dictionary_of((text, layer)), text) == [text[whole[0] : eight]]


def test_punctuation_around_a_marked_name_is_no_part_of_it() -> None:
    text = "قال «حزب الوادي»."
    assert list(dictionary_of((text, layer_of(text, span_of(text, (4, 17))))).entries) == ["حزب الوادي"]


def test_a_proposal_says_what_was_marked() -> None:
    dictionary = Dictionary.of({"سليم": Entry("actor", "gov", 3, 4)})
    assert dictionary.propose(Shadow.of("وسليم")) == [Proposal(1, 5, "actor", "gov", 3)]
    assert Dictionary().propose(Shadow.of("وسليم")) == []


def test_letters_that_share_a_character_with_a_clitic_or_with_each_other_stay_in_range() -> None:
    assert proposed(of_names("أحمد"), "قيل \ufef7حمد") == ["\ufef7حمد"]
    assert proposed(of_names("صلي", "الله"), "\ufdfa") == ["\ufdfa"]


def never() -> bool:
    return False


def saved(folder: Path, name: str, text: str, *marked: str, annotator: str = "lina") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    layer = Layer.new(read_article(path), annotator, BUILT_IN, NOW, TOOL)
    for n, found in enumerate(marked):
        at = text.index(found)
        layer = layer.add(span_of(text, (at, at + len(found)), span_id=f"s{n}"))
    save_layer(path, layer)
    return path


def names_read(paths: list[Path], excluding: Path | None = None) -> set[str]:
    return set(read_dictionary(paths, "lina", excluding=excluding, cancelled=never).entries)


def test_every_article_of_the_annotator_is_read_but_the_one_left_out(tmp_path: Path) -> None:
    first = saved(tmp_path, "1.txt", "أعلن حزب الوادي", "حزب الوادي")
    second = saved(tmp_path, "2.txt", "عاد سليم", "سليم")
    saved(tmp_path, "3.txt", "غادر كريم", "كريم", annotator="omar")
    third = tmp_path / "3.txt"
    assert names_read([first, second, third]) == {"حزب الوادي", "سليم"}
    assert names_read([first, second, third], excluding=second) == {"حزب الوادي"}
    (tmp_path / "again").symlink_to(tmp_path)
    assert names_read([first, second], excluding=tmp_path / "again" / "2.txt") == {"حزب الوادي"}
    assert names_read([first, tmp_path / "again" / "2.txt"], excluding=second) == {"حزب الوادي"}


def test_what_cannot_be_read_or_does_not_fit_is_passed_over(tmp_path: Path) -> None:
    good = saved(tmp_path, "1.txt", "أعلن حزب الوادي", "حزب الوادي")
    changed = saved(tmp_path, "2.txt", "عاد سليم", "سليم")
    changed.write_text("وصل سليم", encoding="utf-8")
    damaged = saved(tmp_path, "3.txt", "غادر كريم", "كريم")
    sidecar_path(damaged, "lina").write_bytes(b"{")
    gone = saved(tmp_path, "4.txt", "غادر كريم", "كريم")
    gone.unlink()
    longer = saved(tmp_path, "5.txt", "غادر كريم", "كريم")
    header = Layer.new(read_article(longer), "lina", BUILT_IN, NOW, TOOL).header
    lying = Layer.of(header, [span_of("غادر كريم", (5, 9))])
    sidecar_path(longer, "lina").write_bytes(encode(lying).replace(b'"length":9', b'"length":10'))
    assert names_read([damaged, changed, tmp_path / "none.txt", gone, longer, good]) == {"حزب الوادي"}


def test_an_article_is_read_in_the_encoding_that_it_was_annotated_in(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_bytes("سلام".encode("windows-1256"))
    layer = Layer.new(read_article(path, "windows-1256"), "lina", BUILT_IN, NOW, TOOL)
    save_layer(path, layer.add(span_of("سلام", (0, 4))))
    assert names_read([path]) == {"سلام"}


def test_a_reading_that_is_cancelled_gives_no_names(tmp_path: Path) -> None:
    path = saved(tmp_path, "1.txt", "أعلن حزب الوادي", "حزب الوادي")
    answers = iter([False, True])
    assert read_dictionary([path], "lina", excluding=None, cancelled=lambda: True) == Dictionary()
    assert read_dictionary([path], "lina", excluding=None, cancelled=lambda: next(answers)) == Dictionary()


def test_an_annotator_who_cannot_be_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HashiyaError, match="annotator's name"):
        read_dictionary([tmp_path / "1.txt"], "../lina", excluding=None, cancelled=never)
