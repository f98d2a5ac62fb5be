"""The same GPT-2 training step in PyTorch and transformers: one JSON line. Arguments: batch tokens dim layers heads vocab threads steps."""
import sys
import torch
from transformers import GPT2Config, GPT2LMHeadModel
from step_times import prepare, step_times
B, T, D, L, H, V, threads, steps = map(int, sys.argv[1:])
prepare(threads)
model = GPT2LMHeadModel(GPT2Config(vocab_size=V, n_positions=T, n_embd=D, n_layer=L, n_head=H, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, bos_token_id=0, eos_token_id=0))
ids = torch.tensor([[(7 * (b * T + t) + (b * T + t) // 16) % V for t in range(T)] for b in range(B)])
step_times(model, lambda m: m(input_ids=ids, labels=ids).loss, steps)
