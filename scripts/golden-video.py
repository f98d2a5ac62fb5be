"""Sparse tubes by torch: an interpolated 3-D kernel as TubeViT has it, its positions, uniform frame indices: test/fixtures/senses/video.json."""
import json, math, os
import torch
import torch.nn.functional as F

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "senses", "video.json")


def numbers(start, *shape):
    size = math.prod(shape)
    return torch.tensor([math.sin(start + 0.7 * i) + 0.3 * math.cos(5.0 * i * i % 97) for i in range(size)], dtype=torch.float64).reshape(shape)


tubes = [((4, 3, 3), (4, 6, 6), (0, 0, 0)), ((6, 2, 2), (3, 6, 6), (1, 2, 2)), ((2, 5, 6), (4, 6, 6), (0, 3, 3)), ((1, 4, 4), (5, 4, 4), (0, 0, 0))]
kernel = (4, 4, 3)
clip, weight = numbers(0, 2, 10, 16, 12), numbers(100, 3, 2, *kernel)
tokens, positions = [], []
dim = 24
for size, stride, offset in tubes:
    shaped = F.interpolate(weight, size, mode="trilinear", align_corners=False)
    part = clip[None, :, offset[0] :, offset[1] :, offset[2] :]
    out = F.conv3d(part, shaped, stride=stride)
    tokens.append(out.flatten(2)[0].T)
    for t in range(out.shape[2]):
        for y in range(out.shape[3]):
            for x in range(out.shape[4]):
                row = []
                for index, s, o, k in zip((t, y, x), stride, offset, size):
                    place = index * s + o + k // 2
                    half = dim // 3 // 2
                    angles = [place * 10000 ** (-i / half) for i in range(half)]
                    row += [math.sin(a) for a in angles] + [math.cos(a) for a in angles]
                positions.append(row)
uniform = {f"{n} of {total}": torch.clamp(torch.linspace(0, total - 1, n), 0, total - 1).long().tolist() for n, total in [(8, 30), (32, 90), (5, 3), (1, 9), (16, 16)]}
with open(OUT, "w") as f:
    json.dump({"torch": torch.__version__, "tokens": [[round(v, 9) for v in row] for row in torch.cat(tokens).tolist()], "positions": [[round(v, 7) for v in row] for row in positions[::5]], "uniform": uniform}, f)
