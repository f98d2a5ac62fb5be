"""Compares training with the reference. Random corpora: merges and ids of byte-pair encodings must be identical. A corpus: how many
tokens WordPiece and Unigram need for held-out lines, ours and theirs. Needs tokenizers.
Usage: python scripts/compare-tokenizer-training.py [--random N] [--seed N] [--corpus FILE] [--vocab-size N] [--command "node bin/tesserae.js"]"""
import argparse, json, os, random, shlex, subprocess, sys, tempfile
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

ROOT = os.path.join(os.path.dirname(__file__), "..")
ALPHABETS = ["ab", "abc ", "abcdefgh  ", "the cat sat on a mat ", "我喜欢这道菜。", "アイウかきく ", "абвгд ", "😀👍🏽é ", "مرحبا ", "a1!b2? \t", "हिन्दी "]


def random_corpus(rng):
    alphabet = rng.choice(ALPHABETS) + (rng.choice(ALPHABETS) if rng.random() < 0.3 else "")
    words = ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 9))) for _ in range(rng.randint(2, 40))]
    lines = [" ".join(rng.choice(words) for _ in range(rng.randint(1, 12))) for _ in range(rng.randint(1, 30))]
    return "\n".join(lines) + rng.choice(["", "\n"])


def random_case(rng, folder):
    corpus = random_corpus(rng)
    path = os.path.join(folder, "corpus.txt")
    open(path, "w", encoding="utf-8", newline="").write(corpus)
    size, frequency, longest = rng.choice([20, 60, 300, 600]), rng.choice([0, 0, 1, 2, 3]), rng.choice([None, None, 2, 4, 7])
    specials = rng.choice([[], ["[UNK]"], ["<s>", "a", "ab"]])
    byte_level = rng.random() < 0.5
    trainer = trainers.BpeTrainer(vocab_size=size, min_frequency=frequency, special_tokens=specials, show_progress=False, **({"max_token_length": longest} if longest else {}),
                                  **({"initial_alphabet": pre_tokenizers.ByteLevel.alphabet()} if byte_level else {}))
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False) if byte_level else pre_tokenizers.Whitespace()
    tok.train([path], trainer)
    model = json.loads(tok.to_str())["model"]
    options = {"algorithm": "byte-bpe" if byte_level else "bpe", "vocabSize": size, "minFrequency": frequency, "specialTokens": specials, **({"maxTokenLength": longest} if longest else {})}
    return {"corpus": corpus, "options": options, "merges": model["merges"], "vocab": model["vocab"]}


def fuzz(count, seed):
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.json")
        json.dump([random_case(rng, folder) for _ in range(count)], open(path, "w"))
        return subprocess.run(["npx", "tsx", os.path.join(ROOT, "scripts", "compare-tokenizer-training.ts"), path], cwd=ROOT).returncode


def held_out(corpus, size, command):
    lines = [line for line in open(corpus, encoding="utf-8").read().split("\n") if line]
    random.Random(1).shuffle(lines)
    cut = len(lines) * 9 // 10
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        part, out = os.path.join(folder, "part.txt"), os.path.join(folder, "ours.json")
        open(part, "w", encoding="utf-8").write("\n".join(lines[:cut]) + "\n")
        for algorithm, special in (("wordpiece", "[UNK]"), ("unigram", "<unk>")):
            subprocess.run([*command, "tokenizer", "train", "--algorithm", algorithm, "--vocab-size", str(size), "--special-tokens", special, "--out", out, part], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            ours = Tokenizer.from_file(out)
            if algorithm == "wordpiece":
                theirs, trainer = Tokenizer(models.WordPiece(unk_token=special)), trainers.WordPieceTrainer(vocab_size=size, special_tokens=[special], show_progress=False)
                theirs.normalizer, theirs.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
            else:
                theirs, trainer = Tokenizer(models.Unigram()), trainers.UnigramTrainer(vocab_size=size, special_tokens=[special], unk_token=special, show_progress=False)
                theirs.normalizer, theirs.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
            theirs.train([part], trainer)
            a, b = (sum(len(one.ids) for one in tok.encode_batch(lines[cut:], add_special_tokens=False)) for tok in (ours, theirs))
            print(f"{algorithm} {size}: {a} tokens against {b} on {len(lines) - cut} held-out lines, {100 * (a - b) / b:+.3f} %", flush=True)
            failed |= a > b * 1.001
    return int(failed)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--random", type=int, default=200)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--corpus")
    args.add_argument("--vocab-size", type=int, default=8000)
    args.add_argument("--command", default=f"npx tsx {os.path.join(ROOT, 'test', 'cli-entry.ts')}")
    args = args.parse_args()
    failed = fuzz(args.random, args.seed) if args.random else 0
    if args.corpus:
        failed |= held_out(args.corpus, args.vocab_size, shlex.split(args.command))
    sys.exit(failed)


main()
