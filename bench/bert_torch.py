"""The same BERT training step in PyTorch and transformers: one JSON line. Arguments: batch tokens dim layers heads vocab threads steps."""
import json, resource, sys, time
import torch
from transformers import BertConfig, BertForSequenceClassification
B, T, D, L, H, V, threads, steps = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = BertForSequenceClassification(BertConfig(vocab_size=V, max_position_embeddings=T, hidden_size=D, num_hidden_layers=L, num_attention_heads=H, intermediate_size=4 * D, hidden_dropout_prob=0, attention_probs_dropout_prob=0, num_labels=2))
model.train()
opt = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
ids = torch.tensor([[(7 * (b * T + t) + (b * T + t) // 16) % V for t in range(T)] for b in range(B)])
labels = torch.tensor([b % 2 for b in range(B)])
mask, types = torch.ones_like(ids), torch.zeros_like(ids)
times, cpu = [], []
for i in range(steps + 3):
    t0, c0 = time.perf_counter(), time.process_time()
    opt.zero_grad(set_to_none=True)
    loss = model(input_ids=ids, attention_mask=mask, token_type_ids=types, labels=labels).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    if i >= 3:
        times.append(1000 * (time.perf_counter() - t0))
        cpu.append(1000 * (time.process_time() - c0))
print(json.dumps({"name": f"torch {torch.__version__}", "median": sorted(times)[len(times) // 2], "cpu": sorted(cpu)[len(cpu) // 2], "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "loss": loss.item()}))
