"""The same ViT training step in PyTorch and timm: one JSON line. Arguments: batch size dim layers heads classes threads steps."""
import json, resource, sys, time
import timm, torch
B, S, D, L, H, C, threads, steps = map(int, sys.argv[1:])
torch.set_num_threads(threads)
torch.manual_seed(0)
model = timm.models.vision_transformer.VisionTransformer(img_size=S, patch_size=4, embed_dim=D, depth=L, num_heads=H, num_classes=C)
model.train()
opt = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01)
pixels = torch.sin(torch.arange(B * 3 * S * S, dtype=torch.float32)).reshape(B, 3, S, S)
labels = torch.arange(B) % C
times, cpu = [], []
for i in range(steps + 3):
    t0, c0 = time.perf_counter(), time.process_time()
    opt.zero_grad(set_to_none=True)
    loss = torch.nn.functional.cross_entropy(model(pixels), labels)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    if i >= 3:
        times.append(1000 * (time.perf_counter() - t0))
        cpu.append(1000 * (time.process_time() - c0))
print(json.dumps({"name": f"torch {torch.__version__}, timm {timm.__version__}", "median": sorted(times)[len(times) // 2], "cpu": sorted(cpu)[len(cpu) // 2], "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "loss": loss.item()}))
