"""Makes tiny random checkpoints with tokenizers, and what Python's pipelines say of them: test/fixtures/pipelines/<case>/.

Run with torch, transformers, tokenizers and pillow installed:  python scripts/golden-pipelines.py
Weights are random and rather large, so that scores differ; float16 on disk. Each folder has `expected.json`: calls with their results.
"""
import json, os, shutil
os.environ["TQDM_DISABLE"] = "1"
import torch
import transformers as tf
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import pipeline

tf.logging.set_verbosity_error()
OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "pipelines")
WORDS = "the a cat dog sat on in mat sun moon is are good bad big small red blue sport music news example this that of and not no yes it ##s ##ed ##ing , . ! ?".split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TEXTS = ["The cat sat on the mat.", "this is good", "A big red dog, not a small blue cat!", "moon", "it is bad and sad xyz music?"]
LONG = " ".join(["the cat sat on the big mat and the small dog is in the moon ."] * 3)


def word_piece(length):
    vocab = {word: i for i, word in enumerate(SPECIAL + WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    named = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    return tf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=length, **named)


def byte_pairs(length):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    learnt = [*TEXTS[:4], "it is bad and sad [UNK] music?"]
    tokenizer.train_from_iterator(learnt * 3, trainers.BpeTrainer(vocab_size=320, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), True, False)
    mask = AddedToken("<mask>", lstrip=True, special=True)
    return tf.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=length, bos_token="<s>", cls_token="<s>", eos_token="</s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token=mask), tokenizer.get_vocab_size()


def save(name, model, seed, *beside):
    """Randomises, saves, reads back; the folder."""
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for key, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator) * (1.0 if "classifier" in key else 0.5)
            value.copy_(noise + 1 if "LayerNorm.weight" in key or "layernorm" in key and key.endswith("weight") else noise)
    model.save_pretrained(folder)
    for one in beside:
        one.save_pretrained(folder)
    if isinstance(model, tf.BertPreTrainedModel):  # a BertTokenizer is one that gives token types
        path = os.path.join(folder, "tokenizer_config.json")
        with open(path) as file:
            config = json.load(file)
        with open(path, "w") as file:
            json.dump({**config, "tokenizer_class": "BertTokenizer"}, file, indent=2)
    path = os.path.join(folder, "model.safetensors")
    save_file({key: value.half().contiguous() for key, value in load_file(path).items()}, path, metadata={"format": "pt"})
    return folder


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return {key: rounded(one) for key, one in value.items()} if isinstance(value, dict) else value


def write(folder, calls):
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(rounded(calls), file, ensure_ascii=False)


def ask(run, *args, **options):
    return dict(args=args, options=options, result=run(*args, **options))


bert = dict(vocab_size=len(SPECIAL + WORDS), hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17, max_position_embeddings=32, type_vocab_size=2, pad_token_id=0)
f32 = dict(dtype=torch.float32, device="cpu")

folder = save("bert-words", tf.BertForMaskedLM(tf.BertConfig(**bert)), 1, word_piece(32))
fill = pipeline("fill-mask", model=folder, **f32)
masked = ["The cat sat on the [MASK].", "this is [MASK] and it is good!"]
fills = [ask(fill, masked[0]), ask(fill, masked[1], top_k=2), ask(fill, masked, top_k=3), ask(fill, "the [MASK] sat on [MASK] mat", top_k=2),
         ask(fill, masked[0], targets=["dog", "sun", "musics", "dog"]), ask(fill, masked[0], targets="moon", top_k=4)]
extract = pipeline("feature-extraction", model=folder, **f32)
states = extract(TEXTS)


def embed(texts, model, tokenizer):
    """The recipe of sentence-transformers: mean over real tokens, then unit length."""
    batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    mask = batch["attention_mask"].unsqueeze(-1).float()
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)


vectors = embed(TEXTS + [LONG], extract.model, extract.tokenizer)
write(folder, {"fill-mask": fills, "feature-extraction": dict(texts=TEXTS, states=states, long=LONG, sentences=vectors.tolist(), cosines=(vectors @ vectors.T).tolist())})

folder = save("roberta-bytes", tf.RobertaForMaskedLM(tf.RobertaConfig(**{**bert, "vocab_size": byte_pairs(30)[1], "hidden_size": 6, "num_hidden_layers": 1, "type_vocab_size": 1, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2})), 2, byte_pairs(30)[0])
fill = pipeline("fill-mask", model=folder, **f32)
write(folder, {"fill-mask": [ask(fill, "this is <mask> and", top_k=4), ask(fill, "a <mask> cat", targets=[" dog", "Ġmat", "the"])]})


def labels(*names):
    return dict(id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)})


def zero_shot(run):
    some = ["sport", "music", "news"]
    return [ask(run, TEXTS[0], candidate_labels=some), ask(run, TEXTS[2], candidate_labels="sport, music , news", multi_label=True), ask(run, TEXTS[:3], candidate_labels=some),
            ask(run, TEXTS[1], candidate_labels=["good"]), ask(run, TEXTS[4], candidate_labels=some, hypothesis_template="it is {} and not bad"), ask(run, LONG, candidate_labels=some)]


folder = save("bert-entailment", tf.BertForSequenceClassification(tf.BertConfig(**bert, **labels("contradiction", "neutral", "ENTAILMENT"))), 3, word_piece(32))
write(folder, {"zero-shot-classification": zero_shot(pipeline("zero-shot-classification", model=folder, **f32))})
distil = dict(vocab_size=bert["vocab_size"], dim=12, n_layers=1, n_heads=3, hidden_dim=17, max_position_embeddings=32, pad_token_id=0)
folder = save("distilbert-entailment", tf.DistilBertForSequenceClassification(tf.DistilBertConfig(**distil, **labels("entailment", "other", "not_entailment"))), 4, word_piece(32))
write(folder, {"zero-shot-classification": zero_shot(pipeline("zero-shot-classification", model=folder, **f32))})

picture = dict(hidden_size=12, num_hidden_layers=1, num_attention_heads=3, intermediate_size=17, image_size=8, patch_size=4)
noise = torch.randint(0, 256, (9, 11, 3), generator=torch.Generator().manual_seed(5), dtype=torch.uint8)
Image.fromarray(noise.numpy()).save(os.path.join(OUT, "picture.png"))
square = dict(do_resize=True, size={"height": 8, "width": 8}, resample=2, image_processor_type="ViTImageProcessor")
for name, model in {"vit": tf.ViTModel(tf.ViTConfig(**picture)), "vit-classes": tf.ViTForImageClassification(tf.ViTConfig(**picture)), "dinov2": tf.Dinov2Model(tf.Dinov2Config(**{k: v for k, v in picture.items() if k != "intermediate_size"}))}.items():
    folder = save(name, model, 6, tf.ViTImageProcessorPil(**square) if hasattr(tf, "ViTImageProcessorPil") else tf.ViTImageProcessor(**square))
    features = pipeline("image-feature-extraction", model=folder, **f32)
    with Image.open(os.path.join(OUT, "picture.png")) as original:
        calls = [dict(options=options, result=features(original, **options)) for options in ([{}] if name == "vit-classes" else [{}, dict(pool=True)])]
    write(folder, {"image-feature-extraction": calls})

# captions: transformers 5 has no pipeline for them any more, so as its documentation says: processor, generate, decode
words = word_piece(24)
words.add_special_tokens({"additional_special_tokens": ["[DEC]"]})
text = dict(vocab_size=len(words), hidden_size=12, encoder_hidden_size=15, num_hidden_layers=2, num_attention_heads=3, intermediate_size=17, max_position_embeddings=24,
            pad_token_id=0, bos_token_id=len(words) - 1, eos_token_id=2, sep_token_id=3)
vision = dict(hidden_size=15, num_hidden_layers=1, num_attention_heads=3, intermediate_size=17, image_size=8, patch_size=4)
processor = (tf.BlipImageProcessorPil if hasattr(tf, "BlipImageProcessorPil") else tf.BlipImageProcessor)(size={"height": 8, "width": 8})
folder = save("blip", tf.BlipForConditionalGeneration(tf.BlipConfig(text_config=text, vision_config=vision)), 9, words, processor)
model = tf.BlipForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
with Image.open(os.path.join(OUT, "picture.png")) as original:
    pixels = torch.as_tensor(processor(original, return_tensors="pt")["pixel_values"])


def caption(prompt=None, **options):
    begun = {} if prompt is None else words(prompt, return_tensors="pt", return_token_type_ids=False)
    ids = model.generate(pixels, **begun, **options)
    return [dict(generated_text=text.strip()) for text in words.batch_decode(ids, skip_special_tokens=True)]


write(folder, {"image-to-text": [dict(options=options, result=caption(**options)) for options in
                                 ({}, dict(max_new_tokens=6, no_repeat_ngram_size=1), dict(prompt="the cat", max_new_tokens=6, no_repeat_ngram_size=2),
                                  dict(num_beams=3, num_return_sequences=2, max_new_tokens=8, no_repeat_ngram_size=1))]})
