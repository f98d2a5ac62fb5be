"""The same translator's training step in PyTorch and transformers: one JSON line. Arguments: batch tokens dim layers heads vocab threads steps."""
import json, resource, sys, time
import torch
from transformers import MarianConfig, MarianMTModel
B, T, D, L, H, V, threads, steps = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = MarianMTModel(MarianConfig(vocab_size=V, d_model=D, encoder_layers=L, decoder_layers=L, encoder_attention_heads=H, decoder_attention_heads=H, encoder_ffn_dim=2 * D, decoder_ffn_dim=2 * D, max_position_embeddings=128, activation_function="relu", scale_embedding=True, dropout=0, attention_dropout=0, activation_dropout=0, init_std=D ** -0.5, pad_token_id=0, eos_token_id=1, decoder_start_token_id=2))
model.train()
opt = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
ids = torch.tensor([[3 + (7 * (b * T + t) + (b * T + t) // 16) % (V - 3) for t in range(T)] for b in range(B)])
mask = torch.ones_like(ids)
times, cpu = [], []
for i in range(steps + 3):
    t0, c0 = time.perf_counter(), time.process_time()
    opt.zero_grad(set_to_none=True)
    loss = model(input_ids=ids, attention_mask=mask, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    if i >= 3:
        times.append(1000 * (time.perf_counter() - t0))
        cpu.append(1000 * (time.process_time() - c0))
print(json.dumps({"name": f"torch {torch.__version__}", "median": sorted(times)[len(times) // 2], "cpu": sorted(cpu)[len(cpu) // 2], "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "loss": loss.item()}))
