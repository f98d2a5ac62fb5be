"""Compares `tesserae tokenize --jsonl` with the reference on corpora and on random texts: every field of every encoding, and decoded
texts. Needs tokenizers, sentencepiece.
Usage: python scripts/compare-tokenizers.py [--data FOLDER] [--megabytes N] [--tokenizers a,b] [--random N] [--configurations N]
       [--file tokenizer.json …] [--vocabularies FOLDER] [--seed N] [--command "node bin/tesserae.js"]
--data: all texts under a folder, cut into lines; --random: random texts per tokenizer; --configurations: random compositions of
components, each with --random texts; --vocabularies: also the real ones found in that folder (as in shared
data: tok-gpt2, tok-cl100k, tok-o200k, tok-bert-uncased, tok-bert-chinese); --command: a build of our command line, faster than the sources."""
import argparse, base64, glob, gzip, json, os, random, shlex, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(__file__))
from tokenizers import AddedToken, Regex, Tokenizer, decoders as D, models, normalizers as N, pre_tokenizers as P, processors as T, trainers
import text_tokenizers as tt

ROOT = os.path.join(os.path.dirname(__file__), "..")
RUN = ["npx", "tsx", os.path.join(ROOT, "test", "cli-entry.ts")]
CHUNK = 3_000_000  # bytes of text that go through at once: records of all tokens take a hundred times as much


def ours(tok_file, command, rows, *flags):
    lines = "\n".join(json.dumps(row) for row in rows) + "\n"
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as result:
        given.write(lines)
        given.seek(0)
        done = subprocess.run([*RUN, command, "--tokenizer", tok_file, "--jsonl", *flags], stdin=given, stdout=result, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        result.seek(0)
        return [json.loads(line) for line in result], done


class Report:
    def __init__(self):
        self.texts = self.bytes = self.tokens = self.differences = self.refused = 0

    def difference(self, *what):
        self.differences += 1
        if self.differences <= 3:
            print("  DIFFERENT", *what, flush=True)


def compare(name, tok, texts, report, pairs=(), flags=()):
    """Every field of every encoding and every decoded text, chunk by chunk."""
    rows = [{"text": t} for t in texts] + [{"text": a, "pair": b} for a, b in pairs]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        tok.save(path)
        for chunk in chunks(rows):
            compare_chunk(name, tok, path, chunk, report, flags)


def chunks(rows):
    chunk, size = [], 0
    for row in rows:
        chunk.append(row)
        size += len(row["text"].encode())
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def compare_chunk(name, tok, path, rows, report, flags):
    given, done = ours(path, "tokenize", rows, *flags)
    if len(given) != len(rows):
        report.difference(name, "failed:", done.stderr.strip()[-400:], json.dumps(rows[len(given)], ensure_ascii=True)[:200])
    ids = []
    for row, mine in zip(rows, given):
        text, pair = row["text"], row.get("pair")
        e = tok.encode(text, pair)
        ids.append(e.ids)
        theirs = tt.record(e, text, pair)
        report.texts += 1
        report.bytes += len(text.encode()) + len((pair or "").encode())
        report.tokens += len(e.ids)
        if mine != theirs:
            key = next(k for k in {**theirs, **mine} if mine.get(k) != theirs.get(k))
            report.difference(name, key, json.dumps(text)[:160], "\n    ours ", json.dumps(mine.get(key))[:300], "\n    theirs", json.dumps(theirs.get(key))[:300])
    del given
    for skip in (True, False):
        decoded, done = ours(path, "decode", [{"ids": one} for one in ids], *(["--skip-special-tokens"] if skip else []))
        if len(decoded) != len(ids):
            report.difference(name, "decoding failed:", done.stderr.strip()[-400:])
        for row, one, mine in zip(rows, ids, decoded):
            theirs = tok.decode(one, skip_special_tokens=skip)
            if mine["text"] != theirs:
                report.difference(name, "decoded", json.dumps(row["text"])[:160], "\n    ours ", json.dumps(mine["text"])[:300], "\n    theirs", json.dumps(theirs)[:300])


def corpus_lines(folder, rng, limit):
    """Lines of every text file under a folder, a sample of that many bytes, as even over the files as they allow."""
    files = [f for f in sorted(glob.glob(os.path.join(folder, "**", "*"), recursive=True)) if os.path.isfile(f)]
    all_lines = []
    for file in files:
        opener = gzip.open if file.endswith(".gz") else open
        try:
            with opener(file, "rb") as f:
                text = f.read().decode("utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        lines = [line for line in text.splitlines(keepends=rng.random() < 0.1) if line]
        all_lines.append(lines)
    total = sum(len(line.encode()) for lines in all_lines for line in lines)
    print(f"corpus: {len(files)} files, {sum(map(len, all_lines))} lines, {total / 1e6:.1f} MB", flush=True)
    lines = [line for lines in all_lines for line in lines]
    if limit and total > limit:
        rng.shuffle(lines)
        kept, size = [], 0
        for line in lines:
            kept.append(line)
            size += len(line.encode())
            if size >= limit:
                break
        lines = kept
    return lines


def usual_spelling(pieces):
    """BERT's pieces with ## for continuations, from a list that marks the starts of words instead."""
    def usual(piece):
        if piece.startswith("[") and len(piece) > 1:
            return piece
        return piece[1:] if piece.startswith("▁") and len(piece) > 1 else "##" + piece
    return ["[unused0]" if piece == "▁" else usual(piece) for piece in pieces]


def wordpiece_of(pieces, normalizer):
    vocab = {piece: i for i, piece in enumerate(pieces)}
    tok = Tokenizer(models.WordPiece(vocab=vocab, unk_token="[UNK]"))
    tok.normalizer, tok.pre_tokenizer, tok.decoder = normalizer, P.BertPreTokenizer(), D.WordPiece()
    tok.post_processor = T.BertProcessing(("[SEP]", vocab["[SEP]"]), ("[CLS]", vocab["[CLS]"]))
    tok.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return tok


def ranked(file, pattern):
    """A tokenizer of a tiktoken rank file: every way to join two known pieces to a known one is a merge, in the order of ranks."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode
    ranks = {base64.b64decode(a): int(b) for a, b in (line.split() for line in file.split(b"\n") if line)}
    letters = bytes_to_unicode()
    text = lambda piece: "".join(letters[b] for b in piece)
    merges = []
    for piece, rank in sorted(ranks.items(), key=lambda item: item[1]):
        local = [(piece[:i], piece[i:]) for i in range(1, len(piece)) if piece[:i] in ranks and piece[i:] in ranks]
        merges += [(text(a), text(b)) for a, b in sorted(local, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))]
    tok = Tokenizer(models.BPE(vocab={text(piece): rank for piece, rank in ranks.items()}, merges=merges, ignore_merges=True))
    tok.pre_tokenizer, tok.decoder = tt.split_bytes(pattern), D.ByteLevel()
    return tok


def real_vocabularies(folder):
    found = {}
    gpt2 = os.path.join(folder, "tok-gpt2")
    if os.path.isdir(gpt2):
        vocab = json.loads(gzip.open(os.path.join(gpt2, "encoder.json.gz")).read())
        merges = [tuple(line.split(" ")) for line in open(os.path.join(gpt2, "vocab.bpe"), encoding="utf-8").read().split("\n")[1:] if line]
        tok = Tokenizer(models.BPE(vocab=vocab, merges=merges))
        tok.pre_tokenizer, tok.decoder, tok.post_processor = P.ByteLevel(add_prefix_space=False), D.ByteLevel(), T.ByteLevel(trim_offsets=False)
        tok.add_special_tokens(["<|endoftext|>"])
        found["GPT-2"] = tok
    bert = os.path.join(folder, "tok-bert-uncased", "vocab.json")
    if os.path.isfile(bert):
        tok = wordpiece_of(usual_spelling(json.load(open(bert))), N.BertNormalizer())
        found["BERT"] = tok
    chinese = os.path.join(folder, "tok-bert-chinese", "vocab.txt")
    if os.path.isfile(chinese):
        found["BERT-Chinese"] = wordpiece_of(open(chinese, encoding="utf-8").read().split("\n")[:-1], N.BertNormalizer())
    for name, pattern in (("cl100k", tt.CL100K), ("o200k", tt.O200K)):
        path = os.path.join(folder, f"tok-{name}", f"{name}_base.tiktoken.gz")
        if os.path.isfile(path):
            found[name] = ranked(gzip.open(path).read(), pattern)
    return found


def random_configuration(rng, blob):
    """A tokenizer of components thrown together."""
    def normalizer(depth=0):
        makers = [N.NFC, N.NFD, N.NFKC, N.NFKD, N.Lowercase, N.StripAccents, N.Nmt, lambda: N.Strip(rng.random() < 0.7, rng.random() < 0.7), lambda: N.Prepend(rng.choice(["▁", "x", "ab"])),
                  lambda: N.Replace(rng.choice([" ", "a", "  ", "é", "的"]), rng.choice(["▁", "", "xy", "😀"])), lambda: N.Replace(Regex(rng.choice([r"\s+", r"[aeiou]+", r"\p{P}", r"(?i)the", r"\d{2,}", r"[^\p{L}]+"])), rng.choice([" ", "", "_", "ab"])),
                  lambda: N.Precompiled(blob), lambda: N.BertNormalizer(*[rng.random() < 0.5 for _ in range(4)]), N.ByteLevel]
        if depth == 0 and rng.random() < 0.6:
            return N.Sequence([normalizer(1) for _ in range(rng.randint(1, 4))])
        return rng.choice(makers)()

    def pre_tokenizer(depth=0):
        behaviours = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
        patterns = [r"\s+", r"\p{L}+|\p{N}", r"\w+|[^\w\s]+", r"(?<=\p{L})(?=\p{N})", "[一-龥]", r"\b", tt.CL100K, tt.O200K, tt.TEKKEN, tt.QWEN, tt.CLIP, r"'s|'t| ?\p{L}+", r"\p{Lu}?\p{Ll}++", r"\S+?", r"^.|.$", r"(?>ab|a)c?", r"[[:punct:]]", r"\R|\h+", r"[^\p{Han}\p{Hiragana}]{1,4}"]
        makers = [P.BertPreTokenizer, lambda: P.ByteLevel(add_prefix_space=rng.random() < 0.5, use_regex=rng.random() < 0.7), lambda: P.Metaspace(prepend_scheme=rng.choice(["always", "first", "never"]), split=rng.random() < 0.7),
                  P.Whitespace, P.WhitespaceSplit, lambda: P.Punctuation(rng.choice(behaviours)), lambda: P.Digits(rng.random() < 0.5), lambda: P.Split(Regex(rng.choice(patterns)), rng.choice(behaviours), rng.random() < 0.3),
                  lambda: P.Split(rng.choice([" ", "a", "的", "\n"]), rng.choice(behaviours), rng.random() < 0.3), lambda: P.CharDelimiterSplit(rng.choice([" ", "e", "，", "|"])), P.UnicodeScripts, lambda: P.FixedLength(rng.randint(1, 7))]
        if depth == 0 and rng.random() < 0.5:
            return P.Sequence([pre_tokenizer(1) for _ in range(rng.randint(1, 3))])
        return rng.choice(makers)()

    def decoder(depth=0):
        makers = [D.ByteLevel, D.WordPiece, lambda: D.WordPiece(prefix="##", cleanup=False), D.Metaspace, lambda: D.Metaspace(prepend_scheme=rng.choice(["first", "never"])), D.BPEDecoder, D.ByteFallback, D.Fuse, lambda: D.Strip(rng.choice([" ", "a"]), rng.randint(0, 2), 0),
                  lambda: D.Replace(rng.choice(["▁", "Ġ", "##"]), rng.choice([" ", "", "-"])), lambda: D.Replace(Regex(r"[aeiou]"), "*"), D.CTC]
        if depth == 0 and rng.random() < 0.5:
            return D.Sequence([decoder(1) for _ in range(rng.randint(1, 4))])
        return rng.choice(makers)()

    kind = rng.choice(["bpe", "bpe", "bpe", "wordpiece", "unigram", "wordlevel"])
    specials = ["[UNK]", "[PAD]", "<s>", "</s>"]
    size = rng.choice([200, 400, 900])
    if kind == "bpe":
        options = dict(unk_token=rng.choice([None, "[UNK]"]), fuse_unk=rng.random() < 0.5, byte_fallback=rng.random() < 0.3)
        if options["byte_fallback"]:
            affix = {}  # the reference counts the bytes of affixes into the places of later tokens
        else:
            affix = dict(continuing_subword_prefix=rng.choice([None, None, "##"]), end_of_word_suffix=rng.choice([None, None, "</w>"]))
        model = models.BPE(**{k: v for k, v in {**options, **affix}.items() if v is not None})
        trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, show_progress=False, limit_alphabet=rng.choice([60, 150, 1000]), initial_alphabet=P.ByteLevel.alphabet() if rng.random() < 0.4 else [], **{k: v for k, v in affix.items() if v})
    elif kind == "wordpiece":
        model, trainer = models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=rng.choice([5, 20, 100])), trainers.WordPieceTrainer(vocab_size=size, special_tokens=specials, show_progress=False, limit_alphabet=rng.choice([60, 1000]))
    elif kind == "unigram":
        model, trainer = models.Unigram(), trainers.UnigramTrainer(vocab_size=size, special_tokens=specials, unk_token="[UNK]", show_progress=False)
    else:
        model, trainer = models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(vocab_size=size, special_tokens=specials, show_progress=False)
    tok = Tokenizer(model)
    if rng.random() < 0.7:
        tok.normalizer = normalizer()
    if rng.random() < 0.85:
        tok.pre_tokenizer = pre_tokenizer()
    tok.train_from_iterator(rng.choices(tt.CORPUS, k=14), trainer)
    if kind == "bpe" and options["byte_fallback"]:
        state = json.loads(tok.to_str())
        vocab = state["model"]["vocab"]
        for b in range(256):
            if rng.random() < 0.97:
                vocab.setdefault(f"<0x{b:02X}>", len(vocab))
        state["model"]["ignore_merges"] = rng.random() < 0.3
        tok = Tokenizer.from_str(json.dumps(state))
    tok.decoder = decoder()
    tok.add_tokens([AddedToken(content, single_word=rng.random() < 0.3, lstrip=rng.random() < 0.3, rstrip=rng.random() < 0.3, normalized=rng.random() < 0.5, special=rng.random() < 0.3)
                    for content in rng.sample(["[L]", "the", "ing", "的", "[MASK]", "Über", "  ", "\n", "😀", "ab", "abc", "e\u0301"], rng.randint(0, 5))])
    pieces = [T.ByteLevel(trim_offsets=True, add_prefix_space=rng.random() < 0.5), T.BertProcessing(("</s>", 3), ("<s>", 2)), T.RobertaProcessing(("</s>", 3), ("<s>", 2), trim_offsets=rng.random() < 0.5, add_prefix_space=rng.random() < 0.5),
              tt.template("<s> $A:2 </s>:1", "<s>:3 $B:1 </s> $A </s>:1", ("<s>", 2), ("</s>", 3))]
    choice = rng.random()
    if choice < 0.5:
        tok.post_processor = rng.choice(pieces)
    elif choice < 0.7:
        tok.post_processor = T.Sequence([pieces[0], rng.choice(pieces[1:])])
    return tok


def describe(tok):
    state = json.loads(tok.to_str())
    state["model"] = {k: v for k, v in state["model"].items() if k not in ("vocab", "merges")}
    order = ["normalizer", "pre_tokenizer", "model", "decoder", "post_processor", "added_tokens"]
    text = json.dumps({k: state[k] for k in order if state[k] is not None}, ensure_ascii=False)
    import re
    return re.sub(r'"precompiled_charsmap": "[^"]*"', '"precompiled_charsmap": …', text)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data")
    args.add_argument("--megabytes", type=float, default=0)
    args.add_argument("--tokenizers")
    args.add_argument("--random", type=int, default=200)
    args.add_argument("--configurations", type=int, default=0)
    args.add_argument("--file", nargs="*", default=[])
    args.add_argument("--vocabularies")
    args.add_argument("--command")
    args.add_argument("--seed", type=int, default=0)
    args = args.parse_args()
    if args.command:
        RUN[:] = shlex.split(args.command)
    rng = random.Random(args.seed)
    blob = tt.charsmap()
    lines = corpus_lines(args.data, rng, args.megabytes * 1e6) if args.data else []
    toks = {file: (lambda file=file: Tokenizer.from_file(file)) for file in args.file}
    if not args.file and not args.configurations:
        toks = {name: (lambda build=build: build(tt.CORPUS * 3 + (rng.sample(lines, 3000) if len(lines) > 3000 else []))) for name, build in tt.builders(blob).items()}
        if args.vocabularies:
            toks.update({name: (lambda tok=tok: tok) for name, tok in real_vocabularies(args.vocabularies).items()})
    if args.tokenizers:
        toks = {name: make for name, make in toks.items() if name in args.tokenizers.split(",")}
    for i in range(args.configurations):
        seed = args.seed * 100003 + i
        toks[f"configuration {seed}"] = lambda seed=seed: random_configuration(random.Random(seed), blob)
    total = Report()
    for name, make in toks.items():
        report, start = Report(), time.time()
        try:
            tok = make()
            # A token that is normalised away matches everywhere in the reference, and panics; ours is never found.
            if tok.normalizer and any(t.normalized and tok.normalizer.normalize_str(t.content) == "" for t in tok.get_added_tokens_decoder().values()):
                continue
        except BaseException as error:
            print(name, "cannot be made:", str(error)[:100])
            continue
        tokens = [t.content for t in tok.get_added_tokens_decoder().values()]
        texts = [tt.random_text(rng, tokens) for _ in range(args.random)]
        def usable(text, pair=None):
            try:
                tok.encode(text, pair)
                return True
            except BaseException:
                report.refused += 1
                return False
        texts = [t for t in texts if usable(t)]
        pairs = [(rng.choice(texts), rng.choice(texts)) for _ in range(args.random // 5)] if texts else []
        compare(name, tok, texts + lines, report, pairs)
        print(f"{name}: {report.texts} texts, {report.bytes / 1e6:.2f} MB, {report.tokens} tokens, {report.differences} differences, {report.refused} refused by the reference, {time.time() - start:.0f} s", flush=True)
        if report.differences and args.configurations:
            print("  ", describe(tok)[:1500])
        for field in ("texts", "bytes", "tokens", "differences", "refused"):
            setattr(total, field, getattr(total, field) + getattr(report, field))
    print(f"all: {total.texts} texts, {total.bytes / 1e6:.1f} MB, {total.tokens} tokens, {total.differences} differences")
    sys.exit(1 if total.differences else 0)


main()
