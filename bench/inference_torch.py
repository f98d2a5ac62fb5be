"""The PyTorch column of bench/inference.ts: for every line on stdin one forward pass, its milliseconds on stdout.
Arguments: case threads."""
import sys, time
import torch
from transformers import BertConfig, BertForSequenceClassification, ViTConfig, ViTForImageClassification
case, threads = sys.argv[1], int(sys.argv[2])
kind, batch = case.split("-")
torch.set_num_threads(threads)
if kind == "bert":
    model = BertForSequenceClassification(BertConfig(num_labels=2))
    ids = torch.arange(int(batch) * 128).reshape(-1, 128) * 7 % 30522
    feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
else:
    model = ViTForImageClassification(ViTConfig(num_labels=1000))
    feeds = {"pixel_values": torch.randn(int(batch), 3, 224, 224)}
model.eval()
print("ready", flush=True)
with torch.inference_mode():
    for _ in sys.stdin:
        start = time.perf_counter()
        model(**feeds).logits
        print(1000 * (time.perf_counter() - start), flush=True)
