"""Makes src/data/fixtures/augment.json: what Pillow makes of two small pictures. pip install pillow numpy.

The formulas of torchvision's functional_pil (adjust_hue, affine by RandAugment) are written out, as torchvision calls Pillow with them.
"""
import base64
import json
import math
import pathlib

import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageOps

out = pathlib.Path(__file__).parent.parent / "src/data/fixtures/augment.json"
rng = np.random.default_rng(7)
noise = rng.integers(0, 256, (13, 17, 3), dtype=np.uint8)
# a gradient: few repeated colours, greys, and pure black and white
y, x = np.mgrid[0:13, 0:17]
smooth = np.stack([x * 15, y * 20, (x * 3 + y * 11) % 256], -1).astype(np.uint8)
smooth[0, :5], smooth[1, :5], smooth[2, :5] = 0, 255, 128
# twelve hundred pixels: equalize does nothing below 255
large = rng.integers(40, 200, (40, 31, 3), dtype=np.uint8) // np.array([1, 2, 3], np.uint8)
pictures = {"noise": noise, "smooth": smooth, "large": large}


def hue(image, turn):
    h, s, v = image.convert("HSV").split()
    with np.errstate(over="ignore"):
        moved = np.array(h, np.uint8) + np.int32(turn * 255).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(moved.astype(np.uint8), "L"), s, v)).convert("RGB")


def affine(image, matrix, reading, fill=0):
    mode = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR}[reading]
    return image.transform(image.size, Image.Transform.AFFINE, matrix, mode, fillcolor=(fill,) * len(image.getbands()))


def turn(image, degrees, reading, fill=0):
    mode = {"nearest": Image.Resampling.NEAREST, "bilinear": Image.Resampling.BILINEAR}[reading]
    return image.rotate(degrees, mode, fillcolor=(fill,) * len(image.getbands()))


operations = {
    "brightened": lambda im, f: ImageEnhance.Brightness(im).enhance(f),
    "contrasted": lambda im, f: ImageEnhance.Contrast(im).enhance(f),
    "saturated": lambda im, f: ImageEnhance.Color(im).enhance(f),
    "sharpened": lambda im, f: ImageEnhance.Sharpness(im).enhance(f),
    "hueTurned": hue,
    "posterized": ImageOps.posterize,
    "solarized": ImageOps.solarize,
    "inverted": lambda im: ImageOps.invert(im),
    "stretched": lambda im: ImageOps.autocontrast(im),
    "equalized": lambda im: ImageOps.equalize(im),
    "mirrored": lambda im: ImageOps.mirror(im),
    "flipped": lambda im: ImageOps.flip(im),
    "transformed": affine,
    "turned": turn,
}
cases = []
for name in ["brightened", "contrasted", "saturated", "sharpened"]:
    cases += [(name, picture, [f]) for picture in ["noise", "smooth"] for f in [0, 0.1, 0.63, 1, 1.9]]
cases += [("hueTurned", picture, [t]) for picture in ["noise", "smooth"] for t in [-0.5, -0.1, 0, 0.23, 0.5]]
cases += [("posterized", "noise", [b]) for b in [1, 4, 8]] + [("solarized", "noise", [t]) for t in [0, 100, 256]]
cases += [(name, picture, []) for name in ["inverted", "stretched", "equalized", "mirrored", "flipped"] for picture in ["smooth", "large"]]
for reading in ["nearest", "bilinear"]:
    for matrix in [[1, 0.3, 0, 0, 1, 0], [1, 0, 0, -0.27, 1, 0], [1, 0, -3, 0, 1, 0], [1, 0, 0, 0, 1, 4], [0.8, 0, 1.3, 0, 1.2, -0.7], [0.9, 0.2, 1.5, -0.15, 1.05, 0.25]]:
        cases.append(("transformed", "noise", [matrix, reading, 99]))
    cases += [("turned", picture, [d, reading, 7]) for picture in ["noise", "smooth"] for d in [-30, 9, 30, 90, 180]]


def packed(array):
    return {"height": array.shape[0], "width": array.shape[1], "data": base64.b64encode(array.tobytes()).decode()}


result = {
    "made_by": f"scripts/golden-augment.py, Pillow {PIL.__version__}",
    "pictures": {name: packed(array) for name, array in pictures.items()},
    "cases": [
        {"operation": name, "picture": picture, "arguments": args, "data": base64.b64encode(np.asarray(operations[name](Image.fromarray(pictures[picture]), *args)).tobytes()).decode()}
        for name, picture, args in cases
    ],
}
out.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print(len(cases), out.stat().st_size)
