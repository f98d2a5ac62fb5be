"""The same BERT training step in PyTorch and transformers: one JSON line. Arguments: batch tokens dim layers heads vocab threads steps."""
import sys
import torch
from transformers import BertConfig, BertForSequenceClassification
from step_times import prepare, step_times
B, T, D, L, H, V, threads, steps = map(int, sys.argv[1:])
prepare(threads)
model = BertForSequenceClassification(BertConfig(vocab_size=V, max_position_embeddings=T, hidden_size=D, num_hidden_layers=L, num_attention_heads=H, intermediate_size=4 * D, hidden_dropout_prob=0, attention_probs_dropout_prob=0, num_labels=2))
ids = torch.tensor([[(7 * (b * T + t) + (b * T + t) // 16) % V for t in range(T)] for b in range(B)])
labels = torch.tensor([b % 2 for b in range(B)])
mask, types = torch.ones_like(ids), torch.zeros_like(ids)
step_times(model, lambda m: m(input_ids=ids, attention_mask=mask, token_type_ids=types, labels=labels).loss, steps)
