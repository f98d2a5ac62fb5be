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
            p.copy_(torch.zeros_like(p) if p.grad is None else p.grad)
    return {f"gradients.{name}": value for name, value in saved(model)[0].items()}


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


def case(name, config, inputs, class_name=None, switches=(), towers=None):
    """One class on one batch. `towers`: sub-modules whose states are recorded under a prefix, instead of the output's own."""
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
    if getattr(out, "loss", None) is not None:
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
