"""CAS XMI as INCEpTION and others write it, and files that are none."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW

from annotations.errors import HashiyaError
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.uima import read_folder
from annotations.formats.reading.xmi import read_cas, read_types

TEXT = '\U0001f468 قال الوسيط\r\nإن "المدن" آمنة.'
DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
STRING, ANNOTATION, ARRAY = "uima.cas.String", "uima.tcas.Annotation", "uima.cas.FSArray"
PACKAGES = {
    "xmi": "http://www.omg.org/XMI",
    "cas": "http:///uima/cas.ecore",
    "tcas": "http:///uima/tcas.ecore",
    "custom": "http:///custom.ecore",
    "webanno": "http:///webanno/custom.ecore",
    "ner": f"http:///{DKPRO.replace('.', '/')}/ner/type.ecore",
    "segmentation": f"http:///{DKPRO.replace('.', '/')}/segmentation/type.ecore",
    "metadata": f"http:///{DKPRO.replace('.', '/')}/metadata/type.ecore",
    "hashiya": "http:///hashiya.ecore",
    "other": "http:///org/example.ecore",
    "syntax": "http:///org/example/syntax.ecore",
}


def type_of(name: str, features: str = "", parent: str = ANNOTATION) -> str:
    """A type's description; `features` are `name:range` or `name:range:elements`."""
    described = ""
    for each in features.split():
        feature, range_, *elements = each.split(":")
        inner = f"<name>{feature}</name><description/><rangeTypeName>{range_}</rangeTypeName>"
        inner += "".join(f"<elementType>{element}</elementType>" for element in elements)
        described += f"<featureDescription>{inner}</featureDescription>"
    return (
        f"<typeDescription><name>{name}</name><description/><supertypeName>{parent}</supertypeName>"
        f"<features>{described}</features></typeDescription>"
    )


def system(*types: str) -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?><typeSystemDescription "
        f'xmlns="http://uima.apache.org/resourceSpecifier"><types>{"".join(types)}</types></typeSystemDescription>'
    )


TYPES = system(
    type_of("custom.Span", f"label:{STRING} certain:uima.cas.Boolean"),
    type_of("custom.Relation", f"label:{STRING} Governor:{ANNOTATION} Dependent:{ANNOTATION}"),
    type_of("webanno.custom.Event", f"kind:{STRING} roles:{ARRAY}:webanno.custom.EventRolesLink others:{ARRAY}"),
    type_of("webanno.custom.EventRolesLink", f"role:{STRING} target:{ANNOTATION}", "uima.cas.TOP"),
    type_of(f"{DKPRO}.ner.type.NamedEntity", f"value:{STRING} identifier:{STRING}"),
    type_of(f"{DKPRO}.ner.type.Person", parent=f"{DKPRO}.ner.type.NamedEntity"),
    type_of(f"{DKPRO}.segmentation.type.Token", f"lemma:{ANNOTATION} value:{STRING}"),
    type_of(f"{DKPRO}.metadata.type.DocumentMetaData", f"documentTitle:{STRING}", "uima.tcas.DocumentAnnotation"),
    type_of("uima.tcas.DocumentAnnotation", f"language:{STRING}"),
    type_of("hashiya.Document", f"status:{STRING} replaced:{STRING}", "uima.cas.AnnotationBase"),
    type_of("org.example.Mention", "score:uima.cas.Float kinds:uima.cas.StringArray numbers:uima.cas.IntegerArray"),
    type_of("org.example.syntax.Phrase"),
    type_of("org.example.syntax.Dependency", f"Governor:{ANNOTATION} Dependent:{ANNOTATION}"),
    type_of("org.example.Chain", f"first:{ANNOTATION}", "uima.cas.AnnotationBase"),
    type_of("org.example.Link", f"next:{ANNOTATION}"),
    type_of("org.example.Loop", parent="org.example.Loop"),
)


def cas(*elements: str, text: str = TEXT, members: str | None = None, sofas: str = "") -> str:
    """An XMI file; the elements get the ids 2, 3 and so on, and are all indexed unless others are given."""
    numbered = "".join(element.replace(" ", f' xmi:id="{number}" ', 1) for number, element in enumerate(elements, 2))
    names = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in PACKAGES.items())
    indexed = " ".join(str(number) for number in range(2, len(elements) + 2)) if members is None else members
    escaped = quoteattr(text, {"\r": "&#13;", "\n": "&#10;"})
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><xmi:XMI{names} xmi:version="2.0"><cas:NULL xmi:id="0"/>{numbered}'
        f'{sofas}<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={escaped}/>'
        f'<cas:View sofa="1" members="{indexed}"/></xmi:XMI>'
    )


def imported(folder: Path, *files: str, types: str = TYPES) -> list[Imported]:
    (folder / "TypeSystem.xml").write_text(types, encoding="utf-8")
    for number, content in enumerate(files, 1):
        (folder / f"admin{number:02}.xmi").write_bytes(content.encode())
    return list(read_folder(folder, Options(folder, NOW)))


def test_layers_of_inception_are_spans_with_their_text(tmp_path: Path) -> None:
    (one,) = imported(
        tmp_path,
        cas(
            '<custom:Span sofa="1" begin="7" end="13" label="actor" certain="true"/>',
            '<ner:NamedEntity sofa="1" begin="19" end="24" value="LOC" identifier="Q1"/>',
            '<ner:Person sofa="1" begin="0" end="2" value="PER"/>',
            '<webanno:Event sofa="1" begin="3" end="6" kind="speech"/>',
            '<tcas:DocumentAnnotation sofa="1" begin="0" end="32" language="ar"/>',
        ),
    )
    assert [(span.id, span.text, span.label, dict(span.attributes)) for span in one.spans] == [
        ("xmi-2", "الوسيط", "actor", {"certain": "true"}),
        ("xmi-3", "المدن", "LOC", {"identifier": "Q1"}),
        ("xmi-4", "\U0001f468", "PER", {}),
        ("xmi-5", "قال", "Event", {"kind": "speech"}),
    ]
    assert (one.text, one.id, one.annotator, one.status) == (TEXT, "admin01", None, "in-progress")
    assert (one.problems, one.notices) == ((), ())


@pytest.mark.parametrize("is_apart", [False, True])
def test_slots_are_links_and_so_are_relations(tmp_path: Path, is_apart: bool) -> None:
    array = '<cas:FSArray elements="5 6"/>'
    (one,) = imported(
        tmp_path,
        cas(
            f'<webanno:Event sofa="1" begin="3" end="6" roles="{7 if is_apart else "5 6"}"/>',
            '<custom:Span sofa="1" begin="7" end="13" label="actor"/>',
            '<custom:Relation sofa="1" begin="7" end="13" Governor="2" Dependent="3" label="said by"/>',
            '<webanno:EventRolesLink role="agent" target="3"/>',
            '<webanno:EventRolesLink target="2"/>',
            array,
            members="2 3 4",
        ),
    )
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [
        ("xmi-5", "xmi-2", "agent", "xmi-3"),
        ("xmi-6", "xmi-2", "roles", "xmi-2"),
        ("xmi-4", "xmi-2", "said by", "xmi-3"),
    ]
    assert one.problems == ()


def test_what_is_no_span_is_left_out_and_told_once(tmp_path: Path) -> None:
    elements = [
        *['<segmentation:Token sofa="1" begin="3" end="6" value="x"/>'] * 2,
        *['<syntax:Phrase sofa="1" begin="3" end="6"/>'] * 2,
        '<other:Unknown sofa="1" begin="3" end="6" label="x"/>',
        '<other:Loop sofa="1" begin="3" end="6" label="x"/>',
        '<custom:Span sofa="1" begin="3" end="6" label="not indexed"/>',
        '<webanno:Event sofa="1" begin="3" end="6" others="2"/>',
    ]
    first, second = imported(tmp_path, *[cas(*elements, members="2 3 4 5 6 7 9")] * 2)
    assert [span.label for span in (*first.spans, *second.spans)] == ["Event", "Event"]
    assert first.notices == (
        f"admin01.xmi: annotations of the type {DKPRO}.segmentation.type.Token are left out, here and below",
        "admin01.xmi: annotations of the type org.example.syntax.Phrase are left out, here and below",
    )
    assert first.problems == (
        "admin01.xmi: the type org.example.Unknown is not in the type system, and is left out, here and below",
        "admin01.xmi: the feature others of the type webanno.custom.Event is left out, here and below",
    )
    assert (second.notices, second.problems) == ((), ())


def test_annotations_of_others_are_spans_with_all_their_values(tmp_path: Path) -> None:
    within = '<other:Mention sofa="1" begin="3" end="6" score="0.5"><kinds>أ</kinds><kinds>ب</kinds></other:Mention>'
    (one,) = imported(
        tmp_path,
        cas(
            within,
            '<other:Mention sofa="1" begin="7" end="13" kinds="5"/>',
            '<other:Mention sofa="1" begin="3" end="6" kinds="" numbers="1 2"/>',
            "<cas:StringArray ><elements>ج</elements></cas:StringArray>",
            f'<custom:Span sofa="1" begin="7" end="13" label="actor" certain="{"x" * 257}"/>',
            members="2 3 4 6",
        ),
    )
    assert [(span.label, dict(span.attributes), span.note) for span in one.spans] == [
        ("Mention", {"score": "0.5", "kinds": "أ; ب"}, ""),
        ("Mention", {"kinds": "ج"}, ""),
        ("Mention", {}, ""),
        ("actor", {}, f"certain: {'x' * 257}"),
    ]
    assert one.problems == (
        "admin01.xmi: the feature numbers of the type org.example.Mention is left out, here and below",
    )


def test_a_chain_is_a_group(tmp_path: Path) -> None:
    (one,) = imported(
        tmp_path,
        cas(
            '<other:Link sofa="1" begin="3" end="6" next="3"/>',
            '<other:Link sofa="1" begin="7" end="13" next="2"/>',
            '<other:Link sofa="1" begin="19" end="24" next="99"/>',
            '<other:Chain sofa="1" first="2"/>',
            '<other:Chain sofa="1" first="4"/>',
        ),
    )
    assert [(span.label, span.group) for span in one.spans] == [
        ("Link", "xmi-5"),
        ("Link", "xmi-5"),
        ("Link", "xmi-6"),
    ]
    assert one.problems == ()


def test_relations_of_syntax_are_left_out_and_told_once(tmp_path: Path) -> None:
    (one,) = imported(
        tmp_path,
        cas(
            '<custom:Span sofa="1" begin="3" end="6" label="x"/>',
            *['<syntax:Dependency sofa="1" begin="3" end="6" Governor="2" Dependent="2"/>'] * 2,
        ),
    )
    assert (len(one.spans), one.links, one.problems) == (1, (), ())
    assert one.notices == (
        "admin01.xmi: annotations of the type org.example.syntax.Dependency are left out, here and below",
    )


@pytest.mark.parametrize(
    "place",
    [
        'begin="1" end="6"',
        'begin="3" end="99"',
        'begin="6" end="3"',
        'begin="3"',
        'begin="3" end="٦"',
        'begin="-1" end="3"',
    ],
)
def test_a_place_that_is_none_is_told(tmp_path: Path, place: str) -> None:
    (one,) = imported(
        tmp_path,
        cas(f'<custom:Span sofa="1" {place} label="x"/>', '<custom:Span sofa="1" begin="3" end="6" label="y"/>'),
    )
    assert [span.label for span in one.spans] == ["y"]
    assert len(one.problems) == 1
    assert one.problems[0].startswith("admin01.xmi: xmi:id 2: ")


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (one,) = imported(
        tmp_path,
        cas(
            '<webanno:Event sofa="1" begin="3" end="6" roles="3 99"/>',
            '<webanno:EventRolesLink role="agent" target="88"/>',
            '<custom:Relation sofa="1" begin="7" end="13" Governor="2" Dependent="77" label="x"/>',
        ),
    )
    assert one.links == ()
    assert [problem.split(": ")[1] for problem in one.problems] == ["xmi:id 3 and 2 more"]


def test_the_documents_title_is_the_articles_id_and_other_views_are_told(tmp_path: Path) -> None:
    view = '<cas:Sofa xmi:id="9" sofaNum="2" sofaID="translation" sofaString="x"/>'
    metadata = '<metadata:DocumentMetaData sofa="1" begin="0" end="4" documentTitle="خبر.txt"/>'
    (one,) = imported(tmp_path, cas(metadata, sofas=view))
    assert (one.id, one.text, one.status, one.spans) == ("خبر.txt", TEXT, None, ())
    assert one.problems == ("admin01.xmi: the text of the view translation is left out",)


def test_what_was_replaced_and_does_not_fit_is_told(tmp_path: Path) -> None:
    (one,) = imported(tmp_path, cas('<hashiya:Document sofa="1" status="odd" replaced="7"/>'))
    assert (one.text, one.status) == (TEXT, "in-progress")
    assert len(one.problems) == 2


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_what_is_elsewhere_are_refused(declared: str, encoding: str) -> None:
    for content, read in ((cas(), read_cas), (TYPES, read_types)):
        head, _, rest = content.partition("?>")
        hostile = f"{head.replace('UTF-8', encoding)}?>{declared}{rest}".encode(encoding)
        with pytest.raises(ValueError, match="document type declaration"):
            read(hostile)


def test_one_file_that_is_none_costs_the_others_nothing(tmp_path: Path) -> None:
    deep = cas().replace("</xmi:XMI>", '<custom:Span xmi:id="4"><b><c/></b></custom:Span></xmi:XMI>')
    twice = cas().replace("<cas:NULL", '<custom:Span xmi:id="4"/><custom:Span xmi:id="4"/><cas:NULL')
    bad = ["", "spam", "<a/>", cas()[:-5], deep, twice, cas().replace("sofaString", "other"), "\0" * 9, cas("&x; ")]
    *others, last = imported(tmp_path, *bad, cas())
    assert last.text == TEXT
    assert all(one.text is None and len(one.problems) == 1 for one in others)
    assert others[1].problems == ("admin02.xmi: it is no XML (line 1: syntax error)",)


def test_a_folder_without_types_or_files_is_refused(tmp_path: Path) -> None:
    options = Options(tmp_path, NOW)
    with pytest.raises(HashiyaError, match=r"has no TypeSystem\.xml"):
        list(read_folder(tmp_path, options))
    with pytest.raises(HashiyaError, match=r"has no \.xmi"):
        imported(tmp_path)
    with pytest.raises(HashiyaError, match="cannot be read"):
        list(read_folder(tmp_path / "none", options))
    with pytest.raises(HashiyaError, match="no type system"):
        imported(tmp_path, cas(), types="<a/>")


def test_links_out_of_the_folder_of_xmi_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.xmi").write_bytes(cas().encode())
    (folder / "a.xmi").symlink_to(tmp_path / "secret.xmi")
    (folder / "b.xmi").symlink_to("admin01.xmi")
    outside, inside, _ = sorted(imported(folder, cas()), key=lambda one: one.id)
    assert (outside.text, outside.problems) == (
        None,
        ("a.xmi: it is a symbolic link that leads out of the folder",),
    )
    assert inside.text == TEXT


def test_more_than_any_article_has_is_refused_before_it_is_parsed() -> None:
    tracemalloc.start()
    for piece in ("<a/>", 'a="" '):
        data = f"<x {piece * (4 * 2**20 + 1)}/>".encode()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        with pytest.raises(ValueError, match="it has more than"):
            read_cas(data)
        assert tracemalloc.get_traced_memory()[1] - before < 2**20
    tracemalloc.stop()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=5), st.sampled_from("abc"))
def test_a_type_may_descend_from_itself(pairs: list[tuple[str, str]], name: str) -> None:
    types = read_types(system(*(type_of(child, "f:uima.cas.String", parent) for child, parent in pairs)).encode())
    assert not types.is_annotation(name)
    assert (types.feature(name, "f") is not None) == (name in types)
