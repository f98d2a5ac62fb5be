"""What the reference library learns from small corpora in several scripts: test/fixtures/tokenizer-training/expected.json. Needs tokenizers.
Left out: what the reference does at random (WordPiece ids, alphabets cut at a tie)."""
import json, os, tempfile, tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
DIR = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "tokenizer-training")
CORPORA = {
    "english": "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness,\nit was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of Darkness,\n\nit was the spring of hope, it was the winter of despair. Don't you'll we've IT'S 1859 — 200 pages!\n",
    "chinese": "我喜欢这道菜。\n北京是我国的首都。\n北京的天气很好，我喜欢北京。\n这道菜是北京的菜，我国的首都是北京。\n",
    "japanese": "吾輩は猫である。名前はまだ無い。\nどこで生れたかとんと見当がつかぬ。\nカタカナとひらがなと漢字。ｶﾞｷﾞ か\u3099\n",
    "russian and greek": "Все счастливые семьи похожи друг на друга,\nкаждая несчастливая семья несчастлива по-своему.\nΌλες οι ευτυχισμένες οικογένειες μοιάζουν. ΟΔΟΣ\n",
    "arabic and hebrew": "السلام عليكم ورحمة الله وبركاته\nשלום עולם שלום לכולם\nالسلام عليكم\n",
    "hindi and thai": "नमस्ते दुनिया, नमस्ते भारत।\nสวัสดีชาวโลก สวัสดีครับ สวัสดีค่ะ\nहिन्दी भाषा और हिन्दी साहित्य\n",
    "emoji and line ends": "😀😀👍🏽 👩\u200d👩\u200d👧 😀👍🏽\r\nabc\tabc  abc   \r\n\r\n\ufeffe\u0301e\u0301 é \u00a0x\u0085y\n𝔸𝔹𝔸𝔹 last line without end",
    "ties": "abab baba aabb bbaa abba baab\nabab aaaa bbbb ababab aaaaaaa bbbbbb\ncdcd dcdc ccdd ddcc abcd dcba\n",
    "doubles": "abc abc ab bc abcabc bcabc cabcab\nxabcx yabcy zbcz zabz\nabcbc abcbc bcbc abab\n",
    "bases": "ACAATAATAATAACGGACAATAATAATAACGGTTTACGCGCGCATATATACGGACAATAACGG\nACGTACGTTTTTTTTTTTTTTTACACACAC\n",
}


def train(corpus, model, trainer, pre_tokenizer=None, normalizer=None):
    tokenizer = Tokenizer(model)
    if pre_tokenizer: tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer: tokenizer.normalizer = normalizer
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8", newline="") as file:
        file.write(corpus)
        file.flush()
        tokenizer.train([file.name], trainer)
    return json.loads(tokenizer.to_str())["model"]


def bpe(**options):
    return trainers.BpeTrainer(show_progress=False, **options)


WHITE, BYTES = pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=False)
CONFIGS = {
    "bpe": (lambda: models.BPE(unk_token="[UNK]"), lambda: bpe(vocab_size=300, special_tokens=["[UNK]"]), WHITE, None),
    "bpe-frequent": (lambda: models.BPE(), lambda: bpe(vocab_size=300, min_frequency=2), WHITE, None),
    "bpe-short": (lambda: models.BPE(), lambda: bpe(vocab_size=300, max_token_length=4), WHITE, None),
    "bpe-initial": (lambda: models.BPE(), lambda: bpe(vocab_size=300, initial_alphabet=["z", "中", "!"], special_tokens=["<s>", "a"]), WHITE, None),
    "bpe-lines": (lambda: models.BPE(), lambda: bpe(vocab_size=400), None, None),
    "byte-bpe": (lambda: models.BPE(), lambda: bpe(vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()), BYTES, None),
    "byte-bpe-prefix": (lambda: models.BPE(), lambda: bpe(vocab_size=400), pre_tokenizers.ByteLevel(add_prefix_space=True), None),
    "bpe-metaspace": (lambda: models.BPE(), lambda: bpe(vocab_size=300), pre_tokenizers.Metaspace(), normalizers.NFKC()),
    "word": (lambda: models.WordLevel(unk_token="[UNK]"), lambda: trainers.WordLevelTrainer(vocab_size=40, special_tokens=["[UNK]"], show_progress=False), WHITE, None),
    "unigram": (lambda: models.Unigram(), lambda: trainers.UnigramTrainer(vocab_size=120, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False), pre_tokenizers.Metaspace(), normalizers.NFKC()),
}
expected = {}
for corpus_name, corpus in CORPORA.items():
    expected[corpus_name] = {}
    for name, (model, trainer, pre_tokenizer, normalizer) in CONFIGS.items():
        learnt = train(corpus, model(), trainer(), pre_tokenizer, normalizer)
        vocab = learnt["vocab"]
        tokens = [token for token, _ in vocab] if isinstance(vocab, list) else sorted(vocab, key=vocab.get)
        row = {"tokens": tokens}
        if "merges" in learnt: row["merges"] = learnt["merges"]
        if isinstance(vocab, list): row["scores"] = [score for _, score in vocab]
        expected[corpus_name][name] = row
os.makedirs(DIR, exist_ok=True)
json.dump({"version": tokenizers.__version__, "corpora": CORPORA, "expected": expected}, open(os.path.join(DIR, "expected.json"), "w"), ensure_ascii=True)
open(os.path.join(DIR, "README.md"), "w").write(f"# Training\n\nWhat tokenizers {tokenizers.__version__} learns from texts that stand in `scripts/golden-tokenizer-training.py`, which made this.\n")
