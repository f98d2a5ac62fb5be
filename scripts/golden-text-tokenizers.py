"""Trains the tokenizers of text_tokenizers.py and writes test/fixtures/text-tokenizers.json.gz: their files and what the reference
makes of TEXTS (ids, tokens, places in UTF-16 units, types, masks, word ids, windows, decoded text). Needs tokenizers, sentencepiece, transformers.
Usage: python scripts/golden-text-tokenizers.py"""
import base64, gzip, json, os, sys
sys.path.insert(0, os.path.dirname(__file__))
import tokenizers
from text_tokenizers import CORPUS, TEXTS, builders, charsmap, record, sentencepiece_classes

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "text-tokenizers.json.gz")
WINDOWS = [dict(max_length=9, stride=2), dict(max_length=12, stride=0, strategy="only_first"), dict(max_length=11, stride=3, direction="left"), dict(max_length=14, stride=2, strategy="only_second")]
LONG = "The quick brown fox jumps over the lazy dog. 我喜欢这道菜 emoji 😀 and 👍🏽 naïve café!"
SHORT = "unhappiness is it's"
PLAIN = LONG.replace("😀", "☺").replace("👍🏽", "✓")  # windows of pairs forget which text a token comes from, so units must be code points
blob = charsmap()
encoded = base64.b64encode(blob).decode()
result = {"version": tokenizers.__version__, "texts": TEXTS, "charsmap": encoded, "windows": WINDOWS, "long": LONG, "short": SHORT, "tokenizers": {}}
for name, build in builders(blob).items():
    tok = build(CORPUS * 3)
    file = json.loads(tok.to_str().replace(encoded, "@charsmap"))
    rows = []
    for text in TEXTS:
        e = tok.encode(text)
        row = record(e, text)
        row["decoded"] = tok.decode(e.ids, skip_special_tokens=True)
        row["whole"] = tok.decode(e.ids, skip_special_tokens=False)
        rows.append(row)
    plain = [tok.encode(text, add_special_tokens=False).ids for text in TEXTS[:12]]
    tok.encode_special_tokens = True
    literal = [tok.encode(text).ids for text in TEXTS]
    tok.encode_special_tokens = False
    pair = record(tok.encode(SHORT, LONG), SHORT, LONG)
    windows = []
    for window in WINDOWS:
        tok.enable_truncation(**window)
        pairs = [(SHORT, PLAIN)] if window.get("strategy") == "only_second" else [(LONG, None), (PLAIN, SHORT)]
        for text, second in pairs:
            try:
                row = record(tok.encode(text, second), text, second)
            except BaseException as error:  # a panic where we give a typed error
                row = None
            windows.append({"window": window, "text": text, "pair": second, "row": row})
    tok.no_truncation()
    tok.enable_padding(direction="left", pad_id=1, pad_type_id=3, pad_token="PAD", pad_to_multiple_of=8)
    batch = [record(e, t) for e, t in zip(tok.encode_batch(TEXTS[9:13]), TEXTS[9:13])]
    result["tokenizers"][name] = {"file": file, "rows": rows, "plain": plain, "literal": literal, "pair": pair, "windows": windows, "batch": batch}
    print(name, tok.get_vocab_size(), sum(len(r["ids"]) for r in rows))


def sentencepiece_models():
    """Small models without a map of characters, as sentencepiece itself encodes with them."""
    import tempfile
    import sentencepiece as spm
    common = dict(normalization_rule_name="identity", hard_vocab_limit=False, minloglevel=2)
    kinds = {
        "unigram": dict(model_type="unigram", vocab_size=420),
        "unigram-bytes": dict(model_type="unigram", vocab_size=600, byte_fallback=True, character_coverage=0.98, add_dummy_prefix=False),
        "bpe": dict(model_type="bpe", vocab_size=500, user_defined_symbols=["<sep>", "##"]),
        "llama": dict(model_type="bpe", vocab_size=800, byte_fallback=True, character_coverage=0.98, remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True),
        "char": dict(model_type="char", vocab_size=400),
        "t5": dict(model_type="unigram", vocab_size=420, pad_id=0, eos_id=1, unk_id=2, bos_id=-1),
    }
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        open(path, "w").write("\n".join(CORPUS * 4))
        for name, kind in kinds.items():
            spm.SentencePieceTrainer.train(input=path, model_prefix=path, **common, **kind)
            sp = spm.SentencePieceProcessor(path + ".model")
            texts = [t for t in TEXTS if "\0" not in t]
            found[name] = {"model": base64.b64encode(open(path + ".model", "rb").read()).decode(), "rows": [{"text": t, "ids": sp.encode(t), "decoded": sp.decode(sp.encode(t))} for t in texts]}
    return found


result["sentencepiece"] = sentencepiece_models()
result["classes"] = sentencepiece_classes(result["sentencepiece"])
with gzip.GzipFile(OUT, "w", mtime=0) as f:
    f.write(json.dumps(result, ensure_ascii=True).encode())
print(os.path.getsize(OUT))
