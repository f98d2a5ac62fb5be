"""What the reference library makes of our tokenizer.json files: test/fixtures/tokenizers/expected.json. Needs tokenizers.
Offsets are converted from code points to UTF-16 units."""
import json, os, tokenizers
DIR = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "tokenizers")
TEXTS = [
    "", " ", "hug", "hugs and bugs", "mug", "Apple is red", "unhappiness", "我喜欢这道菜", "北京是我国的首都。", "Ünïcödé", "u\u0308ber cafe\u0301", "emoji 😀👍🏽 end", "Москва!",
    "שלום", "مرحبا", "こんにちは世界", "한국어", "ภาษาไทย", "हिन्दी", "Ελληνικά ΣΑΣ", "a\u00a0b\u3000c\td\ne", "x\u0000y\ufffdz\u200bw", "[CLS] inside [SEP]", "don't, can't!", "ﬁne ½ Ⅷ", "İstanbul", "👩‍👩‍👧", "a" * 120, "1234.56", "~`^$+=<>|",
]
def units(text, offset):
    return [len(text[:at].encode("utf-16-le")) // 2 for at in offset]
result = {"version": tokenizers.__version__, "texts": TEXTS, "tokenizers": {}}
for file in sorted(os.listdir(DIR)):
    if not file.endswith(".json") or file == "expected.json":
        continue
    tok = tokenizers.Tokenizer.from_file(os.path.join(DIR, file))
    rows = []
    for text in TEXTS:
        e = tok.encode(text)
        rows.append({"ids": e.ids, "tokens": e.tokens, "offsets": [units(text, o) for o in e.offsets], "decoded": tok.decode(e.ids, skip_special_tokens=True)})
    pair = tok.encode("hug 我", "pun")
    result["tokenizers"][file[:-5]] = {"rows": rows, "pair": {"ids": pair.ids, "type_ids": pair.type_ids}}
json.dump(result, open(os.path.join(DIR, "expected.json"), "w"), ensure_ascii=True)
open(os.path.join(DIR, "README.md"), "w").write(f"# Tokenizers\n\nTrained by `scripts/make-tokenizers.ts` on texts in that file; `expected.json` by `scripts/golden-tokenizers.py` with tokenizers {tokenizers.__version__}.\n")
