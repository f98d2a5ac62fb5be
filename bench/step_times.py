"""Times a training step in PyTorch and prints one JSON line: what gpt_torch.py, bert_torch.py, vit_torch.py and marian_torch.py share."""
import json, resource, time
import torch

WARM_UP = 3


def prepare(threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)


def step_times(model, loss_of, steps, name=f"torch {torch.__version__}"):
    """AdamW and clipping on one batch: medians in milliseconds (wall and CPU) after a warm-up, MiB at most, the last loss."""
    model.train()
    opt = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
    times, cpu = [], []
    for i in range(steps + WARM_UP):
        t0, c0 = time.perf_counter(), time.process_time()
        opt.zero_grad(set_to_none=True)
        loss = loss_of(model)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        if i >= WARM_UP:
            times.append(1000 * (time.perf_counter() - t0))
            cpu.append(1000 * (time.process_time() - c0))
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "median": sorted(times)[len(times) // 2], "cpu": sorted(cpu)[len(cpu) // 2], "mib": mib, "loss": loss.item()}))
