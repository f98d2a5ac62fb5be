"""scikit-learn's scores on random labels: src/data/fixtures/metrics.json."""
import json, os, random
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support
random.seed(1)
cases = []
for classes, n in [(2, 40), (4, 60), (5, 12)]:
    t = [random.randrange(classes) for _ in range(n)]
    p = [x if random.random() < 0.6 else random.randrange(classes) for x in t]
    pr, rc, f1, s = precision_recall_fscore_support(t, p, labels=list(range(classes)), zero_division=0)
    cases.append(dict(classes=classes, truth=t, predicted=p, accuracy=accuracy_score(t, p), macro_f1=f1_score(t, p, average="macro", zero_division=0),
        confusion=confusion_matrix(t, p, labels=list(range(classes))).tolist(), precision=pr.tolist(), recall=rc.tolist(), f1=f1.tolist()))
out = os.path.join(os.path.dirname(__file__), "..", "src", "data", "fixtures")
os.makedirs(out, exist_ok=True)
json.dump(cases, open(os.path.join(out, "metrics.json"), "w"))
open(os.path.join(out, "README.md"), "w").write("metrics.json: made by scripts/golden-metrics.py with scikit-learn.\n")
