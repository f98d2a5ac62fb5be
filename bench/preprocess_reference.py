"""The Pillow and numpy side of bench/preprocess.ts: one JSON line of medians in milliseconds, and numbers to compare."""
import io, json, sys, time
import numpy as np
from PIL import Image

rounds = int(sys.argv[1])
jpeg = sys.stdin.buffer.read()


def noise(count):
    i = np.arange(count, dtype=np.uint64)
    return ((i * 7 + i // 1000 * 13) & 255).astype(np.uint8)


pixels = noise(1000 * 750 * 3).reshape(750, 1000, 3)
mean = np.array([0.5, 0.5, 0.5], np.float32)


def patches(image):
    x = np.asarray(image.resize((224, 224), Image.Resampling.BILINEAR), np.float32)
    x = (x * np.float32(1 / 255) - mean) / mean
    return np.ascontiguousarray(x.reshape(14, 16, 14, 16, 3).transpose(0, 2, 4, 1, 3).reshape(196, 768))


def mel(n):
    return 1127 * np.log(1 + n / 700)


edges = np.linspace(mel(20.0), mel(8000.0), 130)
bins = mel(np.arange(257) * 16000 / 512)[:, None]
filters = np.maximum(0, np.minimum((bins - edges[:-2]) / (edges[1:-1] - edges[:-2]), (edges[2:] - bins) / (edges[2:] - edges[1:-1])))
window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)
samples = (((np.arange(160000) * 37) % 1001) / 1001 - 0.5).astype(np.float32)


def fbank(x, dtype):
    frames = np.lib.stride_tricks.sliding_window_view(x.astype(dtype), 400)[::160]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - dtype(0.97) * before) * window.astype(dtype)
    power = np.abs(np.fft.rfft(frames, 512)) ** 2
    return np.log(np.maximum(power @ filters.astype(dtype), 1.1920929e-07)).astype(np.float32)


def timed(run):
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[len(times) // 2]


image = Image.fromarray(pixels)
result = {
    "pixels": timed(lambda: patches(image)),
    "jpeg": timed(lambda: patches(Image.open(io.BytesIO(jpeg)).convert("RGB"))),
    "sound": min(timed(lambda: fbank(samples, np.float32)), timed(lambda: fbank(samples, np.float64))),
}
p, f = patches(image), fbank(samples, np.float64)
result["check"] = [float(p[100, 500]), float(f[500, 64])]
print(json.dumps(result))
