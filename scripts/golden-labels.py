"""Makes tiny re-randomised token classifiers and a question answerer with their tokenizers, and what the reference pipelines give for them:
test/fixtures/labels/<case>/.

Token classification (transformers 5, torch):            python scripts/golden-labels.py ner
Question answering (the last version that has it, 4.57): python scripts/golden-labels.py qa
Offsets are turned into UTF-16 units. Every tensor is random; deviations are large so that answers differ from token to token.
"""
import json, os, shutil, sys
import torch
import transformers as tf
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, Regex

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "labels")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NAMES = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
LETTERS = list("abcdefghijklmnoprstuvwyz")
WORDS = ["new", "york", "micro", "##soft", "##er", "##s", "in", "the", "an", "##g", "##ela", "mer", "##kel", "lives", "ber", "##lin", ".", ",", "?", "!", "-", "'"]
HAN = list("北京是我国的首都上海在中人学大王小明")
TEXTS = ["Angela Merkel lives in Berlin.", "Microsofters in New York, Berlin's the new-york", "北京是我国的首都", "王小明在 Berlin 上大学。", "😀 Berlin 𠀀北京!", "Zürich in New York",
         "q", "the new york"]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def word_piece():
    vocab = SPECIAL + LETTERS + [f"##{c}" for c in LETTERS] + WORDS + HAN
    tok = Tokenizer(models.WordPiece({t: i for i, t in enumerate(dict.fromkeys(vocab))}, unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.decoder = decoders.WordPiece()
    return tok


def characters():
    vocab = SPECIAL + LETTERS + list("ABM .,'!-") + HAN
    tok = Tokenizer(models.WordLevel({t: i for i, t in enumerate(dict.fromkeys(vocab))}, unk_token="[UNK]"))
    tok.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tok.decoder = decoders.Fuse()
    return tok


def finish(tok, length):
    ids = {t: tok.token_to_id(t) for t in ("[CLS]", "[SEP]")}
    tok.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=list(ids.items()))
    return tf.PreTrainedTokenizerFast(tokenizer_object=tok, model_max_length=length, **NAMES)


def save(case, tok, cls, length, **fields):
    path = os.path.join(OUT, case)
    shutil.rmtree(path, ignore_errors=True)
    torch.manual_seed(7)
    config = tf.BertConfig(vocab_size=len(tok), hidden_size=12, num_hidden_layers=1, num_attention_heads=3, intermediate_size=17, max_position_embeddings=length,
                           type_vocab_size=2, **fields)
    model = cls(config).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(torch.randn_like(p) * (0.6 if p.dim() > 1 else 0.3) + (1 if "LayerNorm.weight" in name else 0))
    model.save_pretrained(path)
    tok.save_pretrained(path)
    for name in os.listdir(path):
        if name not in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
            os.remove(os.path.join(path, name))
    return path, model


def utf16(text, place):
    return len(text[:place].encode("utf-16-le")) // 2


def plain(one, text):
    return {k: (float(v) if k == "score" else utf16(text, int(v)) if k in ("start", "end") else int(v) if k == "index" else v) for k, v in one.items()}


def write(path, golden):
    with open(os.path.join(path, "golden.json"), "w") as f:
        json.dump(golden, f, ensure_ascii=False, indent=0)


def ner():
    for case, tok in (("ner-word-piece", word_piece()), ("ner-characters", characters())):
        tok = finish(tok, 60)
        path, model = save(case, tok, tf.BertForTokenClassification, 60, id2label=dict(enumerate(LABELS)), label2id={l: i for i, l in enumerate(LABELS)})
        golden = []
        for strategy in ("none", "simple", "first", "average", "max"):
            for ignored in (["O"], []):
                pipe = tf.pipeline("token-classification", model=model, tokenizer=tok, aggregation_strategy=strategy, ignore_labels=ignored)
                for text in TEXTS:
                    golden.append(dict(text=text, strategy=strategy, ignored=ignored, entities=[plain(e, text) for e in pipe(text)]))
        write(path, golden)


CONTEXTS = [("who lives in the new york?", "Angela Merkel lives in Berlin. The Microsofters in New York, an angela in the Berlin, lives in New York. Mr. Berlin, an angels in Zürich 😀 lives."),
            ("首都?", "北京是我国的首都上海在中国的人大学是王小明在上海是大学。 Berlin is in 北京, 😀 the microsofters new york the angela.")]


def qa():
    tok = finish(word_piece(), 40)
    path, model = save("qa", tok, tf.BertForQuestionAnswering, 40)
    pipe = tf.pipeline("question-answering", model=model, tokenizer=tok)
    golden = []
    options = [dict(), dict(top_k=3), dict(top_k=5, align_to_words=False), dict(top_k=4, handle_impossible_answer=True), dict(max_answer_len=2, top_k=3),
               dict(max_seq_len=24, doc_stride=6, top_k=3), dict(max_seq_len=24, doc_stride=6, top_k=4, handle_impossible_answer=True, align_to_words=False)]
    for question, context in CONTEXTS:
        for one in options:
            found = pipe(question=question, context=context, **one)
            golden.append(dict(question=question, context=context, options=one, answers=[plain(a, context) for a in (found if isinstance(found, list) else [found])]))
    write(path, golden)


{"ner": ner, "qa": qa}[sys.argv[1]]()
