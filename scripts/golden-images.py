"""Pictures resized by Pillow and prepared by transformers' image processors: test/fixtures/senses/images.json. Needs pillow, transformers, torch.

Pictures are made by `noise`, the test makes the same ones; results are exact, so the file holds SHA-256 sums (bytes, or little-endian
float32) and the first numbers for people.
"""
import hashlib, json, os
import numpy as np
import PIL
from PIL import Image
import transformers
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
from transformers.models.deit.image_processing_pil_deit import DeiTImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "senses", "images.json")


def noise(height, width, channels):
    """Half of the rows are noise of a linear congruential generator, half are ramps."""
    state, out = 12345, np.zeros(height * width * channels, np.uint8)
    for i in range(out.size):
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        row = i // (width * channels)
        out[i] = (state >> 16) & 255 if row % 8 < 4 else (i * 3 + row * 5) & 255
    return out.reshape(height, width, channels)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def image_of(array):
    return Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)


filters = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
sizes = [((37, 53, 3), (16, 16)), ((20, 31, 3), (64, 48)), ((50, 41, 1), (23, 41)), ((33, 64, 3), (33, 20)), ((9, 7, 1), (1, 1)), ((100, 75, 3), (99, 76)), ((64, 43, 1), (22, 30)), ((60, 40, 3), (80, 50))]
resized = []
for source, target in sizes:
    for name, number in filters.items():
        result = np.asarray(image_of(noise(*source)).resize((target[1], target[0]), resample=number))
        resized.append({"source": source, "target": target, "filter": name, "sha256": digest(result)})

grey = {"source": [13, 17, 3], "sha256": digest(np.asarray(image_of(noise(13, 17, 3)).convert("L")))}

half = [0.5, 0.5, 0.5]
imagenet = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
cases = [
    ("ViT v5", ViTImageProcessorPil, {}, None, (61, 83)),
    ("ViT v4", ViTImageProcessorPil, {"size": {"height": 64, "width": 48}}, {"feature_extractor_type": "ViTFeatureExtractor", "size": [64, 48], "do_normalize": True, "do_resize": True, "image_mean": half, "image_std": half, "resample": 2}, (61, 83)),
    ("ViT v4 number", ViTImageProcessorPil, {"size": {"height": 32, "width": 32}}, {"feature_extractor_type": "ViTFeatureExtractor", "size": 32}, (40, 40)),
    ("DeiT", DeiTImageProcessorPil, {**imagenet}, {"image_processor_type": "DeiTImageProcessor", "size": 256, "crop_size": 224, "do_center_crop": True, "resample": 3, **imagenet}, (70, 51)),
    ("CLIP v5", CLIPImageProcessorPil, {}, None, (75, 131)),
    ("CLIP v4", CLIPImageProcessorPil, {"size": {"shortest_edge": 37}, "crop_size": {"height": 32, "width": 30}}, {"feature_extractor_type": "CLIPFeatureExtractor", "size": 37, "crop_size": {"height": 32, "width": 30}, "do_center_crop": True, "resample": 3}, (131, 75)),
    ("CLIP small, padded crop", CLIPImageProcessorPil, {"size": {"shortest_edge": 21}, "crop_size": {"height": 40, "width": 40}}, {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 21}, "crop_size": 40}, (30, 50)),
    ("Bit v5", BitImageProcessorPil, {}, None, (41, 67)),
    ("Bit of DINOv2", BitImageProcessorPil, {"size": {"shortest_edge": 256}, **imagenet}, {"image_processor_type": "BitImageProcessor", "crop_size": {"height": 224, "width": 224}, "do_center_crop": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True, "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 256}, **imagenet}, (90, 57)),
    ("BLIP", BlipImageProcessorPil, {}, None, (48, 30)),
    ("BLIP, nothing but resize", BlipImageProcessorPil, {"do_rescale": False, "do_normalize": False, "size": {"height": 20, "width": 30}}, {"image_processor_type": "BlipImageProcessor", "do_rescale": False, "do_normalize": False, "size": {"height": 20, "width": 30}}, (48, 30)),
]
processed = []
for name, kind, options, config, (height, width) in cases:
    processor = kind(**options)
    values = np.asarray(processor(Image.fromarray(noise(height, width, 3)), return_tensors="np")["pixel_values"][0]).astype(np.float32)
    processed.append({"name": name, "config": config or json.loads(processor.to_json_string()), "source": [height, width, 3], "shape": list(values.shape), "sha256": digest(values), "first": [float(v) for v in values.reshape(-1)[:4]]})

with open(OUT, "w") as f:
    json.dump({"pillow": PIL.__version__, "transformers": transformers.__version__, "resized": resized, "grey": grey, "processed": processed}, f, indent=1)
