"""The same generation in PyTorch and transformers: one JSON line. Arguments as bench/generate-step.ts."""
import json, os, resource, sys, time
os.environ["TQDM_DISABLE"] = "1"
import torch
import transformers as tf
tf.logging.set_verbosity_error()
kind = sys.argv[1]
D, L, H, V, P, batch, beams, prompt, tokens, threads, repeats = map(int, sys.argv[2:])
torch.set_num_threads(threads)
torch.manual_seed(0)
if kind == "gpt2":
    model = tf.GPT2LMHeadModel(tf.GPT2Config(vocab_size=V, n_positions=P, n_embd=D, n_layer=L, n_head=H, bos_token_id=None, eos_token_id=None))
else:
    model = tf.MarianMTModel(tf.MarianConfig(vocab_size=V, d_model=D, encoder_layers=L, decoder_layers=L, encoder_attention_heads=H, decoder_attention_heads=H, encoder_ffn_dim=4 * D,
                                             decoder_ffn_dim=4 * D, max_position_embeddings=P, activation_function="relu", pad_token_id=V - 1, decoder_start_token_id=V - 1,
                                             eos_token_id=None, forced_eos_token_id=None, scale_embedding=True))
model.eval()
model.generation_config.pad_token_id = V - 1
ids = torch.tensor([[(7 * i + 31 * r + 5) % (V - 1) for i in range(prompt)] for r in range(batch)])
inputs = dict(input_ids=ids, attention_mask=torch.ones_like(ids), num_beams=beams, do_sample=False)
times, cpu = [], []
with torch.inference_mode():
    model.generate(**inputs, max_new_tokens=3)
    for _ in range(repeats):
        start, before = time.perf_counter(), time.process_time()
        model.generate(**inputs, max_new_tokens=tokens, min_new_tokens=tokens)
        times.append(time.perf_counter() - start)
        cpu.append(1000 * (time.process_time() - before) / tokens)
print(json.dumps({"name": f"torch {torch.__version__.split('+')[0]} + transformers {tf.__version__}", "rates": [batch * tokens / t for t in times], "cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
