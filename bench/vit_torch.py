"""The same ViT training step in PyTorch and timm: one JSON line. Arguments: batch size dim layers heads classes threads steps."""
import sys
import timm, torch
from step_times import prepare, step_times
B, S, D, L, H, C, threads, steps = map(int, sys.argv[1:])
prepare(threads)
model = timm.models.vision_transformer.VisionTransformer(img_size=S, patch_size=4, embed_dim=D, depth=L, num_heads=H, num_classes=C)
pixels = torch.sin(torch.arange(B * 3 * S * S, dtype=torch.float32)).reshape(B, 3, S, S)
labels = torch.arange(B) % C
step_times(model, lambda m: torch.nn.functional.cross_entropy(m(pixels), labels), steps, f"torch {torch.__version__}, timm {timm.__version__}")
