"""Merges of a byte-pair encoding over one sequence without spaces, by Hugging Face tokenizers: test/fixtures/senses/dna.json."""
import json, os
import tokenizers
from tokenizers import Tokenizer, models, trainers

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "senses", "dna.json")


def bases(length, state):
    """Letters of a linear congruential generator, with runs and repeats as genomes have them."""
    out = []
    while len(out) < length:
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        kind = (state >> 16) % 10
        if kind == 0:
            out += "A" * ((state >> 20) % 9)
        elif kind == 1 and len(out) > 60:
            out += out[-60 : -60 + (state >> 20) % 40]
        else:
            out.append("ACGT"[(state >> 20) % 4])
    return "".join(out[:length])


corpus = [bases(6000, 7), bases(3001, 8)]
special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=200, special_tokens=special, show_progress=False))
model = json.loads(tokenizer.to_str())["model"]
text = bases(500, 99)
encoded = tokenizer.encode(text)
with open(OUT, "w") as f:
    json.dump({"tokenizers": tokenizers.__version__, "merges": [" ".join(m) if isinstance(m, list) else m for m in model["merges"]], "ids": encoded.ids, "unknown": tokenizer.encode("ACNNGT").ids}, f, indent=1)
