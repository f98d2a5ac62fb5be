"""One encoding by Python's `tokenizers` on one thread, for bench/tokenizer-encode.ts: tokenizer_encode.py TOKENIZER CORPUS BYTES. Prints JSON.
Only `encode_batch` is timed; copying the ids out is not."""
import hashlib, json, sys, time
import numpy
from tokenizers import Tokenizer

file, corpus, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
lines = [line for line in open(corpus, "rb").read()[:size].decode("utf-8", "replace").split("\n") if line]
cut = int(len(lines) * 0.75)
fresh, warm = lines[:cut], lines[cut:]
tokenizer = Tokenizer.from_file(file)
for _ in range(2):
    tokenizer.encode_batch(warm, add_special_tokens=False)
start = time.process_time()
result = tokenizer.encode_batch(fresh, add_special_tokens=False)
seconds = time.process_time() - start
digest = hashlib.sha256()
for one in result:
    digest.update(numpy.array(one.ids, "<u4").tobytes())
print(json.dumps({"speed": sum(len(line.encode()) for line in fresh) / 1e6 / seconds, "digest": digest.hexdigest()[:16]}))
