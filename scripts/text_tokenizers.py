"""Small tokenizers with the component configurations of well-known models, trained here with `tokenizers`; texts that are hard to
cut; and the reference's encoding as our command line writes it. Used by golden-text-tokenizers.py and compare-tokenizers.py."""
import base64, json, random, tempfile
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The quick brown fox jumps over the lazy dog. The dog didn't care; it's asleep, isn't it?",
    "In 1984, 12,345 people (about 3.14 %) visited http://example.com/index.html?q=1&r=2 at 10:30.",
    "def tokenize(text: str) -> list[int]:\n    return [vocab[t] for t in text.split()]  # done\n\n",
    "unhappiness is not happiness; we're they've I'll you'd he's IT'S",
    "我喜欢这道菜。北京是中华人民共和国的首都，人口超过两千万。床前明月光，疑是地上霜。",
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。カタカナとひらがな",
    "대한민국의 수도는 서울이다. 모든 국민은 법 앞에 평등하다.",
    "Москва — столица России. Все счастливые семьи похожи друг на друга.",
    "Ελλάδα, η χώρα των φιλοσόφων. Ο Σωκράτης ΟΔΟΣ",
    "القاهرة عاصمة مصر. مرحبا بالعالم",
    "ירושלים היא עיר עתיקה. שלום עולם",
    "ภาษาไทยเป็นภาษาที่มีวรรณยุกต์ กรุงเทพมหานคร",
    "हिन्दी भाषा में लिखा गया एक वाक्य। नमस्ते दुनिया",
    "Zürich, Größe, naïve café, Ünïcödé, œuvre, São Paulo, Łódź, İstanbul, ﬁne",
    "emoji 😀 and 👍🏽 and 👩‍👩‍👧 flags 🇩🇪🇨🇳 hearts ❤️",
    "½ Ⅷ ² ① ㋿ ％ ＡＢＣ ｶﾞｷﾞ … “quotes” ‘single’ — – · • ™ © ®",
    "a\tb\r\nc   d\u00a0e\u3000f\u2003g",
]

TEXTS = [
    "", " ", "  ", "\n", "\t\r\n ", "a", " a", "a ", "  a  b  ", "Hello world!", "hello   world\n\n  again \n", "The dog didn't, it's IT'S we'll ſ'ſ",
    "12345 1,234.56 3/4 ½ Ⅷ ² ① ٣٤", "don't can't I'VE 'tis 's 'S", "http://example.com/a?b=c&d=e#f", "snake_case CamelCase HTTPServer iPhone's",
    "    indented\n\tcode(x) => { return x; }\n\n\n", "~`!@#$%^&*()_+-={}[]|\\:;\"'<>,.?/", "…—–“”‘’·•™©®", "我喜欢这道菜。", "北京是中华人民共和国的首都，人口2000万。",
    "吾輩は猫である。カタカナー", "ｶﾞｷﾞか\u3099は\u309a", "대한민국 \u1112\u1161\u11ab\u1100\u1173\u11af", "Москва — столица", "ΟΔΟΣ Σωκράτης", "مرحبا بالعالم ۱۲۳", "שָׁלוֹם עולם", "ภาษาไทยกำ", "हिन्दी क्षत्रिय",
    "Ünïcödé über café", "u\u0308ber cafe\u0301 e\u0323\u0302 o\u0302\u0323", "İstanbul ı ẞ ß ǅ ﬁ ﬃ", "x\u0000y\ufffdz\u200bw\u00adv\u2060u", "😀", "a😀b👍🏽c", "👩‍👩‍👧 🇩🇪🇨🇳🇫 ❤️ 1️⃣", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠮷野家 𐍈",
    "①\u0301 ㋿ ㍿ ﷺ ™\u001eg", "a\u00a0b\u3000c\u2003d\u0085e\u2028f\ufeffg", "\u0301\u0301 leading marks", "a" + "\u0301" * 30, "a" * 120, "ab" * 200, " " * 40 + "x", "\n" * 10 + "x" + "\n" * 3,
    "[CLS] inside [SEP] and [MASK]x [UNK]", "<s>text</s> <mask>  <pad>x<unk>", "a<|endoftext|>b <|endoftext|> c", "[L] x [R]  y z[W] [W]z [W] Über ÜBER über  two spaces", "x [N] y[N]z", "thethethe -----", "AbC\u0301dE 'LL\u0301 !!\u0301a",
    "tab\there \u00a0 nbsp", "＜ｓ＞ ＡＢＣ１２３％", "क\u094d\u200dष क\u094dष", "\U000e0001\U0001f3f4\U000e0067\U000e0062", "Z\u0351\u036b\u0343a\u0321l\u0322g\u0329o", "\r\n\r\n a \r\n", "ſtart K Å ﬅ", "été naïve " * 8, "▁already▁ ▁▁ _", "Ġ Ċ âĢĻ", "<0x41><0xE4><0xBD><0xA0>",
]


def charsmap():
    """The nmt_nfkc map that sentencepiece's trainer puts into a model."""
    import os
    import sentencepiece as spm
    from sentencepiece import sentencepiece_model_pb2 as pb
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        open(path, "w").write("\n".join(CORPUS))
        spm.SentencePieceTrainer.train(input=path, model_prefix=path, vocab_size=400, hard_vocab_limit=False, minloglevel=2)
        model = pb.ModelProto()
        model.ParseFromString(open(path + ".model", "rb").read())
        return bytes(model.normalizer_spec.precompiled_charsmap)


N, P, D, T = normalizers, pre_tokenizers, decoders, processors
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = CL100K.replace("{1,3}", "")
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"])
TEKKEN = O200K.replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "").replace("{1,3}", "")
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def special(*contents, **flags):
    return [AddedToken(content, special=True, normalized=False, **flags) for content in contents]


ODD = [AddedToken("[L]", lstrip=True, normalized=False), AddedToken("[R]", rstrip=True, normalized=False), AddedToken("[W]", single_word=True, normalized=False),
       AddedToken("[N]", normalized=True), AddedToken("Über", normalized=True), AddedToken("  two", normalized=False)]


def trained(model, trainer, corpus, **parts):
    tok = Tokenizer(model)
    for name, part in parts.items():
        if part is not None and name not in ("added",):
            setattr(tok, name, part)
    tok.train_from_iterator(corpus, trainer)
    for token in parts.get("added", []):
        (tok.add_special_tokens if token.special else tok.add_tokens)([token])
    return tok


def bpe_trainer(size, specials, **kw):
    return trainers.BpeTrainer(vocab_size=size, special_tokens=specials, show_progress=False, **kw)


def byte_level(corpus, specials, size=700, model=None, pre=None, **parts):
    alphabet = P.ByteLevel.alphabet()
    return trained(model or models.BPE(), bpe_trainer(size, specials, initial_alphabet=alphabet), corpus, pre_tokenizer=pre or P.ByteLevel(add_prefix_space=False), **{"decoder": D.ByteLevel(), **parts})


def split_bytes(pattern, behavior="isolated", invert=False):
    return P.Sequence([P.Split(Regex(pattern), behavior, invert), P.ByteLevel(add_prefix_space=False, use_regex=False)])


def wordpiece(corpus, normalizer, size=800):
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tok = trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False), corpus,
                  normalizer=normalizer, pre_tokenizer=P.BertPreTokenizer(), decoder=D.WordPiece())
    tok.post_processor = T.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tok.add_tokens(ODD)
    return tok


def unigram(corpus, normalizer, pre, specials, post, size=700, byte_fallback=False):
    characters = len(set("".join(corpus)))
    if characters > size * 2 // 3:  # all characters must fit in
        size = characters * 2
    trainer = trainers.UnigramTrainer(vocab_size=size, special_tokens=specials, unk_token="<unk>", show_progress=False)
    tok = trained(models.Unigram(), trainer, corpus, normalizer=normalizer, pre_tokenizer=pre, decoder=D.Metaspace())
    if byte_fallback:
        state = json.loads(tok.to_str())
        state["model"]["vocab"] += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
        state["model"]["byte_fallback"] = True
        tok = Tokenizer.from_str(json.dumps(state))
        tok.decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    if post:
        tok.post_processor = post
    tok.add_tokens(ODD)
    return tok


def template(single, pair, *tokens):
    return T.TemplateProcessing(single=single, pair=pair, special_tokens=list(tokens))


def with_byte_tokens(tok, specials):
    """The model with <0x00>…<0xFF> behind the special tokens, as Llama 2 has them."""
    state = json.loads(tok.to_str())
    vocab = state["model"]["vocab"]
    order = specials + [f"<0x{b:02X}>" for b in range(256)] + [t for t in sorted(vocab, key=vocab.get) if t not in specials]
    state["model"]["vocab"] = {t: i for i, t in enumerate(dict.fromkeys(order))}
    state["model"].update(byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    for token in state["added_tokens"]:
        token["id"] = state["model"]["vocab"].get(token["content"], token["id"])
    return Tokenizer.from_str(json.dumps(state))


def llama2(corpus):
    specials = ["<unk>", "<s>", "</s>"]
    spaces = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    tok = trained(models.BPE(unk_token="<unk>"), bpe_trainer(900, specials), corpus, normalizer=spaces, pre_tokenizer=P.Metaspace())
    tok = with_byte_tokens(tok, specials)
    state = json.loads(tok.to_str())
    state["pre_tokenizer"] = None
    tok = Tokenizer.from_str(json.dumps(state))
    tok.decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    tok.post_processor = template("<s> $A", "<s> $A <s>:1 $B:1", ("<s>", 1))
    tok.add_tokens(ODD)
    return tok


def gemma(corpus):
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    tok = trained(models.BPE(unk_token="<unk>"), bpe_trainer(900, specials), corpus, normalizer=N.Replace(" ", "▁"), pre_tokenizer=P.Split(" ", "merged_with_previous"))
    tok = with_byte_tokens(tok, specials)
    tok.decoder = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse()])
    tok.post_processor = template("<bos> $A", "<bos> $A <bos>:1 $B:1", ("<bos>", 2))
    return tok


def ignoring_merges(tok):
    state = json.loads(tok.to_str())
    state["model"]["ignore_merges"] = True
    return Tokenizer.from_str(json.dumps(state))


def builders(blob):
    """Name → function that trains the tokenizer on a corpus."""
    spm = lambda: N.Precompiled(blob)
    eos = template("$A </s>", "$A </s> $B </s>", ("</s>", 1))
    xlmr = template("<s> $A </s>", "<s> $A </s> </s> $B </s>", ("<s>", 0), ("</s>", 2))
    first = "<|endoftext|>"
    return {
        "gpt2": lambda c: byte_level(c, [first], post_processor=T.ByteLevel(trim_offsets=False), added=ODD),
        "gpt2-prefix": lambda c: byte_level(c, [first], pre=P.ByteLevel(add_prefix_space=True), post_processor=T.ByteLevel(trim_offsets=True), added=ODD),
        "roberta": lambda c: byte_level(c, ["<s>", "<pad>", "</s>", "<unk>"], pre=P.ByteLevel(add_prefix_space=False), post_processor=T.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False),
                                        added=special("<mask>", lstrip=True)),
        "bart": lambda c: byte_level(c, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], pre=P.ByteLevel(add_prefix_space=True), post_processor=T.RobertaProcessing(("</s>", 2), ("<s>", 0))),
        "clip": lambda c: trained(models.BPE(unk_token=first, end_of_word_suffix="</w>", continuing_subword_prefix="", fuse_unk=False), bpe_trainer(800, ["<|startoftext|>", first], end_of_word_suffix="</w>", initial_alphabet=P.ByteLevel.alphabet()), c,
                                  normalizer=N.Sequence([N.NFC(), N.Replace(Regex(r"\s+"), " "), N.Lowercase()]), pre_tokenizer=P.Sequence([P.Split(Regex(CLIP), "removed", True), P.ByteLevel(add_prefix_space=False)]),
                                  decoder=D.Sequence([D.ByteLevel(), D.Replace("</w>", " ")]), post_processor=T.RobertaProcessing((first, 1), ("<|startoftext|>", 0), trim_offsets=False, add_prefix_space=False)),
        "bert-uncased": lambda c: wordpiece(c, N.BertNormalizer(lowercase=True)),
        "bert-cased": lambda c: wordpiece(c, N.BertNormalizer(lowercase=False)),
        "bert-chinese": lambda c: wordpiece(c, N.BertNormalizer(lowercase=True, strip_accents=False)),
        "t5": lambda c: unigram(c, spm(), P.Metaspace(), ["<pad>", "</s>", "<unk>"], eos),
        "xlmr": lambda c: unigram(c, N.Sequence([spm(), N.Replace(Regex(" {2,}"), " ")]), P.Sequence([P.WhitespaceSplit(), P.Metaspace()]), ["<s>", "<pad>", "</s>", "<unk>", "<mask>"], xlmr),
        "albert": lambda c: unigram(c, N.Sequence([N.Replace("``", '"'), N.Replace("''", '"'), N.NFKD(), N.StripAccents(), N.Lowercase(), spm()]), P.Metaspace(prepend_scheme="first"), ["<pad>", "<unk>"], None),
        "marian": lambda c: unigram(c, N.Sequence([N.Strip(left=False, right=True), spm()]), P.Metaspace(prepend_scheme="first", split=False), ["</s>", "<unk>", "<pad>"], template("$A </s>", "$A $B </s>", ("</s>", 0)), byte_fallback=True),
        "llama2": llama2,
        "gemma": gemma,
        "llama3": lambda c: ignoring_merges(byte_level(c, ["<|begin_of_text|>", "<|eot_id|>"], pre=split_bytes(CL100K), post_processor=T.Sequence([T.ByteLevel(trim_offsets=True), template("<|begin_of_text|> $A", "<|begin_of_text|> $A <|begin_of_text|>:1 $B:1", ("<|begin_of_text|>", 0))]), added=ODD)),
        "o200k": lambda c: byte_level(c, [first], pre=split_bytes(O200K), post_processor=T.ByteLevel(trim_offsets=False)),
        "tekken": lambda c: byte_level(c, ["<unk>", "<s>"], pre=split_bytes(TEKKEN)),
        "qwen": lambda c: byte_level(c, [first], pre=split_bytes(QWEN), normalizer=N.NFC()),
        "deepseek": lambda c: byte_level(c, ["<bos>"], pre=P.Sequence([P.Split(Regex(r"\p{N}{1,3}"), "isolated"), P.Split(Regex("[一-龥぀-ゟ゠-ヿ]+"), "isolated"), P.Split(Regex(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "isolated"), P.ByteLevel(add_prefix_space=False, use_regex=False)])),
        "falcon": lambda c: byte_level(c, [first], pre=P.Sequence([P.Punctuation("contiguous"), P.ByteLevel(add_prefix_space=False), P.Digits(), P.Split(Regex("[0-9][0-9][0-9]"), "isolated")])),
        "starcoder": lambda c: byte_level(c, [first], pre=P.Sequence([P.Digits(individual_digits=True), P.ByteLevel(add_prefix_space=False)])),
        "words": lambda c: trained(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(vocab_size=300, special_tokens=["[UNK]", "[PAD]"], show_progress=False), c, normalizer=N.Sequence([N.NFKC(), N.Lowercase()]), pre_tokenizer=P.Whitespace(), added=ODD),
        "scripts": lambda c: trained(models.BPE(unk_token="[UNK]", fuse_unk=True), bpe_trainer(500, ["[UNK]"], limit_alphabet=150), c, normalizer=N.Sequence([N.Nmt(), N.NFD(), N.StripAccents()]), pre_tokenizer=P.Sequence([P.UnicodeScripts(), P.FixedLength(7)]), decoder=D.Fuse()),
        "bytes-normalizer": lambda c: trained(models.BPE(), bpe_trainer(500, [], initial_alphabet=P.ByteLevel.alphabet()), c, normalizer=N.Sequence([N.NFKC(), N.ByteLevel()]), pre_tokenizer=P.Split("Ġ", "merged_with_next"), decoder=D.ByteLevel()),
        "subword-prefix": lambda c: trained(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##"), bpe_trainer(500, ["[UNK]"], continuing_subword_prefix="##", limit_alphabet=150), c, pre_tokenizer=P.WhitespaceSplit(), decoder=D.WordPiece(cleanup=False)),
        "subword-nmt": lambda c: trained(models.BPE(end_of_word_suffix="</w>"), bpe_trainer(500, [], end_of_word_suffix="</w>", limit_alphabet=150), c, pre_tokenizer=P.BertPreTokenizer(), decoder=D.BPEDecoder()),
    }


CLASSES = [("XLMRobertaTokenizer", "sentencepiece.bpe.model", {}), ("CamembertTokenizer", "sentencepiece.bpe.model", {}), ("MBartTokenizer", "sentencepiece.bpe.model", {}), ("MBartTokenizer", "sentencepiece.bpe.model", {"src_lang": "fr_XX"}),
           ("T5Tokenizer", "spiece.model", {"extra_ids": 100}), ("T5Tokenizer", "spiece.model", {"extra_ids": 3}), ("DebertaV2Tokenizer", "spm.model", {})]
CLASS_TEXTS = ["the thing is", "a<mask> b <mask>c", "  the  <s>is", "a😀b 我喜欢", "</s>x <pad>", "a<extra_id_0>b <extra_id_2>", "[CLS] the [MASK] is", "en_XX the"]


def sentencepiece_classes(models):
    """What AutoTokenizer makes of SentencePiece models beside a tokenizer_config.json, class by class. T5's has its unknown token where
    T5Tokenizer expects it whatever the model says."""
    import os
    from transformers import AutoTokenizer
    found = []
    for name, file, settings in CLASSES:
        with tempfile.TemporaryDirectory() as folder:
            model = "t5" if name == "T5Tokenizer" else "unigram"
            open(os.path.join(folder, file), "wb").write(base64.b64decode(models[model]["model"]))
            config = {"tokenizer_class": name, **settings}
            json.dump(config, open(os.path.join(folder, "tokenizer_config.json"), "w"))
            tok = AutoTokenizer.from_pretrained(folder)
            rows = [{"text": t, "ids": tok(t)["input_ids"]} for t in CLASS_TEXTS]
            pair = tok("the thing", "is")["input_ids"]
            found.append({"config": config, "model": model, "file": file, "size": len(tok), "rows": rows, "pair": pair})
    return found


def units(text, offsets):
    """Code points to UTF-16 units."""
    if all(c < "\U00010000" for c in text):
        return [list(o) for o in offsets]
    place = [0]
    for c in text:
        place.append(place[-1] + (2 if c > "\uffff" else 1))
    return [[place[min(a, len(text))], place[min(b, len(text))]] for a, b in offsets]


def record(encoding, text, pair=None):
    offsets = units(text, encoding.offsets)
    if pair is not None:
        second = units(pair, encoding.offsets)
        offsets = [second[i] if s == 1 else o for i, (o, s) in enumerate(zip(offsets, encoding.sequence_ids))]
    row = {"ids": encoding.ids, "tokens": encoding.tokens, "offsets": offsets, "type_ids": encoding.type_ids, "special_tokens_mask": encoding.special_tokens_mask,
           "attention_mask": encoding.attention_mask, "word_ids": encoding.word_ids}
    if encoding.overflowing:
        row["overflowing"] = [record(one, text, pair) for one in encoding.overflowing]
    return row


ALPHABETS = ["abcdefgh ABC'", "the ing'sn't, .!?", " \t\n\r\u00a0\u3000\u2028\u0085", "0123456789½²٣", "我喜欢这道菜，。吾輩は猫カタカナー", "대한민국\u1112\u1161\u11ab", "МоскваΟΔΟΣ", "مرحباשלום\u05b8", "ภาษาไทยก็ำ", "हिन्दीक्\u200d", "Üïéßİ\u0301\u0308\u0323\u0302ﬁ", "😀👍🏽\u200d👩🇩🇪❤\ufe0f𝔘𠮷",
             "\x00\x01\ufffd\u200b\u00ad\ufeff\u2060", "[]<>|/_-#@$%^&*()▁Ġ", "①㋿㍿ｶﾞＡ％…“”"]


def random_text(rng, tokens):
    out = []
    for _ in range(rng.randint(1, 12)):
        kind = rng.random()
        if kind < 0.08 and tokens:
            out.append(rng.choice(tokens))
        elif kind < 0.16:
            cp = rng.choice([rng.randrange(0x20, 0x3000), rng.randrange(0x3000, 0xD800), rng.randrange(0xE000, 0x110000), rng.randrange(0x1F000, 0x1FB00)])
            out.append(chr(cp))
        elif kind < 0.3:
            out.append(" " * rng.randint(1, 3))
        else:
            alphabet = rng.choice(ALPHABETS)
            out.append("".join(rng.choice(alphabet) for _ in range(rng.randint(1, 9))))
    return "".join(out)
