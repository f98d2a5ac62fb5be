"""Golden values of text metrics: seqeval and sacrebleu; plain Python after the published definitions for the rest.

Usage: python scripts/golden-text-metrics.py > src/data/fixtures/text-metrics.json
Needs: seqeval, sacrebleu.
"""

import json
import random
import re
import string
import sys
import unicodedata
import warnings
from collections import Counter

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF
from seqeval.metrics import sequence_labeling, v1
from seqeval.scheme import BILOU, IOB2, IOBES

warnings.filterwarnings("ignore")
random.seed(7)

SCHEMES = {"IOB2": (IOB2, "BI"), "IOBES": (IOBES, "BIES"), "BILOU": (BILOU, "BILU")}


def tags(count, prefixes, types=("PER", "LOC", "ORG-X")):
    return ["O" if random.random() < 0.35 else f"{random.choice(prefixes)}-{random.choice(types)}" for _ in range(count)]


def noisy(sentence, prefixes):
    return [random.choice([tag, *tags(1, prefixes)]) if random.random() < 0.3 else tag for tag in sentence]


def averages(truth, predicted, **options):
    precision_recall_fscore_support = (v1 if options else sequence_labeling).precision_recall_fscore_support
    names = ("precision", "recall", "f1")
    result = {}
    for average in ("micro", "macro", "weighted"):
        values = precision_recall_fscore_support(truth, predicted, average=average, zero_division=0, **options)
        # a mean over no types at all is NaN there and 0 here
        result[average] = {name: float(x) if x == x else 0.0 for name, x in zip(names, values[:3])}
    _, _, f1, support = precision_recall_fscore_support(truth, predicted, average=None, zero_division=0, **options)
    result["f1"], result["support"] = [float(x) for x in f1], [int(x) for x in support]
    return result


def entity_cases():
    cases = []
    for scheme, (kind, prefixes) in SCHEMES.items():
        for sentences in (1, 6, 25):
            truth = [tags(random.randint(1, 12), prefixes) for _ in range(sentences)]
            predicted = [noisy(sentence, prefixes) for sentence in truth]
            strict = averages(truth, predicted, scheme=kind)
            # the lenient mode knows E and S; L and U are read as unknown prefixes there
            lenient = averages(truth, predicted)
            cases.append({"scheme": scheme, "truth": truth, "predicted": predicted, "strict": strict, "lenient": lenient})
    nothing = [["O", "O"], ["O"]]
    empty = {"micro": {"precision": 0.0, "recall": 0.0, "f1": 0.0}}
    cases.append({"scheme": "IOB2", "truth": nothing, "predicted": nothing, "strict": empty, "lenient": empty})
    return cases


ENGLISH = [
    ("The cat sat on the mat.", ["The cat sat on the mat.", "A cat was sitting on the mat."]),
    ('He said: "It costs $1,000.50, doesn\'t it?"', ['He said, "It costs $1,000.50, right?"', "It costs 1000.50 dollars, he said."]),
    ("state-of-the-art models from 1990-1999 (e.g. n-grams)", ["State-of-the-art models of 1990-1999, e.g. n-grams", "models"]),
    ("Zwei Männer stehen am Herd &amp; bereiten Essen zu .", ["Zwei Männer stehen am Herd & bereiten Essen zu.", "Zwei Männer kochen."]),
    ("x", ["y", "x"]),
    ("", ["something", "anything"]),
    ("naïve café\u00a0déjà vu 😀, ok", ["naive café déjà vu 😀 ok", "naïve café"]),
    ("a b c d e f g h i j", ["a b c d e x g h i j", "j i h g f e d c b a"]),
]
CHINESE = [
    ("你好，世界！", ["你好世界！", "您好，世界。"]),
    ("我在2024年买了3.5斤苹果“很好吃”。", ["我2024年买了3.5斤苹果，“很好吃”。", "苹果好吃"]),
    ("他说𠀀字很难写 hello, world", ["他说𠀀字难写 Hello world", "𠀀"]),
    ("ＡＢＣ　全角：１２３", ["ＡＢＣ全角：123", "全角"]),
    ("", ["空", "无"]),
]


def text_cases():
    cases = []
    for name, rows in (("en", ENGLISH), ("zh", CHINESE), ("en-one", ENGLISH[:1]), ("empty", [("", ["a", "b"])]), ("short", [("x", ["x", "y"])])):
        hypotheses = [hypothesis for hypothesis, _ in rows]
        for count in (1, 2):
            references = [[refs[i] for _, refs in rows] for i in range(count)]
            bleu = []
            for tokenize in ("13a", "zh", "char", "none"):
                for smooth in ("exp", "none", "floor", "add-k"):
                    for effective in (False, True):
                        for lower in (False, True):
                            if smooth != "exp" and (tokenize != "13a" or lower):
                                continue
                            metric = BLEU(tokenize=tokenize, smooth_method=smooth, effective_order=effective, lowercase=lower, force=True)
                            score = metric.corpus_score(hypotheses, references)
                            bleu.append({
                                "options": {"tokenize": tokenize, "smooth": smooth, "effectiveOrder": effective, "lowercase": lower},
                                "score": score.score, "precisions": score.precisions, "bp": score.bp,
                                "sys_len": score.sys_len, "ref_len": score.ref_len, "signature": str(metric.get_signature()),
                            })
            chrf = []
            for word_order in (0, 2):
                for lower, whitespace, eps in ((False, False, False), (True, False, False), (False, True, True)):
                    metric = CHRF(word_order=word_order, lowercase=lower, whitespace=whitespace, eps_smoothing=eps)
                    score = metric.corpus_score(hypotheses, references)
                    chrf.append({
                        "options": {"wordOrder": word_order, "lowercase": lower, "whitespace": whitespace, "epsSmoothing": eps},
                        "score": score.score, "signature": str(metric.get_signature()),
                    })
            segments = [[refs[i] for i in range(count)] for _, refs in rows]
            cases.append({"name": f"{name}, {count} reference(s)", "hypotheses": hypotheses, "references": segments, "bleu": bleu, "chrf": chrf})
    return cases


# SQuAD's evaluation, version 2.0 (Rajpurkar et al. 2018)
def squad_tokens(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def compute_exact(answer, prediction):
    return int(squad_tokens(answer) == squad_tokens(prediction))


def compute_f1(answer, prediction):
    a, b = squad_tokens(answer), squad_tokens(prediction)
    same = sum((Counter(a) & Counter(b)).values())
    return float(a == b) if not a or not b else 2 * same / (len(a) + len(b))


# Chinese answers as in MLQA (Lewis et al. 2020): punctuation of any script off, characters of Chinese one by one
PUNCTUATION = {chr(i) for i in range(sys.maxunicode) if unicodedata.category(chr(i)).startswith("P")} | set(string.punctuation)


def mixed_tokens(text):
    tokens, run = [], ""
    for char in "".join(c for c in text.lower() if c not in PUNCTUATION):
        if "\u4e00" <= char <= "\u9fa5":
            tokens += run.split() + [char]
            run = ""
        else:
            run += char
    return tokens + run.split()


def mixed(prediction, answers):
    exact, best = 0.0, 0.0
    for answer in answers:
        a, b = mixed_tokens(prediction), mixed_tokens(answer)
        exact = max(exact, float(a == b))
        same = sum((Counter(a) & Counter(b)).values())
        best = max(best, 2 * same / (len(a) + len(b)) if same else float(a == b and not a))
    return exact, best


ANSWERS = [
    ("the Panthers", ["Panthers", "Carolina"]), ("308 points", ["308"]), ("", [""]), ("something", [""]), ("", ["x"]),
    ("A cat, an owl & the dog!", ["cat owl dog", "the cat"]), ("Zürich's", ["zürichs"]), ("the the cat", ["cat cat"]), ("it\u00a0is", ["it is"]),
]
CHINESE_ANSWERS = [("北京市", ["北京", "北京市"]), ("《三国演义》", ["三国演义"]), ("共3个 items", ["3个items", "三个"]), ("上海", ["北京"]), ("2008年8月8日", ["2008年08月08日"])]


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def error_cases():
    cases = []
    for _ in range(4):
        truth = [[random.choice("abcd") for _ in range(random.randint(1, 9))] for _ in range(8)]
        predicted = [[random.choice("abcd") if random.random() < 0.2 else x for x in row if random.random() > 0.15] for row in truth]
        total = sum(edits(a, b) for a, b in zip(truth, predicted))
        cases.append({"truth": truth, "predicted": predicted, "rate": total / sum(map(len, truth))})
    return cases


json.dump(
    {
        "sacrebleu": sacrebleu.__version__,
        "entities": entity_cases(),
        "texts": text_cases(),
        "answers": [{"prediction": p, "answers": a, "exact": max(compute_exact(x, p) for x in a), "f1": max(compute_f1(x, p) for x in a)} for p, a in ANSWERS],
        "mixed_answers": [dict(zip(("prediction", "answers", "exact", "f1"), (p, a, *mixed(p, a)))) for p, a in CHINESE_ANSWERS],
        "errors": error_cases(),
    },
    sys.stdout,
    ensure_ascii=False,
    separators=(",", ":"),
)
