"""What onnxruntime.quantization.quantize_dynamic makes of one weight: test/fixtures/export/quantize.json.
Run by hand with onnxruntime 1.30: python scripts/golden-quantize.py"""
import json, tempfile
from pathlib import Path
import numpy as np, onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

weight = (np.random.default_rng(5).normal(0, 0.3, (6, 4)) * np.array([1, 0.01, 2, 5])).astype(np.float32)
weight[2, 1] = 0
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["y"])], "g",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 6])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 4])],
    [numpy_helper.from_array(weight, "w")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
cases = []
with tempfile.TemporaryDirectory() as folder:
    source, target = Path(folder) / "in.onnx", Path(folder) / "out.onnx"
    onnx.save(model, source)
    for per_channel in (False, True):
        for reduce_range in (False, True):
            quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=per_channel, reduce_range=reduce_range)
            stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(target).graph.initializer}
            cases.append({
                "perColumn": per_channel, "largest": 64 if reduce_range else 127,
                "q": stored["w_quantized"].flatten().tolist(),
                "scale": [float(value) for value in np.atleast_1d(stored["w_scale"])],
            })
out = Path(__file__).parent.parent / "test" / "fixtures" / "export" / "quantize.json"
out.write_text(json.dumps({"weight": [float(value) for value in weight.flatten()], "shape": [6, 4], "cases": cases}) + "\n")
