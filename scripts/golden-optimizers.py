"""Twenty steps of torch's optimizers on fixed gradients, of Lion in NumPy, and a moving average of SGD's weights:
src/train/fixtures/optimizers.json. Needs torch, numpy."""
import json, math, os
import numpy as np
import torch
OUT = os.path.join(os.path.dirname(__file__), "..", "src", "train", "fixtures", "optimizers.json")
N, STEPS = 7, 20
start = [math.sin(i + 1) for i in range(N)]
grads = [[math.cos(3 * t + i) * (0.1 + i) for i in range(N)] for t in range(STEPS)]
cases = {
    "adamW": (torch.optim.AdamW, dict(lr=0.01, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.1)),
    "sgd": (torch.optim.SGD, dict(lr=0.01, momentum=0.9, weight_decay=0.1)),
}
result = {"start": start, "gradients": grads}
for name, (make, options) in cases.items():
    p = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    opt = make([p], **options)
    for g in grads:
        p.grad = torch.tensor(g, dtype=torch.float64)
        opt.step()
    result[name] = p.detach().tolist()
# Lion as its paper's listing has it (Chen et al. 2023, program 1), after clipping to a global norm of 6.5; torch has none
w, m = np.array(start), np.zeros(N)
clipped = 0
for g in map(np.array, grads):
    norm = np.linalg.norm(g)
    clipped += norm > 6.5
    g = g * min(1, 6.5 / norm)
    update = np.sign(0.9 * m + (1 - 0.9) * g)
    m = 0.99 * m + (1 - 0.99) * g
    w = w - 0.01 * (update + 0.1 * w)
assert 0 < clipped < STEPS
result["lion"], result["lionMomentum"] = w.tolist(), m.tolist()
module = torch.nn.ParameterList([torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))])
average = torch.optim.swa_utils.AveragedModel(module, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.15))
average.update_parameters(module)
opt = torch.optim.SGD(module.parameters(), lr=0.01)
trail = [start]
for g in grads:
    module[0].grad = torch.tensor(g, dtype=torch.float64)
    opt.step()
    average.update_parameters(module)
    trail.append(module[0].detach().tolist())
result["trail"], result["average"] = trail, average.module[0].detach().tolist()
os.makedirs(os.path.dirname(OUT), exist_ok=True)
json.dump(result, open(OUT, "w"))
