"""Makes src/data/fixtures/pictures-*.parquet with pyarrow 26 and Pillow: pip install pyarrow pillow; python scripts/make-parquet-fixture.py

The layout is that of Hugging Face's `datasets`: a struct column `image` of bytes and path, a ClassLabel `label` whose names lie in the
file's metadata under the key `huggingface`. Two row groups of three rows; row 4 holds bytes that are no picture.
"""
import io
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

folder = pathlib.Path(__file__).parent.parent / "src/data/fixtures"
names = ["cat", "dog"]


def png(value):
    out = io.BytesIO()
    Image.new("RGB", (4, 3), (value, 2 * value, 255 - value)).save(out, "PNG")
    return out.getvalue()


images = [{"bytes": png(10 * i), "path": f"{i}.png"} for i in range(6)]
images[4] = {"bytes": b"no picture", "path": "4.png"}
features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
schema = pa.schema(
    [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("label", pa.int64())],
    metadata={"huggingface": json.dumps({"info": {"features": features}})},
)
table = pa.table({"image": images, "label": [0, 1, 0, 1, 0, 1]}, schema=schema)
for compression in ["snappy", "gzip", "zstd"]:
    pq.write_table(table, folder / f"pictures-{compression}.parquet", compression=compression, row_group_size=3)
