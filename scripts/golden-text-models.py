"""Makes tiny re-randomised checkpoints of the text families and the reference library's results on them: test/fixtures/models/<case>/.

Run with torch, transformers and safetensors installed:  python scripts/golden-text-models.py [CASE…]
Every tensor is random (norm weights and biases too, or mistakes hide), rounded to bfloat16 and stored so; sizes are awkward on purpose.
`scripts/golden-models.py` makes the older cases of BERT, RoBERTa, DistilBERT and GPT-2.
"""
import json, os, shutil, sys
os.environ["TQDM_DISABLE"] = "1"
import torch
from safetensors.torch import load_file, save_file
import transformers as tf

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "models")
V, T, B = 43, 7, 3

gpt = dict(vocab_size=V, n_embd=12, n_layer=2, n_head=3, n_inner=19, n_positions=24, bos_token_id=1, eos_token_id=2, pad_token_id=0)
llama = dict(vocab_size=V, hidden_size=12, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=6, intermediate_size=17,
             max_position_embeddings=24, pad_token_id=0, bos_token_id=1, eos_token_id=2)
rope = lambda kind, **fields: {"rope_parameters": dict(rope_type=kind, rope_theta=10000.0, **fields)}
t5 = dict(vocab_size=V, d_model=10, d_kv=3, d_ff=17, num_layers=2, num_decoder_layers=1, num_heads=4, relative_attention_num_buckets=8,
          relative_attention_max_distance=9, decoder_start_token_id=0)
bart = dict(vocab_size=V, d_model=12, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=3, encoder_ffn_dim=17,
            decoder_ffn_dim=13, max_position_embeddings=16, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2)
marian = dict(bart, pad_token_id=42, eos_token_id=0, decoder_start_token_id=42, forced_eos_token_id=0, activation_function="swish", scale_embedding=True)
bert = dict(vocab_size=V, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17, max_position_embeddings=16, type_vocab_size=2)
electra = dict(bert, embedding_size=7)
albert = dict(bert, embedding_size=7, num_hidden_layers=4, num_hidden_groups=2, inner_group_num=1)
distil = dict(vocab_size=V, dim=12, n_layers=1, n_heads=3, hidden_dim=17, max_position_embeddings=16)
modern = dict(vocab_size=V, hidden_size=12, num_hidden_layers=3, num_attention_heads=3, intermediate_size=11, max_position_embeddings=32, local_attention=4,
              global_attn_every_n_layers=2, pad_token_id=0, cls_token_id=1, sep_token_id=2, bos_token_id=1, eos_token_id=2)
roberta = dict(bert, num_hidden_layers=1, type_vocab_size=1, pad_token_id=1)
one = dict(llama, num_hidden_layers=1)
small = dict(bert, num_hidden_layers=1)
full_rows = dict(lengths=[T, 5, 6])
factors = dict(short_factor=[1.0, 1.1, 1.3], long_factor=[1.2, 2.5, 4.0])

# name: (class, configuration, fields, what differs)
CASES = {
    "GPT2ForSequenceClassification": (tf.GPT2ForSequenceClassification, tf.GPT2Config, dict(gpt, num_labels=3), {}),
    "gpt2-left-padded": (tf.GPT2ForSequenceClassification, tf.GPT2Config, dict(gpt, num_labels=3, scale_attn_by_inverse_layer_idx=True), dict(padding="inside")),
    "GPT2ForTokenClassification": (tf.GPT2ForTokenClassification, tf.GPT2Config, dict(gpt, num_labels=3), {}),
    "LlamaModel": (tf.LlamaModel, tf.LlamaConfig, dict(llama, num_key_value_heads=1), {}),
    "LlamaForCausalLM": (tf.LlamaForCausalLM, tf.LlamaConfig, llama, {}),
    "llama-tied-biased": (tf.LlamaForCausalLM, tf.LlamaConfig, dict(llama, tie_word_embeddings=True, attention_bias=True, mlp_bias=True, num_key_value_heads=4), {}),
    "llama-own-head": (tf.LlamaForCausalLM, tf.LlamaConfig, dict(llama, num_hidden_layers=1, tie_word_embeddings=True), dict(own_head=True)),  # the file says otherwise, and wins
    "gpt2-own-head": (tf.GPT2LMHeadModel, tf.GPT2Config, dict(gpt, n_layer=1), dict(own_head=True)),
    "marian-own-head": (tf.MarianMTModel, tf.MarianConfig, dict(marian), dict(own_head=True)),
    "LlamaForSequenceClassification": (tf.LlamaForSequenceClassification, tf.LlamaConfig, dict(llama, num_labels=3), {}),
    "llama-regression": (tf.LlamaForSequenceClassification, tf.LlamaConfig, dict(llama, num_labels=1), {}),
    "llama-multi-label": (tf.LlamaForSequenceClassification, tf.LlamaConfig, dict(llama, num_labels=3, problem_type="multi_label_classification"), {}),
    "LlamaForTokenClassification": (tf.LlamaForTokenClassification, tf.LlamaConfig, dict(llama, num_labels=3), {}),
    **{f"llama-rope-{name}": (tf.LlamaModel, tf.LlamaConfig, dict(llama, num_hidden_layers=1, **fields), {}) for name, fields in {
        "linear": rope("linear", factor=2.5),
        "dynamic": dict(rope("dynamic", factor=2.0), max_position_embeddings=5),
        "yarn": rope("yarn", factor=4.0, original_max_position_embeddings=6),
        "yarn-scaled": rope("yarn", factor=4.0, original_max_position_embeddings=6, mscale=0.7, mscale_all_dim=0.9, beta_fast=2.0, beta_slow=0.5, truncate=False),
        "llama3": rope("llama3", factor=8.0, original_max_position_embeddings=12, low_freq_factor=1.0, high_freq_factor=4.0),
        "longrope-long": rope("longrope", factor=4.0, original_max_position_embeddings=6, **factors),
        "longrope-short": rope("longrope", factor=4.0, original_max_position_embeddings=8, **factors),
    }.items()},
    "MistralForCausalLM": (tf.MistralForCausalLM, tf.MistralConfig, dict(llama, sliding_window=3), dict(lengths=[T, 5, 6])),  # a row whose window holds padding alone is not defined
    "Qwen2ForCausalLM": (tf.Qwen2ForCausalLM, tf.Qwen2Config, {**{k: v for k, v in llama.items() if k != "head_dim"}, "hidden_size": 16, "num_hidden_layers": 2, "tie_word_embeddings": True,
                         "use_sliding_window": True, "sliding_window": 3, "max_window_layers": 1}, dict(lengths=[T, 5, 6])),
    "MistralForSequenceClassification": (tf.MistralForSequenceClassification, tf.MistralConfig, dict(one, sliding_window=None, num_labels=3), {}),
    "Qwen2ForTokenClassification": (tf.Qwen2ForTokenClassification, tf.Qwen2Config, {**{k: v for k, v in one.items() if k != "head_dim"}, "num_attention_heads": 2, "num_key_value_heads": 1, "num_labels": 3}, {}),
    "Qwen3Model": (tf.Qwen3Model, tf.Qwen3Config, dict(one, attention_bias=True), {}),
    "Qwen3ForSequenceClassification": (tf.Qwen3ForSequenceClassification, tf.Qwen3Config, dict(one, num_labels=3), {}),
    "MT5EncoderModel": (tf.MT5EncoderModel, tf.MT5Config, dict(t5, num_layers=1, feed_forward_proj="gated-gelu"), {}),
    "T5Model": (tf.T5Model, tf.T5Config, t5, {}),
    "T5EncoderModel": (tf.T5EncoderModel, tf.T5Config, t5, {}),
    "T5ForConditionalGeneration": (tf.T5ForConditionalGeneration, tf.T5Config, t5, {}),
    "t5-v11": (tf.T5ForConditionalGeneration, tf.T5Config, dict(t5, num_layers=1, num_decoder_layers=2, feed_forward_proj="gated-gelu", tie_word_embeddings=False),
               dict(own_head=True, config=dict(tie_word_embeddings=False, scale_decoder_outputs=None))),  # as Transformers 4 writes it
    "t5-v11-new-config": (tf.T5ForConditionalGeneration, tf.T5Config, dict(t5, num_layers=1, feed_forward_proj="gated-gelu", tie_word_embeddings=False), dict(own_head=True)),
    "MT5ForConditionalGeneration": (tf.MT5ForConditionalGeneration, tf.MT5Config, dict(t5, feed_forward_proj="gated-gelu"), dict(own_head=True)),
    "BartModel": (tf.BartModel, tf.BartConfig, bart, {}),
    "BartForConditionalGeneration": (tf.BartForConditionalGeneration, tf.BartConfig, bart, {}),
    "MarianModel": (tf.MarianModel, tf.MarianConfig, marian, {}),
    "MarianMTModel": (tf.MarianMTModel, tf.MarianConfig, dict(marian, encoder_layers=2), {}),
    "marian-two-vocabularies": (tf.MarianMTModel, tf.MarianConfig, dict(marian, decoder_vocab_size=45, share_encoder_decoder_embeddings=False), {}),
    **{f"RobertaPreLayerNorm{kind}": (getattr(tf, f"RobertaPreLayerNorm{kind}"), tf.RobertaPreLayerNormConfig, dict(roberta, num_hidden_layers=2, **fields), {}) for kind, fields in {
        "Model": {}, "ForSequenceClassification": dict(num_labels=3), "ForMaskedLM": {}}.items()},
    "BertForMultipleChoice": (tf.BertForMultipleChoice, tf.BertConfig, dict(bert, num_hidden_layers=1), dict(types=True)),
    "bert-multi-label": (tf.BertForSequenceClassification, tf.BertConfig, dict(bert, num_hidden_layers=1, num_labels=3, problem_type="multi_label_classification"), {}),
    "bert-answer-outside": (tf.BertForQuestionAnswering, tf.BertConfig, dict(bert, num_hidden_layers=1, num_labels=2), dict(ends=[3, 20, 5])),
    "RobertaModel": (tf.RobertaModel, tf.RobertaConfig, roberta, {}),
    "RobertaForQuestionAnswering": (tf.RobertaForQuestionAnswering, tf.RobertaConfig, dict(roberta, num_labels=2), {}),
    "XLMRobertaForSequenceClassification": (tf.XLMRobertaForSequenceClassification, tf.XLMRobertaConfig, dict(roberta, num_labels=3), {}),
    "CamembertForMaskedLM": (tf.CamembertForMaskedLM, tf.CamembertConfig, roberta, {}),
    "DistilBertModel": (tf.DistilBertModel, tf.DistilBertConfig, distil, {}),
    "DistilBertForTokenClassification": (tf.DistilBertForTokenClassification, tf.DistilBertConfig, dict(distil, num_labels=3), {}),
    "DistilBertForQuestionAnswering": (tf.DistilBertForQuestionAnswering, tf.DistilBertConfig, dict(distil, num_labels=2), {}),
    "RobertaForMultipleChoice": (tf.RobertaForMultipleChoice, tf.RobertaConfig, dict(bert, num_hidden_layers=1, type_vocab_size=1, pad_token_id=1), {}),
    "RobertaForTokenClassification": (tf.RobertaForTokenClassification, tf.RobertaConfig, dict(bert, num_hidden_layers=1, type_vocab_size=1, pad_token_id=1, num_labels=3), {}),
    "DistilBertForMultipleChoice": (tf.DistilBertForMultipleChoice, tf.DistilBertConfig, distil, {}),
    "ElectraModel": (tf.ElectraModel, tf.ElectraConfig, dict(electra, embedding_size=12), dict(types=True)),
    "ElectraForPreTraining": (tf.ElectraForPreTraining, tf.ElectraConfig, electra, dict(types=True)),
    "ElectraForMaskedLM": (tf.ElectraForMaskedLM, tf.ElectraConfig, dict(electra, hidden_act="relu"), {}),
    "ElectraForSequenceClassification": (tf.ElectraForSequenceClassification, tf.ElectraConfig, dict(electra, num_labels=3), dict(types=True)),
    "ElectraForTokenClassification": (tf.ElectraForTokenClassification, tf.ElectraConfig, dict(electra, num_labels=3), {}),
    "ElectraForQuestionAnswering": (tf.ElectraForQuestionAnswering, tf.ElectraConfig, dict(electra, num_labels=2), {}),
    "ElectraForMultipleChoice": (tf.ElectraForMultipleChoice, tf.ElectraConfig, dict(electra, num_hidden_layers=1), {}),
    "AlbertModel": (tf.AlbertModel, tf.AlbertConfig, albert, dict(types=True)),
    "AlbertForMaskedLM": (tf.AlbertForMaskedLM, tf.AlbertConfig, albert, dict(types=True)),
    "albert-inner-groups": (tf.AlbertForSequenceClassification, tf.AlbertConfig, dict(albert, num_hidden_layers=2, num_hidden_groups=1, inner_group_num=2, num_labels=3), {}),
    "AlbertForTokenClassification": (tf.AlbertForTokenClassification, tf.AlbertConfig, dict(albert, num_hidden_groups=1, num_labels=3), {}),
    "AlbertForQuestionAnswering": (tf.AlbertForQuestionAnswering, tf.AlbertConfig, dict(albert, num_hidden_groups=1, num_labels=2), {}),
    "AlbertForMultipleChoice": (tf.AlbertForMultipleChoice, tf.AlbertConfig, dict(albert, num_hidden_layers=2, num_hidden_groups=1), {}),
    "ModernBertModel": (tf.ModernBertModel, tf.ModernBertConfig, modern, full_rows),
    "ModernBertForMaskedLM": (tf.ModernBertForMaskedLM, tf.ModernBertConfig, modern, full_rows),
    "ModernBertForSequenceClassification": (tf.ModernBertForSequenceClassification, tf.ModernBertConfig, dict(modern, num_labels=3, norm_bias=True, attention_bias=True, mlp_bias=True, classifier_bias=True), full_rows),
    "modernbert-mean": (tf.ModernBertForSequenceClassification, tf.ModernBertConfig, dict(modern, num_labels=3, classifier_pooling="mean"),
                        dict(full_rows, config=dict(layer_types=None, rope_parameters=None, global_attn_every_n_layers=2, global_rope_theta=160000.0, local_rope_theta=10000.0))),  # as Transformers 4 writes it
    "ModernBertForTokenClassification": (tf.ModernBertForTokenClassification, tf.ModernBertConfig, dict(modern, num_labels=3), full_rows),
    "ModernBertForQuestionAnswering": (tf.ModernBertForQuestionAnswering, tf.ModernBertConfig, dict(modern, num_labels=2), full_rows),
    "ModernBertForMultipleChoice": (tf.ModernBertForMultipleChoice, tf.ModernBertConfig, modern, full_rows),
    "Qwen3ForCausalLM": (tf.Qwen3ForCausalLM, tf.Qwen3Config, dict(llama, tie_word_embeddings=True), {}),
    # encoders as decoders: each token sees those before it
    "bert-decoder": (tf.BertForTokenClassification, tf.BertConfig, dict(small, num_labels=3, is_decoder=True), dict(types=True)),
    "roberta-decoder": (tf.RobertaModel, tf.RobertaConfig, dict(roberta, is_decoder=True), {}),
    "electra-decoder": (tf.ElectraModel, tf.ElectraConfig, dict(small, embedding_size=7, is_decoder=True), {}),
    # heads and tables that are not tied; `unused`: stored, but read by nothing
    "bert-own-head": (tf.BertForMaskedLM, tf.BertConfig, dict(small, tie_word_embeddings=False), dict(unused=["cls.predictions.bias"])),
    "roberta-own-head": (tf.RobertaForMaskedLM, tf.RobertaConfig, dict(roberta, tie_word_embeddings=False), dict(unused=["lm_head.bias"])),
    "roberta-prelayernorm-own-head": (tf.RobertaPreLayerNormForMaskedLM, tf.RobertaPreLayerNormConfig, dict(roberta, tie_word_embeddings=False), dict(unused=["lm_head.bias"])),
    "distilbert-own-head": (tf.DistilBertForMaskedLM, tf.DistilBertConfig, dict(distil, tie_word_embeddings=False), {}),
    "electra-own-head": (tf.ElectraForMaskedLM, tf.ElectraConfig, dict(small, embedding_size=7, tie_word_embeddings=False), {}),
    "albert-own-head": (tf.AlbertForMaskedLM, tf.AlbertConfig, dict(small, embedding_size=7, tie_word_embeddings=False), dict(unused=["predictions.bias"])),
    "modernbert-own-head": (tf.ModernBertForMaskedLM, tf.ModernBertConfig, dict(modern, num_hidden_layers=1, tie_word_embeddings=False), full_rows),
    "bart-own-tables": (tf.BartForConditionalGeneration, tf.BartConfig, dict(bart, tie_word_embeddings=False), dict(unused=["model.shared.weight"])),
    "bart-own-tables-bare": (tf.BartModel, tf.BartConfig, dict(bart, tie_word_embeddings=False), {}),
    "marian-own-tables": (tf.MarianMTModel, tf.MarianConfig, dict(marian, tie_word_embeddings=False), dict(unused=["model.shared.weight"])),
}


def randomise(model, generator):
    with torch.no_grad():
        for name, p in model.named_parameters():
            if not p.requires_grad:  # fixed positions: computed, or rounded where a file will hold them
                if name not in (model._keys_to_ignore_on_save or ()):
                    p.copy_(p.bfloat16().float())
                continue
            value = torch.randn(p.shape, generator=generator) * (0.3 if p.dim() > 1 else 0.2)
            if name.endswith("weight") and p.dim() == 1:
                value = value + 1  # a norm
            p.copy_(value.bfloat16().float())
        for name, p in model.named_buffers():
            if name == "final_logits_bias":
                p.copy_((torch.randn(p.shape, generator=generator) * 0.2).bfloat16().float())


def labels_for(name, ids, mask, config, generator, ends):
    labels = config.num_labels
    if "SequenceClassification" in name:
        if config.problem_type == "multi_label_classification":
            return {"labels": torch.randint(0, 2, (B, labels), generator=generator).float()}
        return {"labels": torch.tensor([0.5, -1.0, 2.0]) if labels == 1 else torch.tensor([2, 0, 1])}
    if "MultipleChoice" in name:
        return {"labels": torch.tensor([1, 0, 1])}
    if "QuestionAnswering" in name:
        return {"start_positions": torch.tensor([1, 0, 2]), "end_positions": torch.tensor(ends)}
    if "PreTraining" in name:
        return {"labels": torch.randint(0, 2, ids.shape, generator=generator)}
    if "TokenClassification" in name or "LM" in name or "Masked" in name:
        y = torch.randint(0, 3 if "Token" in name else V, ids.shape, generator=generator)
        y[mask == 0] = -100
        y[0, 2] = -100
        return {"labels": y}
    return {}


def inputs_for(name, config, different, generator):
    pad = config.pad_token_id or 0
    ids = torch.randint(4, V, (B, T), generator=generator)
    mask = torch.tensor([[1 if t < n else 0 for t in range(T)] for n in different.get("lengths", [T, 1, 5])])
    if different.get("padding") == "inside":  # padding in front, where a first token keeps every row visible
        mask = torch.tensor([[1] * T, [1] + [0] * (T - 3) + [1, 1], [1, 0, 0] + [1] * (T - 3)])
    ids[mask == 0] = pad
    inputs = {"input_ids": ids, "attention_mask": mask}
    if different.get("types"):
        inputs["token_type_ids"] = torch.randint(0, 2, (B, T), generator=generator)
    if config.is_encoder_decoder and "Encoder" not in name:
        n = T - 2
        y = torch.randint(4, V, (B, n), generator=generator)
        if "Conditional" in name or "MTModel" in name:
            y[1, 3:] = -100
            return {**inputs, "labels": y}
        decoder_mask = torch.ones(B, n, dtype=torch.long)
        decoder_mask[1, 3:] = 0
        return {**inputs, "decoder_input_ids": y, "decoder_attention_mask": decoder_mask}
    if "MultipleChoice" in name:
        inputs = {key: torch.stack([value, value.roll(1, 0)], 1) for key, value in inputs.items()}
        inputs["input_ids"][:, 1] = torch.where(inputs["attention_mask"][:, 1] == 1, torch.randint(4, V, (B, T), generator=generator), pad)
    return {**inputs, **labels_for(name, ids, mask, config, generator, different.get("ends", [3, 0, 5]))}


VALUES = ("loss", "logits", "start_logits", "end_logits", "last_hidden_state", "pooler_output", "encoder_last_hidden_state")
STATES = ("hidden_states", "attentions", "encoder_hidden_states", "encoder_attentions", "decoder_hidden_states", "decoder_attentions", "cross_attentions")


def make(case):
    cls, Config, fields, different = CASES[case]
    name = cls.__name__
    generator = torch.Generator().manual_seed(sum(map(ord, case)))
    model = cls(Config(**fields, attn_implementation="eager")).eval()
    if different.get("own_head"):
        model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())
    randomise(model, generator)
    inputs = inputs_for(name, model.config, different, generator)
    out = model(**inputs, output_hidden_states=True, output_attentions=True, use_cache=False)
    copy = lambda x: x.detach().clone().contiguous()
    expected = {key: copy(out[key]) for key in VALUES if out.get(key) is not None}
    for key in STATES:
        for i, state in enumerate(out.get(key) or ()):
            expected[f"{key}.{i}"] = copy(state)
    folder = os.path.join(OUT, case)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    if "config" in different:
        path = os.path.join(folder, "config.json")
        config = {**json.load(open(path)), **different["config"]}
        with open(path, "w") as f:
            f.write(json.dumps({k: v for k, v in config.items() if k not in different["config"] or v is not None}, indent=2) + "\n")
    path = os.path.join(folder, "model.safetensors")
    stored = load_file(path)
    if "loss" in expected:
        out.loss.backward()
        named = dict(model.named_parameters(remove_duplicate=False))
        for key in stored:
            if key in named and key not in different.get("unused", ()):
                grad = named[key].grad
                expected[f"gradients.{key}"] = copy(torch.zeros_like(named[key]) if grad is None else grad)
    save_file({k: (v.bfloat16() if v.is_floating_point() else v).contiguous() for k, v in stored.items()}, path, metadata={"format": "pt"})
    save_file({k: v.contiguous() for k, v in inputs.items()}, os.path.join(folder, "inputs.safetensors"))
    save_file(expected, os.path.join(folder, "expected.safetensors"))
    for extra in os.listdir(folder):
        if extra not in ("config.json", "model.safetensors", "inputs.safetensors", "expected.safetensors"):
            os.remove(os.path.join(folder, extra))
    print(case, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), sorted(stored)[:2])


for case in sys.argv[1:] or CASES:
    make(case)
