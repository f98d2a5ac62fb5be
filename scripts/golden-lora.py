"""Adapters that PEFT made for tiny checkpoints of test/fixtures/models, and what it computes with them: test/fixtures/lora/<case>/.

Run with torch, transformers, peft and safetensors installed:  python scripts/golden-lora.py
Adapter arrays are random (both A and B, or mistakes hide), rounded to bfloat16. With an argument it reads an adapter that Tesserae
wrote instead and prints the largest difference:  python scripts/golden-lora.py CASE ADAPTER_FOLDER
"""
import os, shutil, sys
import torch, transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

HERE = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures")
CASES = {
    "BertForSequenceClassification": dict(target_modules=["query", "value"], task_type="SEQ_CLS"),
    "GPT2LMHeadModel": dict(target_modules=["c_attn", "c_proj", "c_fc"], task_type="CAUSAL_LM", fan_in_fan_out=True),
    "LlamaForCausalLM": dict(target_modules=r".*\.layers\.1\.(self_attn\.[qv]_proj|mlp\.down_proj)", task_type="CAUSAL_LM"),
}

def base(name):
    folder = os.path.join(HERE, "models", name)
    model = getattr(transformers, name).from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    return model, load_file(os.path.join(folder, "inputs.safetensors"))

def run(model, inputs):
    out = model(**{k: v for k, v in inputs.items() if v.dim() > 0})
    out.loss.backward()
    return out

def make(name, options):
    torch.manual_seed(5)
    model, inputs = base(name)
    model = get_peft_model(model, LoraConfig(r=3, lora_alpha=6, lora_dropout=0.0, **options))
    with torch.no_grad():
        for key, p in model.named_parameters():
            if "lora_" in key: p.copy_((0.3 * torch.randn(p.shape)).bfloat16().float())
            elif p.requires_grad: p.copy_((p + 0.1 * torch.randn(p.shape)).bfloat16().float())
    folder = os.path.join(HERE, "lora", name)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    out = run(model, inputs)
    grads = {f"gradients.{k.replace('.default', '')}": p.grad.contiguous() for k, p in model.named_parameters() if "lora_" in k}
    save_file({"logits": out.logits.detach().contiguous(), "loss": out.loss.detach(), **grads}, os.path.join(folder, "expected.safetensors"))
    for stray in ("README.md",):
        path = os.path.join(folder, stray)
        if os.path.exists(path): os.remove(path)
    # the base is where the tests find it, not a path of this machine
    path = os.path.join(folder, "adapter_config.json")
    text = open(path).read().replace(model.base_model.model.name_or_path, f"../models/{name}")
    open(path, "w").write(text)

if len(sys.argv) > 2:
    name, folder = sys.argv[1:]
    model, inputs = base(name)
    logits = PeftModel.from_pretrained(model, folder).eval()(**inputs).logits
    expected = load_file(os.path.join(HERE, "lora", name, "expected.safetensors"))["logits"]
    print((logits - expected).abs().max().item())
else:
    for name, options in CASES.items(): make(name, options); print(name)
