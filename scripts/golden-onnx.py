"""Foreign ONNX for src/graph/onnx/read.test.ts: a small model as PyTorch exports it, and what PyTorch computes.
Usage: python scripts/golden-onnx.py src/graph/onnx/fixtures. Needs torch, onnx."""
import json, pathlib, sys, warnings
import torch
from torch import nn

warnings.filterwarnings("ignore")
out = pathlib.Path(sys.argv[1])
torch.manual_seed(3)


class Block(nn.Module):
    """Attention with shapes taken at run time, so that the export is full of Shape, Gather and Concat."""

    def __init__(self, width=8, heads=2):
        super().__init__()
        self.heads = heads
        self.table = nn.Embedding(11, width)
        self.qkv = nn.Linear(width, 3 * width)
        self.norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 12), nn.GELU(), nn.Linear(12, width))
        self.conv = nn.Conv1d(width, 4, 3, padding=1)

    def forward(self, ids, mask):
        x = self.table(ids)
        b, t, d = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-1, -2) / (d // self.heads) ** 0.5
        scores = scores.masked_fill(mask[:, None, None, :] == 0, -1e9)
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, d)
        x = self.norm(x + y)
        x = x + self.mlp(x)
        return self.conv(x[:, :3].transpose(1, 2)).clamp(-0.5, 0.5), x[:, -1].mean(-1)


model = Block().eval()
ids = torch.tensor([[1, 4, 10, 2], [0, 3, 3, 5], [7, 6, 1, 9]])
mask = torch.tensor([[1, 1, 1, 0], [1, 1, 1, 1], [1, 0, 1, 1]])
path = out / "foreign.onnx"
torch.onnx.export(model, (ids, mask), path, dynamo=False, opset_version=17, input_names=["ids", "mask"], output_names=["conv", "last"],
                  dynamic_axes={"ids": {0: "batch", 1: "tokens"}, "mask": {0: "batch", 1: "tokens"}})
with torch.no_grad():
    conv, last = model(ids[:2, :3], mask[:2, :3])
json.dump({"ids": ids[:2, :3].tolist(), "mask": mask[:2, :3].tolist(), "conv": conv.flatten().tolist(), "last": last.tolist()}, open(out / "foreign.json", "w"))
