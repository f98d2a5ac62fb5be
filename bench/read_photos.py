"""The Pillow side of bench/read-photos.ts: one JSON line with the faster of a pool of threads and a pool of processes."""
import json
import multiprocessing
import multiprocessing.pool
import os
import sys
import time

import numpy as np
from PIL import Image

folder, cores = sys.argv[1], int(sys.argv[2])
paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def read(path):
    """Shorter edge to 256, the middle 224 x 224, as torchvision's Resize and CenterCrop do."""
    image = Image.open(path).convert("RGB")
    width, height = image.size
    size = (256, int(256 * height / width)) if width <= height else (int(256 * width / height), 256)
    image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = (size[0] - 224) // 2, (size[1] - 224) // 2
    return np.asarray(image.crop((left, top, left + 224, top + 224)))


def timed(pool):
    with pool(cores) as workers:
        workers.map(read, paths[:8])
        start = time.perf_counter()
        pictures = workers.map(read, paths, chunksize=25)
        return time.perf_counter() - start, pictures


if __name__ == "__main__":
    threads, pictures = timed(multiprocessing.pool.ThreadPool)
    processes, _ = timed(multiprocessing.Pool)
    mean = float(np.mean([picture.mean() for picture in pictures]))
    kind = "threads" if threads <= processes else "processes"
    print(json.dumps({"seconds": min(threads, processes), "mean": mean, "kind": kind}))
