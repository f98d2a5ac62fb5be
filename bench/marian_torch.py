"""The same translator's training step in PyTorch and transformers: one JSON line. Arguments: batch tokens dim layers heads vocab threads steps."""
import sys
import torch
from transformers import MarianConfig, MarianMTModel
from step_times import prepare, step_times
B, T, D, L, H, V, threads, steps = map(int, sys.argv[1:])
prepare(threads)
model = MarianMTModel(MarianConfig(vocab_size=V, d_model=D, encoder_layers=L, decoder_layers=L, encoder_attention_heads=H, decoder_attention_heads=H, encoder_ffn_dim=2 * D, decoder_ffn_dim=2 * D, max_position_embeddings=128, activation_function="relu", scale_embedding=True, dropout=0, attention_dropout=0, activation_dropout=0, init_std=D ** -0.5, pad_token_id=0, eos_token_id=1, decoder_start_token_id=2))
ids = torch.tensor([[3 + (7 * (b * T + t) + (b * T + t) // 16) % (V - 3) for t in range(T)] for b in range(B)])
mask = torch.ones_like(ids)
step_times(model, lambda m: m(input_ids=ids, attention_mask=mask, labels=ids).loss, steps)
