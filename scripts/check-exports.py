"""Does Python see what we see? Arguments: a run folder of text classification and its ONNX export.
Needs transformers, onnx, onnxruntime. Prints the largest differences; run by hand before a release."""
import json, subprocess, sys
import numpy as np, onnx, onnxruntime, torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
run, export = sys.argv[1:3]
texts = ["a small dog with long ears", "一杯热咖啡", "drapeau de la France"]
ours = json.loads(subprocess.run(["node", "bin/tesserae.js", "predict", run, *texts, "--json"], capture_output=True, text=True, check=True).stdout)
tok = AutoTokenizer.from_pretrained(run)
model = AutoModelForSequenceClassification.from_pretrained(run).eval()
session = onnxruntime.InferenceSession(f"{export}/onnx/model.onnx")
onnx.checker.check_model(f"{export}/onnx/model.onnx", full_check=True)
for text, mine in zip(texts, ours):
    e = tok(text, return_tensors="pt")
    with torch.no_grad():
        p = model(**{k: v for k, v in e.items() if k != "token_type_ids"}).logits.softmax(-1)[0]
    feeds = {i.name: e[i.name].numpy() for i in session.get_inputs()}
    q = session.run(["logits"], feeds)[0][0]
    q = np.exp(q - q.max()); q /= q.sum()
    best = int(p.argmax())
    print(text, mine, model.config.id2label[best], "transformers", abs(float(p[best]) - mine["score"]), "onnx", abs(float(q[best]) - mine["score"]))
