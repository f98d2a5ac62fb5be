"""Values and gradients of operations in torch, float64: test/fixtures/ops/torch.json. Needs torch.

Inputs are 1.7 * sin(k + 1) + 0.3 * cos(5 * k * k), k counting through each input from its `start`; the loss that is differentiated is
the sum of output * cos(3 * i + 1). The test makes the same numbers, so the file holds results only.
"""
import json, math, os
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "ops", "torch.json")


def numbers(start, *shape):
    size = math.prod(shape)
    values = [1.7 * math.sin(start + i + 1) + 0.3 * math.cos(5 * (start + i) * (start + i)) for i in range(size)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_()


def run(make, *inputs):
    y = make(*inputs)
    weights = torch.cos(3 * torch.arange(y.numel(), dtype=torch.float64) + 1).reshape(y.shape)
    grads = torch.autograd.grad((y * weights).sum(), inputs)
    return {"y": y.flatten().tolist(), "shape": list(y.shape), "gradients": [g.flatten().tolist() for g in grads]}


labels = torch.tensor([2, 0, -100, 1, 3])
classes = torch.tensor([0.5, 1.0, 2.0, 0.25], dtype=torch.float64)
x2, affine = numbers(0, 2, 4, 3), (numbers(50, 4), numbers(70, 4))
image = numbers(0, 1, 2, 4, 3)
cases = {
    "crossEntropy": run(lambda x: F.cross_entropy(x, labels), numbers(0, 5, 4)),
    "crossEntropySmoothed": run(lambda x: F.cross_entropy(x, labels, label_smoothing=0.2), numbers(0, 5, 4)),
    "crossEntropyWeighted": run(lambda x: F.cross_entropy(x, labels, weight=classes), numbers(0, 5, 4)),
    "crossEntropyBoth": run(lambda x: F.cross_entropy(x, labels, weight=classes, label_smoothing=0.2), numbers(0, 5, 4)),
    "binaryCrossEntropy": run(lambda x: F.binary_cross_entropy_with_logits(x, (numbers(9, 6).detach() > 0).double()), numbers(0, 6)),
    "conv1d": run(lambda x, w: F.conv1d(x, w, stride=2, padding=1, groups=2), numbers(0, 2, 4, 5), numbers(50, 6, 2, 3)),
    "conv2d": run(lambda x, w: F.conv2d(x, w, stride=(2, 1), padding=(1, 0), dilation=(1, 2)), numbers(0, 1, 3, 6, 5), numbers(50, 2, 3, 3, 2)),
    "conv3d": run(lambda x, w: F.conv3d(x, w, stride=(1, 2, 1)), numbers(0, 1, 2, 2, 4, 3), numbers(50, 2, 2, 2, 2, 2)),
    "convTranspose1d": run(lambda x, w: F.conv_transpose1d(x, w, stride=3, padding=1, dilation=2, output_padding=2), numbers(0, 1, 3, 4), numbers(50, 3, 2, 2)),
    "convTranspose2d": run(lambda x, w: F.conv_transpose2d(x, w, stride=2, groups=2), numbers(0, 1, 4, 2, 3), numbers(50, 4, 1, 2, 2)),
    "averagePool": run(lambda x: F.avg_pool2d(x, 2, stride=2, padding=(1, 0)), numbers(0, 1, 2, 5, 4)),
    "groupNorm": run(lambda x, w, b: F.group_norm(x, 2, w, b, eps=1e-3), x2, *affine),
    "batchNorm": run(lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True, eps=1e-3), x2, *affine),
    "layerNorm": run(lambda x, w, b: F.layer_norm(x, (4,), w, b, eps=1e-3), numbers(0, 3, 4), *affine),
    "rmsNorm": run(lambda x, w: F.rms_norm(x, (4,), w, eps=1e-3), numbers(0, 3, 4), affine[0]),
    "gelu": run(lambda x: F.gelu(x), numbers(0, 9)),
    "geluTanh": run(lambda x: F.gelu(x, approximate="tanh"), numbers(0, 9)),
}
for mode in ("bilinear", "bicubic"):
    for name, size in (("Up", (7, 5)), ("Down", (2, 2)), ("Same", (4, 3)), ("One", (1, 6))):
        cases[f"{mode}{name}"] = run(lambda x: F.interpolate(x, size=size, mode=mode, align_corners=False), image)
os.makedirs(os.path.dirname(OUT), exist_ok=True)
rounded = json.loads(json.dumps(cases), parse_float=lambda text: float(f"{float(text):.13g}"))
with open(OUT, "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in rounded.items()) + "\n}\n")
