"""Golden values of src/lens/explain: test/fixtures/explain/*.json, from torch, transformers, numpy and scipy, in float64.

Run with torch, transformers, safetensors and scipy installed:  python scripts/golden-explain.py
The tiny checkpoints are those of test/fixtures/models (scripts/golden-models.py, golden-sense-models.py). The rules are written down again
here from the papers' formulas, in matrices, with autograd for every gradient.
"""
import itertools, json, os
import numpy as np
import scipy.stats
import torch
import transformers as hf
from safetensors.torch import load_file

hf.utils.logging.disable_progress_bar()
ROOT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures")
OUT = os.path.join(ROOT, "explain")
STEPS = 16


def opened(name):
    folder = os.path.join(ROOT, "models", name)
    config = json.load(open(os.path.join(folder, "config.json")))
    model = getattr(hf, config["architectures"][0]).from_pretrained(folder, attn_implementation="eager", dtype=torch.float64)
    return model.eval(), load_file(os.path.join(folder, "inputs.safetensors"))


def fused(attention, join):
    return {"mean": attention.mean(0), "min": attention.min(0).values, "max": attention.max(0).values}[join]


def dropped(matrix, share):
    flat = matrix.flatten().clone()
    flat[torch.argsort(flat, stable=True)[: int(share * flat.numel())]] = 0
    return flat.view_as(matrix)


def roll(patterns):
    result = torch.eye(patterns[0].shape[0], dtype=torch.float64)
    for pattern in patterns:
        a = 0.5 * pattern + 0.5 * torch.eye(pattern.shape[0], dtype=torch.float64)
        result = (a / a.sum(-1, keepdim=True)) @ result
    return result


def chefer(attentions, gradients):
    result = torch.eye(attentions[0].shape[-1], dtype=torch.float64)
    for a, g in zip(attentions, gradients):
        result = result + (g * a).clamp(min=0).mean(0) @ result
    return result


def distance(attention, centers, special):
    d = torch.cdist(centers, centers)
    cut = attention[:, special:, special:]
    return (cut * d).sum(-1).mean(-1), ((cut * d).sum(-1) / cut.sum(-1)).mean(-1)


class Replaced:
    """The output of one module put in by hand: how a path through the embeddings is walked."""
    def __init__(self, module):
        self.value = None
        self.seen = None
        module.register_forward_hook(self.hook)

    def hook(self, _module, _args, output):
        self.seen = output if self.value is None else self.value
        return self.seen


logit = lambda out, chosen: out.logits[0, chosen]


def half_squared_mean(out, _chosen):
    """What is asked of a model without classes: how far the mean of its states reaches."""
    states = out.hidden_states[-1] if "logits" in out else out.last_hidden_state
    return states[0].mean(0).square().sum() / 2


def explained(name, embeddings, blank_of, places=None, score=logit):
    model, inputs = opened(name)
    hook = Replaced(model.get_submodule(embeddings))
    keys = [k for k in inputs if k in ("pixel_values", "input_values", "input_ids", "attention_mask", "token_type_ids")]
    cases = []
    for row, label in ((0, None), (1, 0)):
        given = {k: inputs[k][row : row + 1] for k in keys}
        given = {k: v.double() if v.is_floating_point() else v for k, v in given.items()}
        blank = {**given, **blank_of(given)}
        hook.value = None
        model(**blank)
        empty = hook.seen.detach()
        out = model(**given, output_attentions=True, output_hidden_states=True)
        chosen = 0 if score is not logit else int(out.logits[0].argmax()) if label is None else label
        stream, last = hook.seen, out.hidden_states[-1]
        wanted = [*out.attentions, stream, last]
        gradients = torch.autograd.grad(score(out, chosen), wanted)
        count = len(out.attentions)
        attentions = [a[0].detach() for a in out.attentions]
        by_attention = [g[0] for g in gradients[:count]]
        by_stream, by_last = gradients[count][0], gradients[count + 1][0]
        norms = by_last.norm(dim=-1)
        readout = norms / norms.sum()
        stream = stream.detach()
        path = torch.zeros_like(stream)
        again = lambda: score(model(**given, output_hidden_states=True), chosen)
        for step in range(STEPS):
            hook.value = (empty + (step + 0.5) / STEPS * (stream - empty)).requires_grad_()
            path += torch.autograd.grad(again(), hook.value)[0] / STEPS
        hook.value = empty
        low = again().item()
        delta = (stream - empty)[0]
        weighted = [(a * g).mean(0).clamp(min=0) for a, g in zip(attentions, by_attention)]
        relevance = {
            "attention-head": readout @ attentions[0][1],
            "attention": readout @ attentions[-1].mean(0),
            "rollout": readout @ roll([a.mean(0) for a in attentions]),
            "rollout-min": readout @ roll([dropped(fused(a, "min"), 0.3) for a in attentions]),
            "rollout-max": readout @ roll([dropped(fused(a, "max"), 0.6) for a in attentions]),
            "gradient-rollout": readout @ roll([dropped(w, 0.9) for w in weighted]),
            "gradient-rollout-all": readout @ roll(weighted),
            "relevance": readout @ chefer(attentions, by_attention),
            "input-gradients": by_stream.norm(dim=-1),
            "gradient-times-input": (by_stream * delta).sum(-1),
            "integrated-gradients": (path[0] * delta).sum(-1),
        }
        found = {"row": row, "label": chosen, "logit": score(out, chosen).item(), "blank_logit": low,
                 "readout": readout.tolist(), "relevance": {k: v.tolist() for k, v in relevance.items()}}
        if places:
            centers, special = places
            pairs = [distance(a, centers, special) for a in attentions]
            found["distance"] = [p[0].tolist() for p in pairs]
            found["distance_renormalised"] = [p[1].tolist() for p in pairs]
        cases.append(found)
    write(name, {"steps": STEPS, "blank": {k: v.tolist() for k, v in blank_of(given).items() if not v.is_floating_point()}, "cases": cases})


def encoder_decoder(name):
    """Chefer's rule across two towers, on the largest score of the last decoder token."""
    model, inputs = opened(name)
    keys = [k for k in inputs if k in ("input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask")]
    given = {"decoder_input_ids": torch.tensor([[0, 5, 7, 3]]), **{k: inputs[k][:1] for k in keys}}
    out = model(**given, output_attentions=True, use_cache=False)
    token = int(out.logits[0, -1].argmax())
    groups = [out.encoder_attentions, out.decoder_attentions, out.cross_attentions]
    gradients = torch.autograd.grad(out.logits[0, -1, token], [a for group in groups for a in group])
    at = 0
    weighted = []
    for group in groups:
        weighted.append([(a[0].detach(), g[0]) for a, g in zip(group, gradients[at:])])
        at += len(group)
    write(name, {"token": token, "inputs": {k: v.tolist() for k, v in given.items()}, **across(weighted)})


def planted():
    """Two layers on either side, of random numbers: what tiny checkpoints with one decoder layer cannot show."""
    random = torch.Generator().manual_seed(3)
    draw = lambda t, s: (torch.softmax(torch.randn(2, t, s, generator=random, dtype=torch.float64), -1), torch.randn(2, t, s, generator=random, dtype=torch.float64))
    groups = [[draw(4, 4) for _ in range(2)], [draw(3, 3) for _ in range(2)], [draw(3, 4) for _ in range(2)]]
    write("planted", {"layers": [[{"pattern": a.flatten().tolist(), "gradient": g.flatten().tolist()} for a, g in group] for group in groups], **across(groups)})


def across(groups):
    """The rule on (pattern, gradient) of the encoder, the decoder, and the decoder's look at the encoder."""
    positive = [[(a * g).clamp(min=0).mean(0) for a, g in group] for group in groups]
    eye = lambda n: torch.eye(n, dtype=torch.float64)

    def normal(r):
        rest = r - eye(r.shape[0])
        sums = rest.sum(-1, keepdim=True)
        return torch.where(sums == 0, rest, rest / torch.where(sums == 0, torch.ones_like(sums), sums)) + eye(r.shape[0])

    r_ss = eye(positive[0][0].shape[0])
    for a in positive[0]:
        r_ss = r_ss + a @ r_ss
    r_qq = eye(positive[1][0].shape[0])
    r_qs = torch.zeros(r_qq.shape[0], r_ss.shape[0], dtype=torch.float64)
    for a, c in zip(positive[1], positive[2]):
        r_qq, r_qs = r_qq + a @ r_qq, r_qs + a @ r_qs
        r_qs = r_qs + normal(r_qq).T @ c @ normal(r_ss)
    return {"decoder": r_qq.tolist(), "encoder": r_qs.tolist()}


def dnabert():
    """A tiny DNABERT as the hub has it, vocab.txt and no more, and what transformers says of a sequence that is spelled in overlapping words."""
    folder = os.path.join(OUT, "dnabert")
    os.makedirs(folder, exist_ok=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + ["".join(w) for w in itertools.product("ACGT", repeat=3)]
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("\n".join(words) + "\n")
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 32}, f)
    model = hf.BertForSequenceClassification(hf.BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, max_position_embeddings=32,
        id2label={0: "exon", 1: "intron", 2: "neither"}, label2id={"exon": 0, "intron": 1, "neither": 2})).eval()
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=random) * 0.5 + (1 if name.endswith("LayerNorm.weight") else 0))
    model.save_pretrained(folder)
    sequence = "ACGTTGCAACGTGGAT"
    ids = [2, *(words.index(sequence[i : i + 3]) for i in range(len(sequence) - 2)), 3]
    told = hf.BertTokenizer.from_pretrained(folder)(" ".join(sequence[i : i + 3] for i in range(len(sequence) - 2)))["input_ids"]
    assert told == ids, (told, ids)
    logits = model.double()(input_ids=torch.tensor([ids])).logits[0]
    write("dnabert", {"sequence": sequence, "ids": ids, "logits": logits.tolist(), "probabilities": logits.softmax(-1).tolist()})


def likeness():
    """Spearman with ties by scipy; SSIM as scikit-image writes it, here in windows of numpy."""
    random = np.random.default_rng(5)
    a, b = random.integers(0, 9, (9, 11)).astype(float), random.normal(size=(9, 11))
    c = a + 2 * b
    scale = lambda x: (x - x.min()) / (x.max() - x.min())

    def ssim(x, y, w):
        x, y = scale(x), scale(y)
        view = lambda z: np.lib.stride_tricks.sliding_window_view(z, (w, w)).reshape(-1, w * w)
        u, v = view(x), view(y)
        mu, mv = u.mean(1), v.mean(1)
        cov = lambda p, q: ((p - p.mean(1, keepdims=True)) * (q - q.mean(1, keepdims=True))).sum(1) / (w * w - 1)
        return float((((2 * mu * mv + 1e-4) * (2 * cov(u, v) + 9e-4)) / ((mu**2 + mv**2 + 1e-4) * (cov(u, u) + cov(v, v) + 9e-4))).mean())

    pairs = [[a, b], [a, c], [b, c]]
    write("likeness", {"shape": [9, 11], "pairs": [
        {"a": x.flatten().tolist(), "b": y.flatten().tolist(), "spearman": float(scipy.stats.spearmanr(x.flatten(), y.flatten())[0]),
         "ssim7": ssim(x, y, 7), "ssim3": ssim(x, y, 3)} for x, y in pairs]})


def write(name, value):
    os.makedirs(OUT, exist_ok=True)
    rounded = lambda v: float(f"{v:.9g}") if isinstance(v, float) else [rounded(x) for x in v] if isinstance(v, list) else \
        {k: rounded(x) for k, x in v.items()} if isinstance(v, dict) else v
    with open(os.path.join(OUT, f"{name}.json"), "w") as f:
        json.dump(rounded(value), f)
        f.write("\n")


def grid(rows, columns, patch, stride):
    return torch.tensor([[r * stride[0] + patch[0] / 2, c * stride[1] + patch[1] / 2] for r in range(rows) for c in range(columns)], dtype=torch.float64)


zero = lambda key: lambda given: {key: torch.zeros_like(given[key])}
explained("ViTForImageClassification", "vit.embeddings", zero("pixel_values"), (grid(3, 3, (4, 4), (4, 4)), 1))
explained("CLIPForImageClassification", "vision_model.pre_layrnorm", zero("pixel_values"))
# AST: 13 bins and 11 frames, patches of 4 every 3 bins and 2 frames
explained("ASTForAudioClassification", "audio_spectrogram_transformer.embeddings", zero("input_values"), (grid(4, 4, (4, 4), (3, 2)), 2))
explained("BertForSequenceClassification", "bert.embeddings", lambda given: {"input_ids": torch.full_like(given["input_ids"], 3)})
explained("ViTModel", "embeddings", zero("pixel_values"), score=half_squared_mean)
explained("Dinov2Model", "embeddings", zero("pixel_values"), score=half_squared_mean)
explained("BertForMaskedLM", "bert.embeddings", lambda given: {"input_ids": torch.full_like(given["input_ids"], 3)}, score=half_squared_mean)
dnabert()
encoder_decoder("BartForConditionalGeneration")
encoder_decoder("T5ForConditionalGeneration")
planted()
likeness()
with open(os.path.join(OUT, "README.md"), "w") as f:
    f.write(f"# Golden values of the methods\n\nMade by `scripts/golden-explain.py` with torch {torch.__version__}, transformers {hf.__version__}, "
            f"scipy {scipy.__version__} and numpy {np.__version__}, in float64.\n")
