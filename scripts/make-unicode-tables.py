"""Makes src/tokens/text/unicode/tables.ts: the Unicode properties that `tokenizers` 0.23 goes by, read off its behaviour for every
code point, because its parts carry different Unicode versions (Oniguruma 16, the regex crate 16, unicode_categories < 10,
unicode-normalization-alignments 12 or older, Rust's standard library). Needs the Python packages tokenizers and regex.
Usage: python scripts/make-unicode-tables.py"""
import os, unicodedata
import regex, tokenizers
from tokenizers import Regex, normalizers as N, pre_tokenizers as P

OUT = os.path.join(os.path.dirname(__file__), "..", "src", "tokens", "text", "unicode", "tables.ts")
ALL = [cp for cp in range(0x110000) if not 0xD800 <= cp <= 0xDFFF]
CHARS = [chr(cp) for cp in ALL]
BIG = "".join(CHARS)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def b36(n):
    out = ""
    while True:
        out = DIGITS[n % 36] + out
        n //= 36
        if n == 0:
            return out


def bits(members):
    """Alternating run lengths in base 36, first the run outside the set."""
    edges, inside, last = [], False, 0
    for cp in range(0x110001):
        now = cp in members
        if now != inside:
            edges.append(b36(cp - last))
            inside, last = now, cp
    return " ".join(edges)


def classes(of, symbols):
    """Runs of equal class: length in base 36, then the class's upper-case symbol."""
    out, last, current = [], 0, of(0)
    for cp in range(1, 0x110001):
        now = of(cp) if cp < 0x110000 else None
        if now != current:
            out.append(b36(cp - last) + symbols[current])
            last, current = cp, now
    return "".join(out)


def matched(pattern):
    return {ord(c) for c in N.Replace(Regex("[^" + pattern + "]"), "").normalize_str(BIG)}


def mapped(normalizer, sep="\0"):
    """What the normalizer makes of every code point by itself."""
    cps = [c for c in CHARS if c != sep]
    parts = normalizer.normalize_str(sep + sep.join(cps)).split(sep)[1:]
    assert len(parts) == len(cps), (len(parts), len(cps))
    return {ord(c): part for c, part in zip(cps, parts)}


# General categories and \w, \s as the regular expressions of Split, Replace and ByteLevel see them.
CATEGORIES = "Cc Cf Co Cs Ll Lm Lo Lt Lu Mc Me Mn Nd Nl No Pc Pd Pe Pf Pi Po Ps Sc Sk Sm So Zl Zp Zs".split()
category = {}
for name in CATEGORIES:
    if name != "Cs":
        for cp in matched(r"\p{%s}" % name):
            category[cp] = name
for cp in range(0xD800, 0xE000):
    category[cp] = "Cs"
symbols = dict(zip(CATEGORIES + ["Cn"], "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%"))
out = {"CATEGORY_NAMES": " ".join(symbols[n] + n for n in symbols), "CATEGORIES": classes(lambda cp: category.get(cp, "Cn"), symbols)}
out["WORD_ONIG"] = bits(matched(r"\w"))
out["SPACE_ONIG"] = bits(matched(r"\s"))
out["ALPHABETIC"] = bits(matched(r"\p{Alphabetic}"))

# Scripts of regular expressions.
SCRIPTS = """Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo Brahmi Braille
Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan
Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian Glagolitic Gothic Grantha
Greek Gujarati Gunjala_Gondi Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki
Khudawadi Kirat_Rai Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen
Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean
Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian
Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa
Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo
Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh
Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square""".split()
script = {}
for name in SCRIPTS:
    for cp in matched(r"\p{%s}" % name):
        script[cp] = name
pair = {name: chr(65 + i // 26) + chr(65 + i % 26) for i, name in enumerate(SCRIPTS + ["Unknown"])}
out["SCRIPT_NAMES"] = " ".join(pair[n] + n for n in pair)
out["SCRIPTS"] = classes(lambda cp: script.get(cp, "Unknown"), pair)

# Letter case, character by character.
lower = {cp: t for cp, t in mapped(N.Lowercase()).items() if t != chr(cp)}
runs, cps = [], sorted(cp for cp in lower if len(lower[cp]) == 1)
assert [cp for cp in lower if len(lower[cp]) > 1] == [0x130], "only I with dot becomes two characters"
i, last = 0, 0
while i < len(cps):
    start, delta = cps[i], ord(lower[cps[i]]) - cps[i]
    step = next((s for s in (1, 2) if i + 1 < len(cps) and cps[i + 1] == start + s and ord(lower[cps[i + 1]]) - cps[i + 1] == delta), 1)
    n = 1
    while i + n < len(cps) and cps[i + n] == start + n * step and ord(lower[cps[i + n]]) - cps[i + n] == delta:
        n += 1
    runs.append(f"{b36(start - last)},{b36(n)},{step},{'-' if delta < 0 else ''}{b36(abs(delta))}")
    last, i = start, i + n
out["LOWERCASE"] = " ".join(runs)

# Sets of single components.
def isolated(pre_tokenizer):
    pieces = pre_tokenizer.pre_tokenize_str("a" + "a".join(CHARS) + "a")
    return {ord(piece) for piece, _ in pieces if len(piece) == 1 and piece != "a"}
out["PUNCTUATION"] = bits(isolated(P.Punctuation()))
out["NUMERIC"] = bits(isolated(P.Digits(individual_digits=True)))
spaces = {ord(c) for c in BIG} - {ord(c) for piece, _ in P.WhitespaceSplit().pre_tokenize_str("a" + "a".join(CHARS)) for c in piece}
out["WHITE_SPACE"] = bits(spaces)
out["WORD_RUST"] = bits(set(ALL) - isolated(P.Whitespace()) - spaces)
def bert(**kw):
    return N.BertNormalizer(**{**dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False), **kw})
cleaned = mapped(bert(clean_text=True), "Q")
out["BERT_REMOVED"] = bits({cp for cp, t in cleaned.items() if t == ""})
out["BERT_CHINESE"] = bits({cp for cp, t in mapped(bert(handle_chinese_chars=True), "Q").items() if t != chr(cp)})
nfd, nfkd, nfc = mapped(N.NFD()), mapped(N.NFKD()), mapped(N.NFC())
out["BERT_ACCENTS"] = bits({cp for cp, t in mapped(bert(strip_accents=True), "Q").items() if t == "" and nfd.get(cp) == chr(cp)})
out["ACCENTS"] = bits({cp for cp, t in mapped(N.StripAccents()).items() if t == ""})

# Normal forms: which code points decompose; the decompositions themselves are the engine's (stable since Unicode 4.1).
HANGUL = range(0xAC00, 0xD7A4)
canonical = {cp for cp, t in nfd.items() if t != chr(cp) and cp not in HANGUL}
compatible = {cp for cp, t in nfkd.items() if t != chr(cp) and cp not in HANGUL}
for cp in canonical:
    assert nfd[cp] == unicodedata.normalize("NFD", chr(cp)), hex(cp)
for cp in compatible:
    assert nfkd[cp] == unicodedata.normalize("NFKD", chr(cp)), hex(cp)
out["CANONICAL"] = bits(canonical)
out["COMPATIBLE"] = bits(compatible)
over, under = N.NFD().normalize_str("\0".join(c + "\u0334" for c in CHARS[1:])).split("\0"), N.NFD().normalize_str("\0".join("\u0345" + c for c in CHARS[1:])).split("\0")
ccc = {}
for c, a, b in zip(CHARS[1:], over, under):
    if ord(c) not in canonical and (a != c + "\u0334" or b != "\u0345" + c) and nfd[ord(c)] == c:
        ccc[ord(c)] = unicodedata.combining(c)
ccc[0x345] = 240
for cp, t in nfd.items():
    if len(t) == 1 and unicodedata.combining(t) and cp not in ccc and ord(t) in ccc:
        ccc[cp] = ccc[ord(t)]
assert all(ccc.values())
values = sorted(set(ccc.values()) | {0})
value = {v: chr(65 + i // 26) + chr(65 + i % 26) for i, v in enumerate(values)}
out["COMBINING_NAMES"] = " ".join(value[v] + str(v) for v in values)
out["COMBINING"] = classes(lambda cp: ccc.get(cp, 0), value)

# Scripts of the UnicodeScripts pre-tokenizer (an older Unicode; kana and Han are one class; `Any` never splits).
cut = P.UnicodeScripts().pre_tokenize_str
known = [c for c in CHARS if cut(c)]
reps, of = {}, {0x20: None}
for c in known:
    cp = ord(c)
    name = script.get(cp, "Unknown")
    tries = ([reps[name]] if name in reps else []) + [r for n, r in reps.items() if n != name]
    for r in tries:
        if len(cut(r + c)) == 1:
            of[cp] = r
            break
    else:
        reps[name if name not in reps else name + hex(cp)] = c
        of[cp] = c
kinds = {r: chr(65 + (i + 1) // 26) + chr(65 + (i + 1) % 26) for i, r in enumerate(sorted(set(of.values()) - {None}))}
kinds[None] = "AA"
out["PIECE_SCRIPTS"] = classes(lambda cp: of.get(cp), kinds)

# Grapheme clusters (UAX 29), for sentencepiece's maps of characters.
GCB = "CR LF Control Extend ZWJ Regional_Indicator Prepend SpacingMark L V T LV LVT".split()
gcb = {}
for name in GCB:
    for m in regex.finditer(r"\p{GCB=%s}" % name, BIG):
        gcb[ord(m.group())] = name
for m in regex.finditer(r"\p{Extended_Pictographic}", BIG):
    gcb.setdefault(ord(m.group()), "Pictographic")
for kind in ("Consonant",):
    for m in regex.finditer(r"\p{InCB=%s}" % kind, BIG):
        gcb.setdefault(ord(m.group()), kind)
linker = {ord(m.group()) for m in regex.finditer(r"\p{InCB=Linker}", BIG)}
for cp in linker:
    gcb[cp] = "Linker"
kinds = {name: chr(65 + i) for i, name in enumerate(["Other"] + GCB + ["Pictographic", "Consonant", "Linker"])}
out["GRAPHEME_NAMES"] = " ".join(kinds[n] + n for n in kinds)
out["GRAPHEMES"] = classes(lambda cp: gcb.get(cp, "Other"), kinds)

with open(OUT, "w") as f:
    f.write(f"// Unicode properties as `tokenizers` {tokenizers.__version__} has them. Made by scripts/make-unicode-tables.py; do not edit.\n")
    f.write("// Sets: alternating run lengths in base 36, first outside. Classes: run length in base 36, then the class's upper-case symbol.\n")
    for name, text in out.items():
        assert "'" not in text and "\\" not in text
        f.write(f"export const {name}: string =\n  '{text}';\n")
print({k: len(v) for k, v in out.items()}, sum(map(len, out.values())))
