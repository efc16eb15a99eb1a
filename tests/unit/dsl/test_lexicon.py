import csv
import itertools
import string
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl.lexicon import Level, Matcher, Phrase, Reading, fold_phrase

REASONS = Path(__file__).parents[2] / "data" / "reasons"
PLAINLY = [
    "ice assist", "ice asst", "assist ice", "ice request", "ero", "ice warrant",
    "ice administrative warrant", "ice ero", "ice detainer", "ice fugops", "ice pick up",
    "ice target", "immigration", "deport", "deportation", "deportation warrant", "removal order",
    "i-200", "i-205", "i-247", "i-247a", "287g", "287(g)", "title 8", "fugitive operations",
]  # fmt: skip
POSSIBLY = [
    "ice", "hsi", "cbp", "usbp", "border patrol", "dhs", "alien", "detainer", "assist federal",
    "other agency", "immigration fraud", "immigration (criminal)", "drugs immigration",
    "immigration drugs",
]  # fmt: skip
NEVER = ["black ice", "ice cream", "ice rink"]
LEXICON = [
    Phrase(text, level, "barred")
    for level, texts in (
        (Level.PLAINLY, PLAINLY),
        (Level.POSSIBLY, POSSIBLY),
        (Level.NEVER, NEVER),
    )
    for text in texts
]
MATCHER = Matcher(LEXICON)
CONTAINING = [
    "police", "device", "service", "notice", "office", "justice", "vice", "juice", "price",
    "icebox", "zero", "heroin", "hero", "numero", "niceville", "voice", "allen", "reorder",
]  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (REASONS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The last reasons of each list stand for published ones that held a name or a number plate.
POSITIVES = [
    *((row["reason"], row["kind"]) for row in rows("positives.csv")),
    ("SA Doe/HSI", "federal_partner"),
    ("HSI Task Force Investigation (Doe)", "federal_partner"),
]
LOOKALIKES = [
    *(row["reason"] for row in rows("lookalikes.csv")),
    "Inv. Heroin Sales, Whi. Lexus, related to J. Doe (17th/Main)",
    "Usms request DAI doe",
    "Armed and dangerous - Y0000000",
    "alert: Stolen Vehicle E287999 - 2025-01-01T00:05:47.287Z",
]


def strength(reading: Reading) -> int:
    return 2 if reading.plainly else 1 if reading.possibly else 0


def phrases(text: str) -> list[str]:
    return [sighting.phrase.text for sighting in MATCHER.read(text).sightings]


MET = [reason for reason, _ in POSITIVES if strength(MATCHER.read(reason))]


@pytest.mark.parametrize(("reason", "kind"), POSITIVES)
def test_each_published_reason_that_names_the_purpose_is_met(reason: str, kind: str) -> None:
    neutral = {"other_federal", "searcher_is_federal"}  # told by who searches, not by the words
    assert (strength(MATCHER.read(reason)) > 0) == (kind not in neutral)


@pytest.mark.parametrize(
    ("reason", "level"),
    [
        ("ICE warrant", 2),
        ("ICE-assist", 2),
        ("USBP Immigration Investigation", 2),
        ("immigration Warrant", 2),
        ("ICE", 1),
        ("criminal alien", 1),
        ("Immigration/Drugs", 1),
        ("Immigration (criminal) -", 1),
        ("Customs & Border Patrol", 1),
        ("Customs and border", 0),
    ],
)
def test_a_reason_is_met_at_the_level_of_its_longest_phrase(reason: str, level: int) -> None:
    assert strength(MATCHER.read(reason)) == level


@pytest.mark.parametrize("reason", LOOKALIKES)
def test_no_published_look_alike_is_met(reason: str) -> None:
    assert not MATCHER.read(reason).sightings


def spaced(separator: str) -> Callable[[str], str]:
    return lambda text: separator.join(text)


def between_words(separator: str) -> Callable[[str], str]:
    return lambda text: text.replace(" ", separator)


def letters(plain: str, shown: str) -> Callable[[str], str]:
    return lambda text: text.translate(str.maketrans(plain, shown))


def named(pattern: str) -> Callable[[str], str]:
    shown = [unicodedata.lookup(pattern.format(letter)) for letter in string.ascii_uppercase]
    return lambda text: letters(string.ascii_uppercase, "".join(shown))(text.upper())


CYRILLIC = letters(
    "ABCEHIJKMOPSTXYaceghijopsxy",
    "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u0423"
    "\u0430\u0441\u0435\u050d\u04bb\u0456\u0458\u043e\u0440\u0455\u0445\u0443",
)
GREEK = letters(
    "ABCEHIKMNOPTXYZaceinopuv",
    "\u0391\u0392\u03f9\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03a5\u0396"
    "\u03b1\u03f2\u03b5\u03b9\u03b7\u03bf\u03c1\u03c5\u03bd",
)
CHEROKEE = letters(
    "ACDEHKLMPRSTVWZ",
    "\u13aa\u13df\u13a0\u13ac\u13bb\u13e6\u13de\u13b7\u13e2\u13a1\u13da\u13a2\u13d9\u13b3\u13c3",
)
ARMENIAN = letters("Sghnou", "\u054f\u0581\u0570\u0578\u0585\u057d")
SMALL_CAPITALS = letters(
    "abcdeghiklmnoprtuvwyz",
    "\u1d00\u0299\u1d04\u1d05\u1d07\u0262\u029c\u026a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280"
    "\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22",
)
DISGUISES: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "swapped": str.swapcase,
    "wide": between_words("  "),
    "line": between_words("\r\n"),
    **{f"between {mark!r}": between_words(mark) for mark in [*"_-/.+&|$", ", ", " - ", "; ", ": "]},
    **{f"spaced {mark!r}": spaced(mark) for mark in [*". -_/\x00", " . ", "..", "\u00b7"]},
    "spaced upper": lambda text: ".".join(text.upper()),
    "Cyrillic": CYRILLIC,
    "Greek": GREEK,
    "Cherokee": lambda text: CHEROKEE(text.upper()),
    "Armenian": lambda text: ARMENIAN(text.lower()),
    "small capitals": lambda text: SMALL_CAPITALS(text.lower()),
    "bold": named("MATHEMATICAL BOLD CAPITAL {}"),
    "full width": named("FULLWIDTH LATIN CAPITAL LETTER {}"),
    "circled": named("CIRCLED LATIN CAPITAL LETTER {}"),
    "flags": named("REGIONAL INDICATOR SYMBOL LETTER {}"),
    "digits": letters("IOEioe", "103103"),
    "one digit": letters("Ii", "11"),
    "more digits": letters("AaSsBb", "445588"),
    "symbols": letters("AaSsIi", "@@$$||"),
    "zero width": spaced("\u200b"),
    "soft hyphen": spaced("\u00ad"),
    "accents": lambda text: "".join(c + "\u0301" * c.isalpha() for c in text),
    "struck out": spaced("\u0336"),
    "spaced digits": lambda text: " ".join(letters("IOEioe", "103103")(text)),
    "spaced Cyrillic": lambda text: "-".join(CYRILLIC(text)),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("reason", MET)
def test_a_disguised_reason_is_met_no_less_strictly(reason: str, disguise: str) -> None:
    hidden = DISGUISES[disguise](reason)
    assert strength(MATCHER.read(hidden)) >= strength(MATCHER.read(reason)), hidden


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("word", [*CONTAINING, *LOOKALIKES])
def test_a_word_that_contains_a_phrase_is_not_met_in_any_form(word: str, disguise: str) -> None:
    assert phrases(DISGUISES[disguise](word)) == []


@pytest.mark.parametrize(
    "text",
    [
        "ALLEN ST",
        "Al Allen",
        "McAllen TX",
        "Gill is ill",
        "E287021",
        "A2876",
        "I2OO24",
        "26-13287",
        "287(B) vehicle",
        "v0ice",
        "ice80x",
        "her0in",
        "pol1ce",
        "a l l e n",
        "",
        "()",
    ],
)
def test_ordinary_words_and_numbers_do_not_collide(text: str) -> None:
    assert phrases(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lCE", ["ice"]),
        ("1CE", ["ice"]),
        ("3RO", ["ero"]),
        ("C8P", ["cbp"]),
        ("1mm1grat10n", ["immigration"]),
        ("dep0rt@tion", ["deportation"]),
        ("!H$I!", ["hsi"]),
        ("ICE|HSI", ["ice", "hsi"]),
        ("x@ice.example", ["ice"]),
        ("aIien", ["alien"]),
        ("i c e", ["ice"]),
        ("1 c e", ["ice"]),
        ("I.C.E. warrant", ["ice warrant"]),
        ("a I.C.E. warrant", ["ice warrant"]),
        ("unit B-2 I.C.E./D.E.A", ["ice"]),
        ("R M P I.C.E. X", ["ice"]),
        ("I.C.E/D.E.A", ["ice"]),
        ("I.C E", ["ice"]),
        ("immi\u200bgration", ["immigration"]),
        ("\u04baSI", ["hsi"]),
        ("\u0662\u0668\u0667g", ["287(g)"]),
        ("I C E   W A R R A N T", ["ice warrant"]),
        ("I.C.E. .W.A.R.R.A.N.T", ["ice warrant"]),
        ("I-C-E-H-S-I", ["ice", "hsi"]),
        ("I C E W A R R A N T", ["ice warrant"]),
        ("H S I T A R G E T I C E", ["hsi", "ice"]),
        ("ICEHSI", ["ice", "hsi"]),
        ("iceassist", ["ice assist"]),
        ("ice_assist", ["ice assist"]),
        ("IceAssist", ["ice assist"]),
        ("ice administrativewarrant", ["ice administrative warrant"]),
        ("287 (G)", ["287(g)"]),
        ("287g", ["287(g)"]),
        ("I200", ["i-200"]),
        ("i 200", ["i-200"]),
        ("I-2OO", ["i-200"]),
        ("form i247a", ["i-247a"]),
        ("I-247", ["i-247"]),
        ("HSI3500", ["hsi"]),
        ("ICE2024-12", ["ice"]),
        ("2024ICE", ["ice"]),
        ("ICE4", ["ice"]),
        ("7HSI", ["hsi"]),
        ("ICE2024x", ["ice"]),
        ("S287G", ["287(g)"]),
        ("ICE's", ["ice"]),
    ],
)
def test_a_phrase_is_met_in_the_ways_people_write_it(text: str, expected: list[str]) -> None:
    assert phrases(text) == expected


def reads(lexicon: list[str], text: str, *never: str) -> bool:
    levels = {Level.PLAINLY: lexicon, Level.NEVER: never}
    matcher = Matcher([Phrase(one, level, "x") for level in levels for one in levels[level]])
    return bool(matcher.read(text).sightings)


def test_only_whole_phrases_are_found_run_together_in_a_word_that_is_not_spelled_out() -> None:
    assert not reads(["off duty", "ice"], "office")
    assert reads(["off duty", "ice"], "offdutyice")
    assert reads(["off duty", "ice"], "o f f d u t y i c e")


def test_a_phrase_that_never_counts_keeps_a_spelled_out_word_from_being_split() -> None:
    assert reads(["off duty", "ice"], "o f f i c e")
    assert not reads(["off duty", "ice"], "o f f i c e", "office")


def test_a_single_letter_is_no_word_to_split_a_spelled_out_word_by() -> None:
    assert not reads(["form n", "ice"], "n i c e")


def test_a_number_at_the_end_of_a_token_is_not_read_as_a_word() -> None:
    assert reads(["oil"], "011 o11")
    assert not reads(["oil"], "x011")


def test_phrases_that_never_count_take_only_their_own_words() -> None:
    assert phrases("black ice") == phrases("BLACK-ICE by the ice rink") == []
    assert phrases("black ice; ICE warrant") == ["ice warrant"]
    assert phrases("ice ice cream") == ["ice"]


def test_the_longest_phrase_takes_its_words_and_each_word_counts_once() -> None:
    matcher = Matcher(
        [
            Phrase("alpha", Level.PLAINLY, "a"),
            Phrase("alpha beta", Level.POSSIBLY, "b"),
            Phrase("beta gamma delta", Level.POSSIBLY, "c"),
        ]
    )
    assert matcher.read("alpha beta").possibly == {"b"}
    assert not matcher.read("alpha beta").plainly
    reading = matcher.read("alpha beta gamma delta")
    assert (reading.plainly, reading.possibly) == (frozenset("a"), frozenset("c"))


@pytest.mark.parametrize(
    ("left", "right", "met"),
    [
        (Level.NEVER, Level.PLAINLY, ""),
        (Level.PLAINLY, Level.NEVER, ""),
        (Level.POSSIBLY, Level.PLAINLY, "beta gamma"),
        (Level.PLAINLY, Level.POSSIBLY, "alpha beta"),
        (Level.PLAINLY, Level.PLAINLY, "alpha beta"),
    ],
)
def test_at_equal_length_the_firmer_level_takes_the_words(
    left: Level, right: Level, met: str
) -> None:
    both = [Phrase("alpha beta", left, "x"), Phrase("beta gamma", right, "x")]
    for lexicon in itertools.permutations(both):
        sightings = Matcher(lexicon).read("alpha beta gamma").sightings
        assert "".join(sighting.phrase.text for sighting in sightings) == met


def test_equal_phrases_count_for_each_kind_once() -> None:
    matcher = Matcher(
        [
            Phrase("Alpha-Beta", Level.POSSIBLY, "x"),
            Phrase("alpha beta", Level.PLAINLY, "x"),
            Phrase("alpha/beta", Level.POSSIBLY, "y"),
            Phrase("ALPHA BETA", Level.NEVER, "z"),
        ]
    )
    reading = matcher.read("alphabeta")
    assert (reading.plainly, reading.possibly) == (frozenset("x"), frozenset("y"))
    assert len(reading.sightings) == 2


@pytest.mark.parametrize(
    "same",
    [
        ("287g", "287(g)", "287 G"),
        ("i-200", "I200", "i 200"),
        ("a.b.c.", "ABC", "a b c"),
        ("alpha  Beta", "ALPHA-b\u00e9ta", "alph\u0430_beta"),
    ],
)
def test_phrases_written_differently_fold_to_the_same_tokens(same: tuple[str, ...]) -> None:
    assert len({fold_phrase(text) for text in same}) == 1


def test_a_phrase_without_letters_or_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="without letters"):
        Matcher([Phrase("(-)", Level.PLAINLY, "x")])


def test_an_empty_lexicon_meets_nothing() -> None:
    assert Matcher([]).read("alpha") == Reading(frozenset(), frozenset(), ())


def test_a_sighting_points_at_the_words_in_the_original_text() -> None:
    text = "\ufb01led \u200bI.\u0301C.E. warrant."
    [sighting] = MATCHER.read(text).sightings
    assert text[sighting.start : sighting.end] == "I.\u0301C.E. warrant"


ANY_TEXT = st.text(st.characters(exclude_categories=()))
FRAGMENTS = st.lists(
    st.sampled_from([*PLAINLY, *POSSIBLY, *NEVER, *CONTAINING, *"i1lIce. -@$|0\u200b\u0301\n"])
).map("".join)


@given(ANY_TEXT | FRAGMENTS)
def test_any_text_can_be_read_and_its_sightings_lie_apart_within_it(text: str) -> None:
    reading = MATCHER.read(text)
    position = 0
    for sighting in reading.sightings:
        assert position <= sighting.start < sighting.end <= len(text)
        assert sighting.phrase.level is not Level.NEVER
        position = sighting.end
    levels = {sighting.phrase.level for sighting in reading.sightings}
    assert bool(reading.plainly) == (Level.PLAINLY in levels)
    assert bool(reading.possibly) == (Level.POSSIBLY in levels)


@given(FRAGMENTS, st.permutations(LEXICON))
def test_the_same_lexicon_in_any_sequence_reads_a_text_the_same(
    text: str, shuffled: list[Phrase]
) -> None:
    assert Matcher(shuffled).read(text) == MATCHER.read(text) == MATCHER.read(text)


@given(st.sampled_from(MET), st.sampled_from(["suspect", "2024", "re:", "\U0001f697"]))
def test_words_of_no_phrase_around_a_reason_change_nothing(reason: str, word: str) -> None:
    alone, within = MATCHER.read(reason), MATCHER.read(f"{word} {reason} {word}")
    assert (within.plainly, within.possibly) == (alone.plainly, alone.possibly)


HOSTILE = ["i c e ", "i.c-e ", "a1", "l1I|", "iceice", "ice hsi|", "287g", "i-2", "@", "1", "ice\t"]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_text_eight_times_as_long_takes_no_forty_times_as_long(part: str) -> None:
    text = part * 10_000

    def taken(length: int) -> float:
        return min(_seconds(text[:length]) for _ in range(3))

    assert taken(10_000) < 40 * taken(1_250) + 0.02


def _seconds(text: str) -> float:
    began = time.thread_time()
    MATCHER.read(text)
    return time.thread_time() - began


class Thorough(Matcher):
    """A matcher that takes no quick look."""

    def may_hold(self, text: str) -> bool:
        """Perhaps."""
        return True


THOROUGH = Thorough(LEXICON)
PARTS = st.sampled_from(
    [*PLAINLY, *POSSIBLY, *NEVER, *CONTAINING, "1CE", "\u0406\u0421\u0415", "\uff29\uff23\uff25",
     "lCE", "287", "g", "d3p0rt", "!ce", "|ce", "$", "@lien", "\u00e9", "x", "26-1", "D H S"]
)  # fmt: skip
GAPS = st.sampled_from(["", " ", "-", ".", "_", "/", "\u200b", "  ", "(", "\u00a0"])
CASES = st.sampled_from([str.upper, str.lower, str.title, str])


@given(st.lists(st.tuples(PARTS, GAPS, CASES), max_size=5))
def test_the_quick_look_never_hides_what_a_thorough_one_sees(
    parts: list[tuple[str, str, Callable[[str], str]]],
) -> None:
    text = "".join(case(part) + gap for part, gap, case in parts)
    assert MATCHER.read(text) == THOROUGH.read(text)


@given(ANY_TEXT | FRAGMENTS)
def test_the_quick_look_never_hides_what_is_seen_in_any_text(text: str) -> None:
    assert MATCHER.read(text) == THOROUGH.read(text)


@pytest.mark.parametrize("text", ["robbery", "26-10032", "stolen car", "x", "", "hit and run"])
def test_most_texts_are_told_at_a_glance(text: str) -> None:
    assert not MATCHER.may_hold(text)


def test_letters_and_digits_of_ascii_fold_as_the_table_says() -> None:
    wide = {ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(0x21, 0x7F))}
    for text in ("ICE-assist 287(g)", "a.b c_9 !$"):
        assert MATCHER.read(text) == MATCHER.read(text.translate(wide))


NUMBERED = Matcher(
    Phrase(text, level, "barred")
    for text, level in (
        ("ICE", Level.POSSIBLY),
        ("ICE-assist", Level.PLAINLY),
        ("287(g)", Level.PLAINLY),
        ("8 USC 1326", Level.PLAINLY),
        ("black ice", Level.NEVER),
        ("detail 205", Level.POSSIBLY),
    )
)
PIECES = st.sampled_from(
    [
        "ICE",
        "1ce",
        "i.c.e",
        "287",
        "(g)",
        "8",
        "usc",
        "1326",
        "205",
        "detail",
        "black",
        "26",
        "x",
        "g",
    ]
) | st.integers(0, 10**9).map(str)
BETWEEN = st.sampled_from([" ", "-", "#", "/", ", ", ".", "(", ")", "", "'", "_", "@", "$", "!"])


@given(st.lists(st.tuples(PIECES, BETWEEN), max_size=7))
def test_texts_that_differ_in_numbers_alone_are_read_alike(pieces: list[tuple[str, str]]) -> None:
    text = "".join(itertools.chain.from_iterable(pieces))
    one, other = NUMBERED.read(text), NUMBERED.read(NUMBERED.alike(text))
    assert (one.plainly, one.possibly) == (other.plainly, other.possibly)


def test_a_number_of_a_phrase_is_kept_and_any_other_is_made_the_same() -> None:
    alike = NUMBERED.alike
    assert alike("burglary 26-12345") == alike("burglary 11-99")
    assert alike("8 usc 1326") == "8 usc 1326"
    assert alike("unit 287 g") == "unit 287 g"
    assert alike("plate 1ce55") == "plate 1ce55"
    assert alike("2 8 7 g") == "2 8 7 g"


def test_a_phrase_may_not_hold_what_stands_for_any_number() -> None:
    with pytest.raises(ValueError, match="00000000"):
        Matcher([Phrase("code 00000000", Level.PLAINLY, "barred")])
