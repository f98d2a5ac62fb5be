"""Makes tiny re-randomised checkpoints that write, and what the reference library's `generate` writes with them: test/fixtures/generation/.

Run with torch, transformers and safetensors installed:  python scripts/golden-generation.py [MODEL…]
Weights are random with a spread that makes texts neither constant nor uniform, rounded to bfloat16 and stored so. Every deterministic
combination of search and processors below is run on one prompt and on a padded batch; scores are those of beams. What rounding decides is left
out: it differs between processors.
"""
import json, os, shutil, sys
os.environ["TQDM_DISABLE"] = "1"
import torch
from safetensors.torch import load_file, save_file
import transformers as tf
tf.logging.set_verbosity_error()

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "generation")
V = 41
own = dict(vocab_size=V, pad_token_id=0, bos_token_id=1, eos_token_id=2)
gpt = dict(own, n_embd=24, n_layer=2, n_head=3, n_positions=40)
llama = dict(own, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=6, intermediate_size=32, max_position_embeddings=40)
t5 = dict(own, d_model=20, d_kv=6, d_ff=28, num_layers=2, num_decoder_layers=2, num_heads=3, relative_attention_num_buckets=8, relative_attention_max_distance=12, decoder_start_token_id=0)
bart = dict(vocab_size=V, d_model=24, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=3, encoder_ffn_dim=28, decoder_ffn_dim=28,
            max_position_embeddings=40, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=2)
marian = dict(bart, pad_token_id=40, bos_token_id=0, eos_token_id=0, decoder_start_token_id=40, forced_eos_token_id=0, activation_function="swish", scale_embedding=True)

class Captioner(tf.BlipForConditionalGeneration):
    """BLIP, whose `generate` says itself how texts end: here others may."""

    def generate(self, pixel_values, input_ids, attention_mask=None, **settings):
        if "eos_token_id" not in settings:
            return super().generate(pixel_values, input_ids, **settings)
        begun = torch.cat([torch.full((len(input_ids), 1), self.config.text_config.bos_token_id), input_ids[:, 1:-1]], 1)
        seen = self.vision_model(pixel_values=pixel_values)[0]
        return self.text_decoder.generate(input_ids=begun, encoder_hidden_states=seen, encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long),
                                          pad_token_id=self.config.text_config.pad_token_id, **settings)


blip_text = dict(vocab_size=V, hidden_size=24, encoder_hidden_size=18, num_hidden_layers=2, num_attention_heads=3, intermediate_size=28, max_position_embeddings=40,
                 pad_token_id=0, bos_token_id=1, eos_token_id=2, sep_token_id=7)
blip_vision = dict(hidden_size=18, num_hidden_layers=1, num_attention_heads=3, intermediate_size=24, image_size=8, patch_size=4)

# name: class, configuration, fields, spread of the weights, the checkpoint's own settings
MODELS = {
    "gpt2": (tf.GPT2LMHeadModel, tf.GPT2Config, gpt, 0.5, {}),
    "llama": (tf.LlamaForCausalLM, tf.LlamaConfig, llama, 0.4, {}),
    "mistral": (tf.MistralForCausalLM, tf.MistralConfig, dict(llama, sliding_window=5), 0.4, {}),
    "qwen3": (tf.Qwen3ForCausalLM, tf.Qwen3Config, dict(llama, tie_word_embeddings=True), 0.4, dict(eos_token_id=[2, 7], repetition_penalty=1.05)),
    "t5": (tf.T5ForConditionalGeneration, tf.T5Config, t5, 0.4, {}),
    "mt5": (tf.MT5ForConditionalGeneration, tf.MT5Config, dict(t5, feed_forward_proj="gated-gelu"), 0.4, {}),
    "bart": (tf.BartForConditionalGeneration, tf.BartConfig, bart, 0.4, dict(num_beams=3, no_repeat_ngram_size=3, early_stopping=True, length_penalty=2.0, min_length=4)),
    "marian": (tf.MarianMTModel, tf.MarianConfig, marian, 0.4, dict(num_beams=4, bad_words_ids=[[40]], max_length=14)),
    "blip": (Captioner, tf.BlipConfig, dict(text_config=blip_text, vision_config=blip_vision), 0.4, {}),
}
ENDS = [2, 7, 11, 19]
COMMON = [
    {},
    dict(eos_token_id=ENDS),
    dict(repetition_penalty=1.4),
    dict(repetition_penalty=0.8, eos_token_id=ENDS),
    dict(no_repeat_ngram_size=2),
    dict(no_repeat_ngram_size=1, eos_token_id=ENDS),
    dict(min_new_tokens=7, eos_token_id=ENDS),
    dict(min_length=9, eos_token_id=ENDS),
    dict(bad_words_ids=[[3], [5], [8, 9], [12], [30, 4, 6], [22], [35]]),
    dict(suppress_tokens=[3, 4, 5, 6, 20, 21, 22, 33]),
    dict(begin_suppress_tokens=[6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26]),
    dict(forced_eos_token_id=9),
    dict(forced_bos_token_id=17),
    dict(encoder_repetition_penalty=1.7),
    dict(encoder_no_repeat_ngram_size=2),
    dict(exponential_decay_length_penalty=(2, 1.3), eos_token_id=ENDS),
    dict(max_length=13, max_new_tokens=None),
    dict(repetition_penalty=1.2, no_repeat_ngram_size=3, min_new_tokens=4, eos_token_id=ENDS, renormalize_logits=True),
]
BEAMS = [dict(num_beams=n, length_penalty=p, early_stopping=e, num_return_sequences=r, eos_token_id=ENDS)
         for n, r in ((2, 1), (4, 3)) for p in (-1.0, 0.0, 0.6, 2.0) for e in (False, True, "never")]


def randomise(model, spread, generator):
    """Random everywhere, wider at the embedding so that texts vary; norms around one."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith("embed_positions.weight") and model.config.model_type == "marian":
                continue  # computed, never stored
            around = 1.0 if "norm" in name.lower() and name.endswith("weight") or "ln_" in name and name.endswith("weight") else 0.0
            own = 0.12 * spread if "shared" in name and model.config.model_type == "marian" else spread  # or each token only repeats itself
            value.copy_((around + own * torch.randn(value.shape, generator=generator)).bfloat16().float())
        for name, value in model.named_buffers():
            if "final_logits_bias" in name:
                value.copy_((0.05 * torch.randn(value.shape, generator=generator)).bfloat16().float())


def run(model, inputs, settings):
    out = model.generate(**inputs, **{"max_new_tokens": 12, "do_sample": False, "num_beams": 1, **settings}, return_dict_in_generate=True, output_scores=True)
    result = {"sequences": out.sequences.tolist()}
    if out.get("sequences_scores") is not None:
        result["scores"] = [round(score, 6) for score in out.sequences_scores.tolist()]
    return result


class Shaken(tf.LogitsProcessor):
    """Scores as another processor may round them."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, _, scores):
        return scores + 4e-6 * torch.randn(scores.shape, generator=self.generator)


def is_tie(model, inputs, settings, sequences):
    """Whether rounding decides what is written: two candidates are as good as each other."""
    shaken = lambda seed: run(model, inputs, {**settings, "logits_processor": tf.LogitsProcessorList([Shaken(seed)])})["sequences"]
    return any(shaken(seed) != sequences for seed in range(4))


def inputs_of(config, generator):
    pad, lengths = config.pad_token_id, [6, 4, 5]
    rows = [torch.randint(12, 38, (n,), generator=generator).tolist() for n in lengths]
    rows[1][2:] = rows[1][:2]  # something to be repeated
    filled = lambda row, fill: [fill] * (6 - len(row)) + row if not config.is_encoder_decoder else row + [fill] * (6 - len(row))
    batch = [filled(row, pad) for row in rows]
    mask = [filled([1] * len(row), 0) for row in rows]
    return {"single": {"input_ids": rows[:1], "attention_mask": [[1] * 6]}, "batch": {"input_ids": batch, "attention_mask": mask}}


def pictures_of(config, generator):
    """One picture with no words, three with two; a prompt has a token before and after it, as `generate` wants it."""
    pixels = torch.randn((3, 3, 8, 8), generator=generator).mul(64).round().div(64)
    prompts = [[5, *torch.randint(12, 38, (2,), generator=generator).tolist(), 7] for _ in range(3)]
    inputs = lambda rows, n: {"input_ids": rows, "attention_mask": [[1] * len(row) for row in rows], "pixel_values": pixels[:n].tolist()}
    return {"single": inputs([[5, 7]], 1), "batch": inputs(prompts, 3)}


def make(name):
    cls, Config, fields, spread, settings = MODELS[name]
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    for seed in range(100):
        generator = torch.Generator().manual_seed(1000 * seed + sum(map(ord, name)))
        model = cls(Config(**fields, attn_implementation="eager")).eval()
        randomise(model, spread, generator)
        for key, value in settings.items():
            setattr(model.generation_config, key, value)
        inputs = (pictures_of if cls is Captioner else inputs_of)(model.config, generator)
        tensors = {key: {k: torch.tensor(v) for k, v in value.items()} for key, value in inputs.items()}
        written = run(model, tensors["batch"], {"eos_token_id": ENDS})["sequences"]
        begun = 1 if model.config.is_encoder_decoder else len(inputs["batch"]["input_ids"][0]) - (cls is Captioner)
        ends = [next((i for i, id in enumerate(row[begun:]) if id in ENDS), 99) for row in written]
        if len({id for row in written for id in row}) >= 12 and 2 <= min(ends) <= 8:
            break
    cases = []
    more = [*(dict(one, num_beams=3) for one in COMMON), *BEAMS, dict(num_beams=3, no_repeat_ngram_size=2, repetition_penalty=1.3, length_penalty=1.5, eos_token_id=ENDS, num_return_sequences=3)]
    for settings in [*COMMON, *more]:
        for which in ("single", "batch") if settings in COMMON else ("batch",):
            try:
                result = run(model, tensors[which], settings)
            except Exception as error:  # what the reference cannot do is not asked of us
                print(name, which, settings, type(error).__name__, str(error)[:80])
                continue
            if is_tie(model, tensors[which], settings, result["sequences"]):
                print(name, which, settings, "left out: decided by rounding")
                continue
            cases.append({"inputs": which, "settings": {k: v for k, v in {"max_new_tokens": 12, "num_beams": 1, **settings}.items() if v is not None}, **result})
    for which in ("single", "batch"):  # the checkpoint's own settings alone
        out = model.generate(**tensors[which])
        cases.append({"inputs": which, "settings": {}, "sequences": out.tolist()})
    model.save_pretrained(folder)
    if cls is Captioner:
        path = os.path.join(folder, "config.json")
        text = open(path).read().replace("Captioner", "BlipForConditionalGeneration")
        open(path, "w").write(text)
    path = os.path.join(folder, "model.safetensors")
    save_file({k: (v.bfloat16() if v.is_floating_point() else v).contiguous() for k, v in load_file(path).items()}, path, metadata={"format": "pt"})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    with open(os.path.join(folder, "expected.json"), "w") as f:
        f.write('{"inputs":' + json.dumps(inputs) + ',\n"cases":[\n' + lines + "\n]}\n")
    distinct = len({json.dumps(case["sequences"]) for case in cases})
    print(name, "seed", seed, len(cases), "cases,", distinct, "distinct;", sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), "bytes")


for name in sys.argv[1:] or MODELS:
    make(name)
