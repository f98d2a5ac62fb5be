"""The same fine-tune in PyTorch and transformers: the loss and the CPU milliseconds of every step, one JSON line. Argument: the folder that minilm-curve.ts made."""
import json, sys, time
import torch
from transformers import BertForSequenceClassification
torch.set_num_threads(1)
folder = sys.argv[1]
model = BertForSequenceClassification.from_pretrained(f"{folder}/model", dtype=torch.float32).train()
with open(f"{folder}/batches.json") as file:
    job = json.load(file)
matrices = [p for p in model.parameters() if p.ndim > 1]
vectors = [p for p in model.parameters() if p.ndim <= 1]
optimizer = torch.optim.AdamW([dict(params=matrices, weight_decay=job["weightDecay"]), dict(params=vectors, weight_decay=0.0)], lr=job["learningRate"])
losses, times = [], []
for batch in job["batches"]:
    inputs = {name: torch.tensor(array["data"]).reshape(array["shape"]) for name, array in batch.items()}
    begun = time.process_time()
    optimizer.zero_grad(set_to_none=True)
    loss = model(**inputs).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), job["clipNorm"])
    optimizer.step()
    times.append(1000 * (time.process_time() - begun))
    losses.append(loss.item())
print(json.dumps({"losses": losses, "times": times}))
