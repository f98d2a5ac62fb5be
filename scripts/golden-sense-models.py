"""Makes tiny re-randomised checkpoints of the picture, sound, video and DNA families, and the reference's results on them:
test/fixtures/models/<case>/, beside those of golden-models.py.

Run with torch, transformers and safetensors installed:  python scripts/golden-sense-models.py [case…]
Every tensor is random (norm weights, biases, special tokens too, or mistakes hide), rounded to bfloat16 and stored so. Sizes are
awkward on purpose: pictures that are no squares and that patches do not fill, odd widths. Gradients carry the names of the file:
they are put in the place of the weights and saved by the same code. DNABERT-2 and TubeViT are written here in a few lines, because
no installable library has them.
"""
import json, math, os, shutil, sys, tempfile
import torch
import torch.nn.functional as F
from safetensors.torch import save_file, load_file
import transformers as hf

hf.utils.logging.disable_progress_bar()

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "models")
ONLY = set(sys.argv[1:])


def randomise(model, generator):
    with torch.no_grad():
        for name, p in model.named_parameters():
            value = torch.randn(p.shape, generator=generator) * (0.3 if p.dim() > 1 else 0.2)
            if "norm" in name.lower() and name.endswith("weight") or name.endswith("lambda1"):
                value = value + 1
            p.copy_(value.bfloat16().float())


def generator_for(name):
    return torch.Generator().manual_seed(sum(map(ord, name)))


def saved(model):
    """The tensors that saving writes, by their names in the file, and config.json."""
    folder = tempfile.mkdtemp()
    model.save_pretrained(folder)
    tensors = load_file(os.path.join(folder, "model.safetensors"))
    config = open(os.path.join(folder, "config.json")).read()
    shutil.rmtree(folder)
    return tensors, config


def gradients_of(model, loss):
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            # what is never trained (MAE's positions) has no gradient to compare
            p.copy_(torch.full_like(p, math.nan) if not p.requires_grad else torch.zeros_like(p) if p.grad is None else p.grad)
    return {f"gradients.{name}": value for name, value in saved(model)[0].items() if not value.isnan().any()}


def write(name, config, weights, inputs, expected):
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(os.path.join(folder, "config.json"), "w") as f:
        f.write(config)
    clean = lambda tensors: {k: v.detach().clone().contiguous() for k, v in tensors.items()}
    half = lambda tensors: {k: v.bfloat16() if v.is_floating_point() else v for k, v in tensors.items()}
    save_file(clean(half(weights)), os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    save_file(clean(inputs), os.path.join(folder, "inputs.safetensors"))
    save_file(clean(expected), os.path.join(folder, "expected.safetensors"))
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(f"{name}: {size} bytes, {len(expected)} arrays")


def states(output, prefix=""):
    """hidden_states.{i}, attentions.{i}, cross_attentions.{i} of one tower."""
    found = {}
    for group in ("hidden_states", "attentions", "cross_attentions"):
        for i, value in enumerate(getattr(output, group, None) or ()):
            found[f"{prefix}{group}.{i}"] = value
    return found


VALUES = ("loss", "logits", "cls_logits", "distillation_logits", "reconstruction", "last_hidden_state", "pooler_output", "mask",
          "ids_restore", "logits_per_image", "logits_per_text", "image_embeds", "text_embeds", "itm_score", "question_embeds")


def case(name, config, inputs, class_name=None, switches=(), towers=None, rename=None, described=None):
    """One class on one batch. `towers`: sub-modules whose states are recorded under a prefix, instead of the output's own. `rename`:
    the weights as another library names them, with the `config.json` that it writes; gradients then have no name and are left out."""
    if ONLY and name not in ONLY:
        return
    generator = generator_for(name)
    class_name = class_name or name
    config._attn_implementation = "eager"
    model = getattr(hf, class_name)(config).eval()
    randomise(model, generator)
    if hasattr(model, "tie_weights"):
        model.tie_weights()
    weights, text = saved(model)
    text = json.dumps({"architectures": [class_name], **{k: v for k, v in json.loads(text).items() if k != "architectures"}}, indent=1)
    given = inputs(generator) if callable(inputs) else inputs
    recorded = {}
    handles = []
    for module, prefix in (towers or {}).items():
        def keep(_module, _args, output, prefix=prefix):
            recorded.update(states(output, prefix))
            # an answer's scores are not among the class's own outputs
            if prefix == "text_decoder.":
                recorded["logits"] = model.text_decoder.cls(output.last_hidden_state)
        handles.append(model.get_submodule(module).register_forward_hook(keep))
    options = {"output_hidden_states": True, "output_attentions": True}
    arguments = {k: v.bool() if k == "bool_masked_pos" else v for k, v in given.items()}
    out = model(**arguments, **{k: bool(v) for k, v in dict(switches).items()}, **options)
    expected = {key: getattr(out, key) for key in VALUES if getattr(out, key, None) is not None}
    expected.update(recorded if towers else states(out))
    expected = {k: v.detach().clone() for k, v in expected.items()}
    if rename:
        weights, text = rename(weights), json.dumps(described, indent=1)
    elif getattr(out, "loss", None) is not None:
        expected.update(gradients_of(model, out.loss))
    given = {**given, **{k: torch.tensor(v) for k, v in dict(switches).items()}}
    write(name, text, weights, given, expected)


def copy_case(source, target, change_weights=None, change_config=None, keep_gradients=False):
    """The same model under other names: weights renamed, results the same."""
    if ONLY and target not in ONLY:
        return
    folder = os.path.join(OUT, source)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    expected = load_file(os.path.join(folder, "expected.safetensors"))
    config = json.load(open(os.path.join(folder, "config.json")))
    write(target, json.dumps(change_config(config) if change_config else config, indent=1),
          change_weights(weights) if change_weights else weights,
          load_file(os.path.join(folder, "inputs.safetensors")),
          {k: v for k, v in expected.items() if keep_gradients or not k.startswith("gradients.")})


def pixels(generator, *shape):
    return torch.randn(*shape, generator=generator)


# ---- ViT and DeiT
tower = dict(hidden_size=18, num_hidden_layers=2, num_attention_heads=3, intermediate_size=23)
three = dict(num_labels=3)
labels = torch.tensor([2, 0])
hidden = lambda g, n: (torch.rand(2, n, generator=g) < 0.5).long()

for Config, kind in ((hf.ViTConfig, "ViT"), (hf.DeiTConfig, "DeiT")):
    case(f"{kind}Model", Config(**tower, image_size=[13, 17], patch_size=[4, 5], pooler_output_size=19, num_channels=2),
         lambda g: {"pixel_values": pixels(g, 2, 2, 13, 17)})
    case(f"{kind}ForImageClassification", Config(**tower, **three, image_size=12, patch_size=4, qkv_bias=False),
         lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "labels": labels})
    case(f"{kind}-interpolated", Config(**tower, **three, image_size=12, patch_size=4),
         lambda g: {"pixel_values": pixels(g, 2, 3, 11, 21), "labels": labels},
         class_name=f"{kind}ForImageClassification", switches={"interpolate_pos_encoding": 1})
    case(f"{kind}ForMaskedImageModeling", Config(**tower, image_size=12, patch_size=4, encoder_stride=4),
         lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "bool_masked_pos": hidden(g, 9)})
case("DeiTForImageClassificationWithTeacher", hf.DeiTConfig(**tower, **three, image_size=[16, 24], patch_size=8),
     lambda g: {"pixel_values": pixels(g, 2, 3, 16, 24)})
case("vit-several-labels", hf.ViTConfig(**tower, **three, image_size=8, patch_size=4, problem_type="multi_label_classification"),
     lambda g: {"pixel_values": pixels(g, 2, 3, 8, 8), "labels": torch.tensor([[1.0, 0, 1], [0, 0, 1]])},
     class_name="ViTForImageClassification")


def vit_in_memory(weights):
    """The names that Transformers 5 has in memory, as found in people's own state_dict() dumps."""
    renames = [("encoder.layer.", "layers."), ("attention.attention.query", "attention.q_proj"),
               ("attention.attention.key", "attention.k_proj"), ("attention.attention.value", "attention.v_proj"),
               ("attention.output.dense", "attention.o_proj"), ("intermediate.dense", "mlp.fc1"), ("output.dense", "mlp.fc2")]
    renamed = {}
    for key, value in weights.items():
        for old, new in renames:
            key = key.replace(old, new)
        renamed[key] = value
    return renamed


copy_case("ViTForImageClassification", "vit-v5-names", vit_in_memory)
copy_case("ViTModel", "vit-v5-bare", lambda w: {k.removeprefix("vit."): v for k, v in vit_in_memory(w).items()})

# ---- the same models as timm and torchvision name them: lists of names from timm's vision_transformer.py and torchvision's
def joined(weights, model, i, part):
    return torch.cat([weights[f"{model}.encoder.layer.{i}.attention.attention.{n}.{part}"] for n in ("query", "key", "value")])


def as_timm(model):
    def rename(w):
        at = lambda name: w[f"{model}.{name}"]
        named = {"cls_token": at("embeddings.cls_token"), "pos_embed": at("embeddings.position_embeddings")}
        if model == "deit":
            named["dist_token"] = at("embeddings.distillation_token")
        for part in ("weight", "bias"):
            named[f"patch_embed.proj.{part}"] = at(f"embeddings.patch_embeddings.projection.{part}")
            for i in range(2):
                layer, block = f"encoder.layer.{i}", f"blocks.{i}"
                named.update({f"{block}.norm1.{part}": at(f"{layer}.layernorm_before.{part}"), f"{block}.attn.qkv.{part}": joined(w, model, i, part),
                              f"{block}.attn.proj.{part}": at(f"{layer}.attention.output.dense.{part}"),
                              f"{block}.norm2.{part}": at(f"{layer}.layernorm_after.{part}"),
                              f"{block}.mlp.fc1.{part}": at(f"{layer}.intermediate.dense.{part}"),
                              f"{block}.mlp.fc2.{part}": at(f"{layer}.output.dense.{part}")})
            named[f"norm.{part}"] = at(f"layernorm.{part}")
            named[f"head.{part}"] = w[f"{'cls_' if model == 'deit' else ''}classifier.{part}"]
            if model == "deit":
                named[f"head_dist.{part}"] = w[f"distillation_classifier.{part}"]
        return named
    return rename


def as_torchvision(w):
    at = lambda name: w[f"vit.{name}"]
    named = {"class_token": at("embeddings.cls_token"), "encoder.pos_embedding": at("embeddings.position_embeddings")}
    for part in ("weight", "bias"):
        named[f"conv_proj.{part}"] = at(f"embeddings.patch_embeddings.projection.{part}")
        for i in range(2):
            layer, block = f"encoder.layer.{i}", f"encoder.layers.encoder_layer_{i}"
            named.update({f"{block}.ln_1.{part}": at(f"{layer}.layernorm_before.{part}"),
                          f"{block}.self_attention.in_proj_{part}": joined(w, "vit", i, part),
                          f"{block}.self_attention.out_proj.{part}": at(f"{layer}.attention.output.dense.{part}"),
                          f"{block}.ln_2.{part}": at(f"{layer}.layernorm_after.{part}"),
                          f"{block}.mlp.0.{part}": at(f"{layer}.intermediate.dense.{part}"),
                          f"{block}.mlp.3.{part}": at(f"{layer}.output.dense.{part}")})
        named[f"encoder.ln.{part}"] = at(f"layernorm.{part}")
        named[f"heads.head.{part}"] = w[f"classifier.{part}"]
    return named


foreign = dict(**tower, **three, layer_norm_eps=1e-6, image_size=12, patch_size=4)
foreign_inputs = lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "labels": labels}
case("timm-vit", hf.ViTConfig(**foreign), foreign_inputs, class_name="ViTForImageClassification", rename=as_timm("vit"),
     described={"architecture": "vit_tiny_patch4_12", "num_classes": 3, "num_features": 18, "model_args": {"num_heads": 3}})
case("timm-deit-distilled", hf.DeiTConfig(**foreign), lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12)},
     class_name="DeiTForImageClassificationWithTeacher", rename=as_timm("deit"),
     described={"architecture": "deit_tiny_distilled_patch4_12", "model_args": {"num_heads": 3}})
case("torchvision-vit", hf.ViTConfig(**foreign), foreign_inputs, class_name="ViTForImageClassification", rename=as_torchvision,
     described={"num_heads": 3})

# ---- AST, MAE, DINOv2
ast_config = dict(**tower, patch_size=4, frequency_stride=3, time_stride=2, max_length=11, num_mel_bins=13)
case("ASTModel", hf.ASTConfig(**ast_config, qkv_bias=False), lambda g: {"input_values": pixels(g, 2, 11, 13)})
case("ASTForAudioClassification", hf.ASTConfig(**ast_config, **three),
     lambda g: {"input_values": pixels(g, 2, 11, 13), "labels": labels})

mae = dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17, patch_size=4, decoder_hidden_size=16,
           decoder_num_hidden_layers=1, decoder_num_attention_heads=2, decoder_intermediate_size=19)
noise = lambda g, n: torch.rand(2, n, generator=g)
case("ViTMAEModel", hf.ViTMAEConfig(**mae, image_size=[8, 20], mask_ratio=0.7),
     lambda g: {"pixel_values": pixels(g, 2, 3, 8, 20), "noise": noise(g, 10)})
case("ViTMAEForPreTraining", hf.ViTMAEConfig(**mae, image_size=12, mask_ratio=0.6, norm_pix_loss=True),
     lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "noise": noise(g, 9)})
case("mae-interpolated", hf.ViTMAEConfig(**mae, image_size=12),
     lambda g: {"pixel_values": pixels(g, 2, 3, 8, 20), "noise": noise(g, 10)},
     class_name="ViTMAEForPreTraining", switches={"interpolate_pos_encoding": 1})
copy_case("ViTMAEForPreTraining", "mae-v5-names", vit_in_memory)
# saving with Transformers 5 renames the decoder's layers by accident; this is how the hub's files have them
copy_case("ViTMAEForPreTraining", "mae-hub-names", lambda w: {k.replace("decoder_encoder.layer.", "decoder_layers."): v for k, v in w.items()})

dino = dict(hidden_size=12, num_hidden_layers=2, num_attention_heads=3, mlp_ratio=2, image_size=12, patch_size=4, layerscale_value=0.5)
case("Dinov2Model", hf.Dinov2Config(**dino), lambda g: {"pixel_values": pixels(g, 2, 3, 9, 14), "bool_masked_pos": hidden(g, 6)})
case("Dinov2ForImageClassification", hf.Dinov2Config(**dino, **three),
     lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "labels": labels})
case("dinov2-gated", hf.Dinov2Config(**dino, **three, use_swiglu_ffn=True),
     lambda g: {"pixel_values": pixels(g, 2, 3, 9, 14), "labels": labels}, class_name="Dinov2ForImageClassification")

# ---- CLIP: texts of different lengths, the end token also as padding; an old configuration whose end is the largest id
clip_text = dict(vocab_size=31, hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=17, projection_dim=11,
                 max_position_embeddings=9, bos_token_id=28, eos_token_id=29, pad_token_id=29)
clip_vision = dict(hidden_size=15, num_hidden_layers=2, num_attention_heads=3, intermediate_size=19, projection_dim=11, image_size=12,
                   patch_size=4)
ids = torch.tensor([[28, 3, 7, 29, 29, 29], [28, 11, 5, 4, 30, 29]])
end_mask = torch.tensor([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]])
old_ids = torch.tensor([[28, 3, 7, 30, 1, 1], [28, 11, 5, 4, 9, 30]])
clip_inputs = lambda g: {"input_ids": ids, "attention_mask": end_mask, "pixel_values": pixels(g, 2, 3, 12, 12)}
clip_towers = {"text_model": "text_model.", "vision_model": "vision_model."}
clip_config = lambda **changes: hf.CLIPConfig(text_config={**clip_text, **changes}, vision_config=clip_vision, projection_dim=13)
case("CLIPModel", clip_config(), clip_inputs, switches={"return_loss": 1}, towers=clip_towers)
case("clip-old-end", clip_config(eos_token_id=2, hidden_act="gelu"), lambda g: {"input_ids": old_ids, "pixel_values": pixels(g, 3, 3, 11, 17)},
     class_name="CLIPModel", switches={"interpolate_pos_encoding": 1}, towers=clip_towers)
case("CLIPTextModel", hf.CLIPTextConfig(**clip_text), {"input_ids": ids, "attention_mask": end_mask})
case("CLIPTextModelWithProjection", hf.CLIPTextConfig(**clip_text), {"input_ids": ids})
case("CLIPVisionModel", hf.CLIPVisionConfig(**clip_vision), lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12)})
case("CLIPVisionModelWithProjection", hf.CLIPVisionConfig(**clip_vision), lambda g: {"pixel_values": pixels(g, 2, 3, 9, 14)},
     switches={"interpolate_pos_encoding": 1})
case("CLIPForImageClassification", hf.CLIPConfig(text_config=clip_text, vision_config=clip_vision, **three),
     lambda g: {"pixel_values": pixels(g, 2, 3, 12, 12), "labels": labels})


def one_tower(name, source, class_name):
    """The class of one tower on a file and a configuration of both."""
    def configure(config):
        return {**config, "architectures": [class_name]}
    folder = os.path.join(OUT, source)
    if ONLY and name not in ONLY:
        return
    whole = hf.CLIPModel.from_pretrained(folder, attn_implementation="eager", torch_dtype=torch.float32).eval()
    given = {"input_ids": ids, "attention_mask": end_mask}
    out = whole.text_model(**given, output_hidden_states=True, output_attentions=True)
    expected = {"last_hidden_state": out.last_hidden_state, "pooler_output": out.pooler_output, **states(out)}
    config = json.load(open(os.path.join(folder, "config.json")))
    write(name, json.dumps(configure(config), indent=1), load_file(os.path.join(folder, "model.safetensors")), given, expected)


one_tower("clip-text-of-both", "CLIPModel", "CLIPTextModel")


# ---- BLIP: the text tower encodes, decodes, and looks at pictures
# Transformers 5.24 loses the mask of what cross-attention reads between two of its classes (4.x and the authors' code apply it), so
# the padding of a question would be read as words. Only question answering has such a mask; it is handed on here.
from transformers.models.blip import modeling_blip_text


def hand_mask_on(self, hidden_states, attention_mask=None, encoder_hidden_states=None, cache=None, **kwargs):
    masks = {"encoder_attention_mask": attention_mask} if encoder_hidden_states is not None else {"attention_mask": attention_mask}
    context, patterns = self.self(hidden_states, encoder_hidden_states=encoder_hidden_states, cache=cache, **masks)
    return self.output(context, hidden_states), patterns


modeling_blip_text.BlipTextAttention.forward = hand_mask_on
blip_text = dict(vocab_size=29, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17,
                 max_position_embeddings=11, bos_token_id=27, pad_token_id=0, sep_token_id=2, label_smoothing=0.1)
blip_vision = dict(hidden_size=15, num_hidden_layers=1, num_attention_heads=3, intermediate_size=19, image_size=8, patch_size=4)
blip_config = lambda text={}, **vision: hf.BlipConfig(text_config={**blip_text, **text}, vision_config={**blip_vision, **vision}, projection_dim=13,
                                             image_text_hidden_size=10)
words = torch.tensor([[27, 5, 9, 3, 2], [27, 8, 2, 0, 0]])
word_mask = (words != 0).long()
word_labels = torch.tensor([[-100, -100, 9, 3, 2], [-100, 8, 2, -100, -100]])
blip_inputs = lambda g: {"input_ids": words, "attention_mask": word_mask, "pixel_values": pixels(g, 2, 3, 8, 8)}
wide = lambda g, n: {"input_ids": words, "attention_mask": word_mask, "pixel_values": pixels(g, n, 3, 13, 9)}
case("BlipModel", blip_config(), blip_inputs, switches={"return_loss": 1},
     towers={"text_model": "text_model.", "vision_model": "vision_model."})
case("BlipForConditionalGeneration", blip_config(), lambda g: {**blip_inputs(g), "labels": word_labels},
     towers={"text_decoder.bert": "text_model.", "vision_model": "vision_model."})
retrieval = {"text_encoder": "text_model.", "vision_model": "vision_model."}
case("BlipForImageTextRetrieval", blip_config(), blip_inputs, towers=retrieval, switches={"use_itm_head": 1})
case("blip-cosine", blip_config(), lambda g: wide(g, 3), class_name="BlipForImageTextRetrieval", towers=retrieval,
     switches={"use_itm_head": 0, "interpolate_pos_encoding": 1})
case("BlipForQuestionAnswering", blip_config({"num_hidden_layers": 1}, hidden_size=12), lambda g: {**blip_inputs(g), "labels": torch.tensor([[27, 4, 2], [27, 6, 11]])},
     towers={"text_encoder": "text_model.", "text_decoder.bert": "text_decoder.", "vision_model": "vision_model."})


# ---- DNABERT is a BERT over 3-mers (5 special tokens and 4^3 words)
dna = dict(vocab_size=69, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17, max_position_embeddings=20)
kmers = torch.tensor([[2, 17, 53, 21, 69 - 1, 3], [2, 40, 8, 3, 0, 0]])
kmer_mask = (kmers != 0).long()
dna_fields = {"split": 10, "rnn": "lstm", "num_rnn_layer": 2, "rnn_hidden": 768, "rnn_dropout": 0.0}
case("dnabert", hf.BertConfig(**dna, **dna_fields),
     {"input_ids": kmers, "attention_mask": kmer_mask}, class_name="BertForSequenceClassification")
case("dnabert-masked", hf.BertConfig(**dna, **dna_fields),
     {"input_ids": kmers, "attention_mask": kmer_mask, "labels": torch.tensor([[-100, 17, -100, -100, 9, -100], [-100, -100, 33, -100, -100, -100]])},
     class_name="BertForMaskedLM")


# ---- models written here: functions over a dict of named tensors
def random_weights(shapes, name):
    generator = generator_for(name)
    weights = {}
    for key, shape in shapes.items():
        value = torch.randn(shape, generator=generator) * (0.3 if len(shape) > 1 else 0.2)
        if "norm" in key.lower() and key.endswith("weight"):
            value = value + 1
        weights[key] = value.bfloat16().float().requires_grad_()
    return weights


def own_case(name, config, shapes, inputs, run):
    if ONLY and name not in ONLY:
        return
    weights = random_weights(shapes, name)
    given = inputs(generator_for(name + " inputs")) if callable(inputs) else inputs
    expected = run(weights, given)
    if "loss" in expected:
        expected["loss"].backward()
        expected.update({f"gradients.{k}": torch.zeros_like(w) if w.grad is None else w.grad for k, w in weights.items()})
    write(name, json.dumps(config, indent=1), weights, given, expected)


def linear(w, name, x):
    return F.linear(x, w[f"{name}.weight"], w.get(f"{name}.bias"))


def norm(w, name, x, epsilon):
    return F.layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], epsilon)


def attend(q, k, v, heads, bias=None):
    cut = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
    q, k, v = cut(q), cut(k), cut(v)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    pattern = torch.softmax(scores if bias is None else scores + bias, -1)
    return (pattern @ v).transpose(1, 2).flatten(2), pattern


def affine(name, out, width):
    return {f"{name}.weight": (out, width), f"{name}.bias": (out,)}


# ---- DNABERT-2 on padded sequences, written after its description (MosaicBERT): ALiBi of slopes by heads, Wqkv in the order q, k, v,
# the first half of gated_layers through gelu
def slopes(heads):
    power = lambda n: [2 ** (-8 * (i + 1) / n) for i in range(n)]
    low = 2 ** math.floor(math.log2(heads))
    return power(heads) if low == heads else power(low) + power(2 * low)[0::2][:heads - low]


DIM, HEADS, WIDE, WORDS = 18, 3, 11, 41


def mosaic_shapes(pooler, head):
    shapes = {"bert.embeddings.word_embeddings.weight": (WORDS, DIM), "bert.embeddings.token_type_embeddings.weight": (2, DIM),
              **affine("bert.embeddings.LayerNorm", DIM, DIM)}
    for i in range(2):
        layer = f"bert.encoder.layer.{i}"
        shapes.update({**affine(f"{layer}.attention.self.Wqkv", 3 * DIM, DIM), **affine(f"{layer}.attention.output.dense", DIM, DIM),
                       **affine(f"{layer}.attention.output.LayerNorm", DIM, DIM), f"{layer}.mlp.gated_layers.weight": (2 * WIDE, DIM),
                       **affine(f"{layer}.mlp.wo", DIM, WIDE), **affine(f"{layer}.mlp.layernorm", DIM, DIM)})
    shapes.update({**(affine("bert.pooler.dense", DIM, DIM) if pooler else {}), **head})
    return {k: shape if not ("LayerNorm" in k or "layernorm" in k) else (DIM,) for k, shape in shapes.items()}


def mosaic(w, given):
    ids, mask = given["input_ids"], given["attention_mask"]
    places = torch.arange(ids.shape[1])
    distance = (places[:, None] - places[None]).abs()
    alibi = -torch.tensor(slopes(HEADS))[:, None, None] * distance
    bias = alibi[None] + (1 - mask[:, None, None, :].float()) * -10000.0
    types = given.get("token_type_ids", torch.zeros_like(ids))
    words = F.embedding(ids, w["bert.embeddings.word_embeddings.weight"], padding_idx=0)
    x = norm(w, "bert.embeddings.LayerNorm", words + F.embedding(types, w["bert.embeddings.token_type_embeddings.weight"]), 1e-12)
    found = {"hidden_states.0": x}
    for i in range(2):
        layer = f"bert.encoder.layer.{i}"
        q, k, v = linear(w, f"{layer}.attention.self.Wqkv", x).chunk(3, -1)
        mixed, found[f"attentions.{i}"] = attend(q, k, v, HEADS, bias)
        x = norm(w, f"{layer}.attention.output.LayerNorm", linear(w, f"{layer}.attention.output.dense", mixed) + x, 1e-12)
        gate, up = linear(w, f"{layer}.mlp.gated_layers", x).chunk(2, -1)
        x = norm(w, f"{layer}.mlp.layernorm", linear(w, f"{layer}.mlp.wo", F.gelu(gate) * up) + x, 1e-12)
        found[f"hidden_states.{i + 1}"] = x
    return x, found


def mosaic_pooled(w, x):
    return torch.tanh(linear(w, "bert.pooler.dense", x[:, 0]))


def mosaic_bare(w, given):
    x, found = mosaic(w, given)
    return {"last_hidden_state": x, "pooler_output": mosaic_pooled(w, x), **found}


def mosaic_class(w, given):
    x, found = mosaic(w, given)
    logits = linear(w, "classifier", mosaic_pooled(w, x))
    return {"loss": F.cross_entropy(logits, given["labels"]), "logits": logits, **found}


def mosaic_masked(w, given):
    x, found = mosaic(w, given)
    y = norm(w, "cls.predictions.transform.LayerNorm", F.gelu(linear(w, "cls.predictions.transform.dense", x)), 1e-12)
    logits = F.linear(y, w["bert.embeddings.word_embeddings.weight"], w["cls.predictions.decoder.bias"])
    return {"loss": F.cross_entropy(logits.flatten(0, 1), given["labels"].flatten()), "logits": logits, **found}


mosaic_config = {"model_type": "bert", "alibi_starting_size": 512, "vocab_size": WORDS, "hidden_size": DIM, "num_hidden_layers": 2,
                 "num_attention_heads": HEADS, "intermediate_size": WIDE, "type_vocab_size": 2, "num_labels": 3,
                 "auto_map": {"AutoModel": "bert_layers.BertModel"}}
pieces = torch.tensor([[1, 17, 40, 21, 9, 22, 2], [1, 12, 8, 2, 0, 0, 0]])
piece_mask = (pieces != 0).long()
lm_head = {**affine("cls.predictions.transform.dense", DIM, DIM), **affine("cls.predictions.transform.LayerNorm", DIM, DIM),
           "cls.predictions.decoder.bias": (WORDS,)}
for name, pooler, head, run, more in (
    ("dnabert2-bare", True, {}, mosaic_bare, {"token_type_ids": torch.tensor([[0, 0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 0, 0, 0]])}),
    ("dnabert2-class", True, affine("classifier", 3, DIM), mosaic_class, {"labels": labels}),
    ("dnabert2-masked", False, lm_head, mosaic_masked,
     {"labels": torch.tensor([[-100, 17, -100, -100, 9, -100, -100], [-100, -100, 8, -100, -100, -100, -100]])}),
):
    class_name = {"bare": "BertModel", "class": "BertForSequenceClassification", "masked": "BertForMaskedLM"}[name.split("-")[1]]
    own_case(name, {**mosaic_config, "architectures": [class_name]}, mosaic_shapes(pooler, head),
             {"input_ids": pieces, "attention_mask": piece_mask, **more}, run)

# ---- TubeViT: three tubes of different shapes by one kernel, on clips that are no cubes
tube_config = {"model_type": "tube-vit", "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 17,
               "num_channels": 2, "num_frames": 7, "image_size": [8, 11], "kernel_size": [4, 4, 4], "num_labels": 3,
               "tubes": [{"size": [4, 4, 4], "stride": [3, 4, 6], "offset": [0, 0, 1]}, {"size": [6, 2, 3], "stride": [1, 3, 8], "offset": [1, 1, 0]},
                         {"size": [1, 5, 4], "stride": [4, 3, 5]}]}


def sines(positions, width):
    omega = 10000.0 ** (-torch.arange(width // 2, dtype=torch.float64) / (width / 2))
    angles = torch.tensor(positions, dtype=torch.float64)[:, None] * omega
    return torch.cat([angles.sin(), angles.cos()], 1)


def tube_vit(w, given, classifies):
    clip = given["pixel_values"].transpose(1, 2)
    width = tube_config["hidden_size"]
    tokens, places = [], []
    for i, tube in enumerate(tube_config["tubes"]):
        size, stride, offset = tube["size"], tube["stride"], tube.get("offset", [0, 0, 0])
        if any(n - o < s for n, o, s in zip(clip.shape[2:], offset, size)):
            continue
        kernel = F.interpolate(w["tubevit.embeddings.tube_kernel"], size=size, mode="trilinear", align_corners=False)
        boxes = F.conv3d(clip[:, :, offset[0]:, offset[1]:, offset[2]:], kernel, w["tubevit.embeddings.tube_bias"][i], stride=stride)
        tokens.append(boxes.flatten(2).transpose(1, 2))
        axes = [[j * s + o + k // 2 for j in range(n)] for n, s, o, k in zip(boxes.shape[2:], stride, offset, size)]
        grid = torch.cartesian_prod(*(torch.tensor(a) for a in axes))
        places.append(torch.cat([sines(grid[:, a].tolist(), width // 3) for a in range(3)], 1))
    front = w["tubevit.embeddings.cls_token"].expand(clip.shape[0], -1, -1)
    positions = torch.cat([torch.zeros(1, width), torch.cat(places).float()])
    x = torch.cat([front, *tokens], 1) + positions
    found = {"hidden_states.0": x}
    for i in range(2):
        layer = f"tubevit.encoder.layer.{i}"
        y = norm(w, f"{layer}.layernorm_before", x, 1e-6)
        mixed, found[f"attentions.{i}"] = attend(*(linear(w, f"{layer}.attention.attention.{n}", y) for n in ("query", "key", "value")), 3)
        x = x + linear(w, f"{layer}.attention.output.dense", mixed)
        y = F.gelu(linear(w, f"{layer}.intermediate.dense", norm(w, f"{layer}.layernorm_after", x, 1e-6)))
        x = x + linear(w, f"{layer}.output.dense", y)
        found[f"hidden_states.{i + 1}"] = x
    x = norm(w, "tubevit.layernorm", x, 1e-6)
    pooled = (torch.softmax(linear(w, "tubevit.attention_pooling", x), 1) * x).sum(1)
    if not classifies:
        return {"last_hidden_state": x, "pooler_output": pooled, **found}
    logits = linear(w, "classifier", pooled)
    return {"loss": F.cross_entropy(logits, given["labels"]), "logits": logits, **found}


def tube_shapes(head):
    width, wide = 12, 17
    shapes = {"tubevit.embeddings.cls_token": (1, 1, width), "tubevit.embeddings.tube_kernel": (width, 2, 4, 4, 4),
              "tubevit.embeddings.tube_bias": (3, width), "tubevit.layernorm.weight": (width,), "tubevit.layernorm.bias": (width,),
              **affine("tubevit.attention_pooling", 1, width), **head}
    for i in range(2):
        layer = f"tubevit.encoder.layer.{i}"
        for name, out, into in (("attention.attention.query", width, width), ("attention.attention.key", width, width),
                                ("attention.attention.value", width, width), ("attention.output.dense", width, width),
                                ("intermediate.dense", wide, width), ("output.dense", width, wide)):
            shapes.update(affine(f"{layer}.{name}", out, into))
        for name in ("layernorm_before", "layernorm_after"):
            shapes.update({f"{layer}.{name}.weight": (width,), f"{layer}.{name}.bias": (width,)})
    return shapes


own_case("TubeViTModel", {**tube_config, "architectures": ["TubeViTModel"]}, tube_shapes({}),
         lambda g: {"pixel_values": pixels(g, 2, 7, 2, 8, 11)}, lambda w, given: tube_vit(w, given, False))
own_case("TubeViTForVideoClassification", {**tube_config, "architectures": ["TubeViTForVideoClassification"]},
         tube_shapes(affine("classifier", 3, 12)), lambda g: {"pixel_values": pixels(g, 2, 7, 2, 8, 11), "labels": labels},
         lambda w, given: tube_vit(w, given, True))
own_case("tube-vit-picture", {**tube_config, "architectures": ["TubeViTForVideoClassification"]},
         tube_shapes(affine("classifier", 3, 12)), lambda g: {"pixel_values": pixels(g, 2, 1, 2, 9, 10), "labels": labels},
         lambda w, given: tube_vit(w, given, True))


# ---- weights for other sizes: test/fixtures/resample/torch.json
def resampled():
    g = torch.Generator().manual_seed(5)
    table = torch.randn(1, 2 + 12, 3, generator=g)
    grid = table[:, 2:].reshape(1, 3, 4, 3).permute(0, 3, 1, 2)
    moved = F.interpolate(grid, size=(5, 2), mode="bicubic", align_corners=False).permute(0, 2, 3, 1).reshape(1, 10, 3)
    kernel = torch.randn(2, 3, 4, 5, generator=g)

    def pixels_map(size):
        """The matrix that resizes flattened 4 x 5 patches."""
        basis = torch.eye(20, dtype=torch.float64).reshape(20, 1, 4, 5)
        return F.interpolate(basis, size=size, mode="bicubic", align_corners=False).reshape(20, -1).T

    def pseudo_inverse(size):
        inverse = torch.linalg.pinv(pixels_map(size).T)
        return (kernel.double().reshape(6, 20) @ inverse.T).reshape(2, 3, *size)

    small = F.interpolate(kernel, size=(3, 3), mode="bilinear", align_corners=False)
    numbers = lambda t: {"shape": list(t.shape), "data": [round(v, 8) for v in t.flatten().tolist()]}
    found = {"table": table, "positions": torch.cat([table[:, :2], moved], 1), "kernel": kernel, "larger": pseudo_inverse((6, 7)),
             "smaller": pseudo_inverse((3, 2)), "interpolated": F.interpolate(kernel, size=(6, 3), mode="bicubic", align_corners=False),
             "inflated": small[:, :, None].expand(-1, -1, 2, -1, -1) / 2}
    folder = os.path.join(OUT, "..", "resample")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "torch.json"), "w") as f:
        json.dump({k: numbers(v) for k, v in found.items()}, f)
    with open(os.path.join(folder, "README.md"), "w") as f:
        f.write(f"# Resampled weights\n\nMade by `scripts/golden-sense-models.py resample` with torch {torch.__version__}: interpolate and linalg.pinv.\n")


if not ONLY or "resample" in ONLY:
    resampled()
if not ONLY:
    with open(os.path.join(OUT, "README-senses.md"), "w") as f:
        f.write(f"""# Golden models of the senses

The folders of ViT, DeiT, MAE, DINOv2, AST, CLIP, BLIP, DNABERT, DNABERT-2, TubeViT, timm and torchvision are made by
`scripts/golden-sense-models.py` with torch {torch.__version__} and transformers {hf.__version__}: tiny checkpoints whose every tensor is random, inputs,
and the reference's outputs, hidden states, attention patterns, loss and gradients in float32 (eager attention, evaluation mode). DNABERT-2 and
TubeViT come from short implementations in that script.
""")
