"""The built-in schema, `actor-event`: who acts and what happens. In force where a library has no schema of its own."""

from __future__ import annotations

from annotations.labels import Attribute, Label, Role, Schema, Subtype


def _subtype(name: str, key: str, title_ar: str, title_en: str) -> Subtype:
    return Subtype(name=name, key=key, title_ar=title_ar, title_en=title_en)


def _attribute(name: str, title_ar: str, title_en: str, *values: str) -> Attribute:
    return Attribute(name=name, values=values, title_ar=title_ar, title_en=title_en)


def _role(name: str, key: str, title_ar: str, title_en: str) -> Role:
    return Role(
        name=name, key=key, title_ar=title_ar, title_en=title_en, event_labels=("event",), actor_labels=("actor",)
    )


_ACTOR = Label(
    name="actor",
    key="a",
    colour="blue",
    mark="underline",
    title_ar="فاعل",
    title_en="Actor",
    subtypes=(
        _subtype("gov", "g", "حكومة", "Government"),
        _subtype("mil", "m", "جيش", "Military"),
        _subtype("police", "p", "شرطة", "Police"),
        _subtype("rebel", "r", "متمردون", "Rebels"),
        _subtype("militia", "i", "ميليشيا", "Militia"),
        _subtype("id_militia", "d", "ميليشيا على أساس الهوية", "Identity militia"),
        _subtype("unid_armed", "u", "مسلحون مجهولون", "Unidentified armed group"),
        _subtype("party", "a", "حزب سياسي", "Political party"),
        _subtype("rioters", "o", "مثيرو شغب", "Rioters"),
        _subtype("protesters", "t", "محتجون", "Protesters"),
        _subtype("civilian", "c", "مدنيون", "Civilians"),
        _subtype("external", "e", "قوات خارجية", "External forces"),
        _subtype("igo_ngo", "n", "منظمة دولية أو غير حكومية", "International or non-governmental organisation"),
        _subtype("media", "j", "وسيلة إعلام", "News media"),
        _subtype("country", "y", "دولة", "Country"),
        _subtype("crime", "k", "جماعة إجرامية", "Criminal group"),
        _subtype("relig", "l", "جهة دينية", "Religious body"),
        _subtype("business", "s", "شركة", "Business"),
        _subtype("other", "h", "جهة أخرى", "Other"),
    ),
    guideline=(
        "ظلّل كل شخص أو جماعة أو مؤسسة أو دولة تقوم بفعل أو يقع عليها فعل، بأقصر عبارة تدلّ عليها، "
        "من دون حروف العطف والجر المتصلة بها ومن دون علامات الترقيم.\n"
        "Mark every person, group, institution or country that acts or is acted upon: the shortest phrase that names "
        "it, without attached conjunctions and prepositions and without punctuation."
    ),
)

# The event subtypes are the 16 of PLOVER (manual of 2021).
_EVENT = Label(
    name="event",
    key="e",
    colour="orange",
    mark="bold",
    title_ar="حدث",
    title_en="Event",
    subtypes=(
        _subtype("agree", "g", "اتفاق", "Agree"),
        _subtype("consult", "c", "تشاور", "Consult"),
        _subtype("support", "s", "تأييد", "Support"),
        _subtype("concede", "d", "تنازل", "Concede"),
        _subtype("cooperate", "o", "تعاون", "Cooperate"),
        _subtype("aid", "i", "تقديم مساعدة", "Aid"),
        _subtype("retreat", "r", "انسحاب", "Retreat"),
        _subtype("request", "q", "طلب", "Request"),
        _subtype("accuse", "u", "اتهام", "Accuse"),
        _subtype("reject", "j", "رفض", "Reject"),
        _subtype("threaten", "t", "تهديد", "Threaten"),
        _subtype("protest", "p", "احتجاج", "Protest"),
        _subtype("sanction", "n", "فرض عقوبات", "Sanction"),
        _subtype("mobilize", "m", "تعبئة", "Mobilize"),
        _subtype("coerce", "e", "إكراه", "Coerce"),
        _subtype("assault", "a", "اعتداء", "Assault"),
    ),
    attributes=(
        _attribute("polarity", "الإثبات والنفي", "Polarity", "positive", "negative"),
        _attribute("tense", "الزمن", "Tense", "past", "present", "future", "unspecified"),
        _attribute("genericity", "التخصيص والتعميم", "Genericity", "specific", "generic"),
        _attribute("modality", "التوكيد", "Modality", "asserted", "other"),
    ),
    guideline=(
        "ظلّل الكلمة التي تدلّ على ما حدث، فعلًا كانت أم مصدرًا، أو أقصر عبارة تؤدي معناها، لا الجملة كلها، "
        "ثم اربطها بمن قام بها وبمن وقعت عليه.\n"
        "Mark the word, verb or noun, that says what happens, or the shortest phrase that does, never the whole "
        "sentence; then link it to who did it and to whom it was done."
    ),
)

BUILT_IN = Schema(
    name="actor-event",
    version="1",
    labels=(_ACTOR, _EVENT),
    roles=(
        _role("agent", "g", "المنفّذ", "Agent"),
        _role("recipient", "r", "المتلقي", "Recipient"),
        _role("participant", "w", "المشارك", "Participant"),
        _role("reporter", "s", "ناقل الخبر", "Reporter"),
    ),
)
