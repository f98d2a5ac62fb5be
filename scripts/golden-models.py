"""Makes tiny re-randomised checkpoints and the reference library's results on them: test/fixtures/models/<case>/.

Run with torch, transformers and safetensors installed:  python scripts/golden-models.py
Every tensor is random (norm weights and biases too, or mistakes hide), rounded to bfloat16 and stored so; sizes are awkward on purpose.
"""
import json, os, sys, shutil
import torch
from safetensors.torch import save_file, load_file
import transformers
from transformers import (BertConfig, RobertaConfig, DistilBertConfig, GPT2Config)

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "models")
V, T, B = 61, 7, 3

bert = dict(vocab_size=V, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=37,
            max_position_embeddings=40, type_vocab_size=2, num_labels=3)
distil = dict(vocab_size=V, dim=24, n_layers=2, n_heads=3, hidden_dim=37, max_position_embeddings=40, num_labels=3)
gpt = dict(vocab_size=V, n_embd=24, n_layer=2, n_head=3, n_inner=37, n_positions=40, bos_token_id=0, eos_token_id=0)

CASES = {
    "BertModel": (BertConfig, bert), "BertForMaskedLM": (BertConfig, bert), "BertForSequenceClassification": (BertConfig, bert),
    "BertForTokenClassification": (BertConfig, bert), "BertForQuestionAnswering": (BertConfig, dict(bert, num_labels=2)),
    "RobertaForSequenceClassification": (RobertaConfig, dict(bert, type_vocab_size=1, pad_token_id=1)),
    "RobertaForMaskedLM": (RobertaConfig, dict(bert, type_vocab_size=1, pad_token_id=1)),
    "DistilBertForSequenceClassification": (DistilBertConfig, distil), "DistilBertForMaskedLM": (DistilBertConfig, distil),
    "GPT2LMHeadModel": (GPT2Config, gpt), "GPT2Model": (GPT2Config, gpt),
}

def randomise(model, generator):
    with torch.no_grad():
        for name, p in model.named_parameters():
            scale = 0.3 if p.dim() > 1 else 0.2
            value = torch.randn(p.shape, generator=generator) * scale
            if "norm" in name.lower() and name.endswith("weight") or ".ln_" in name and name.endswith("weight"):
                value = value + 1
            p.copy_(value.bfloat16().float())

def labels_for(name, ids, mask, generator):
    if "SequenceClassification" in name:
        return {"labels": torch.tensor([2, 0, 1])}
    if "TokenClassification" in name:
        y = torch.randint(0, 3, ids.shape, generator=generator)
        y[mask == 0] = -100
        return {"labels": y}
    if "QuestionAnswering" in name:
        return {"start_positions": torch.tensor([1, 0, 2]), "end_positions": torch.tensor([3, 0, 5])}
    if "LM" in name:
        y = torch.randint(0, V, ids.shape, generator=generator)
        y[mask == 0] = -100
        y[0, 2] = -100
        return {"labels": y}
    return {}

for name, (Config, arguments) in CASES.items():
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    model = getattr(transformers, name)(Config(**arguments, attn_implementation="eager")).eval()
    randomise(model, generator)
    model.tie_weights() if hasattr(model, "tie_weights") else None
    ids = torch.randint(3, V, (B, T), generator=generator)
    lengths = [T, 1, 5]
    mask = torch.tensor([[1 if t < n else 0 for t in range(T)] for n in lengths])
    pad = arguments.get("pad_token_id", 0)
    ids[mask == 0] = pad
    inputs = {"input_ids": ids, "attention_mask": mask}
    if name.startswith("Bert"):
        inputs["token_type_ids"] = torch.randint(0, 2, (B, T), generator=generator)
    inputs.update(labels_for(name, ids, mask, generator))
    out = model(**inputs, output_hidden_states=True, output_attentions=True)
    expected = {}
    for key in ("loss", "logits", "start_logits", "end_logits", "last_hidden_state", "pooler_output"):
        value = getattr(out, key, None)
        if value is not None:
            expected[key] = value.detach().clone().contiguous()
    for i, h in enumerate(out.hidden_states):
        expected[f"hidden_states.{i}"] = h.detach().clone().contiguous()
    for i, a in enumerate(out.attentions):
        expected[f"attentions.{i}"] = a.detach().clone().contiguous()
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    model.save_pretrained(folder)
    stored = load_file(os.path.join(folder, "model.safetensors"))
    if "loss" in expected:
        out.loss.backward()
        named = dict(model.named_parameters())
        for key in stored:
            if key in named:
                grad = named[key].grad
                expected[f"gradients.{key}"] = (torch.zeros_like(named[key]) if grad is None else grad).detach().clone().contiguous()
    save_file({k: (v.bfloat16() if v.is_floating_point() else v).contiguous() for k, v in stored.items()}, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    save_file({k: v.contiguous() for k, v in inputs.items()}, os.path.join(folder, "inputs.safetensors"))
    save_file(expected, os.path.join(folder, "expected.safetensors"))
    for extra in ("generation_config.json",):
        path = os.path.join(folder, extra)
        if os.path.exists(path):
            os.remove(path)
    print(name, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), sorted(stored)[:2])

# the same BERT under TensorFlow's old norm names, and a GPT-2 without prefix but with mask buffers
def copy_case(source, target, change):
    a, b = os.path.join(OUT, source), os.path.join(OUT, target)
    shutil.rmtree(b, ignore_errors=True)
    shutil.copytree(a, b)
    weights = load_file(os.path.join(a, "model.safetensors"))
    save_file(change(weights), os.path.join(b, "model.safetensors"), metadata={"format": "pt"})
    expected = {k: v for k, v in load_file(os.path.join(a, "expected.safetensors")).items() if not k.startswith("gradients.")}
    save_file(expected, os.path.join(b, "expected.safetensors"))

copy_case("BertForSequenceClassification", "bert-gamma-beta",
          lambda w: {k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v for k, v in w.items()})
copy_case("GPT2LMHeadModel", "gpt2-bare",
          lambda w: {**{k.removeprefix("transformer."): v for k, v in w.items()}, "h.0.attn.bias": torch.ones(1, 1, 4, 4), "h.1.attn.masked_bias": torch.tensor(-1e4)})

with open(os.path.join(OUT, "README.md"), "w") as f:
    f.write(f"""# Golden models

Made by `scripts/golden-models.py` with torch {torch.__version__} and transformers {transformers.__version__}: tiny checkpoints whose every tensor is random, inputs, and
the reference library's outputs, hidden states, attention patterns, loss and gradients in float32 (eager attention, evaluation mode).
""")
