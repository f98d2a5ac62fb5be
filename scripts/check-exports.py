"""Does Python see what we see? Exports tiny checkpoints of every family and checks them with onnx.checker, onnxruntime and transformers.
    python scripts/check-exports.py [NAME…]
Needs torch, transformers 5, onnx, onnxruntime, safetensors; run by hand before a release. For each folder of test/fixtures/models:
every ONNX file in fp32, fp16 and q8 passes the full check, fp32 gives the reference's logits; the safetensors export in float32, float16 and
bfloat16 opens in transformers with equal logits (of its stored weights). Prints one line each, exits 1 when something differs."""
import contextlib, io, json, subprocess, sys, tempfile, warnings
from pathlib import Path
import numpy as np, onnx, onnxruntime, torch, transformers
from safetensors.numpy import load_file
from safetensors.torch import load_file as load_torch

root = Path(__file__).parent.parent
fixtures = root / "test" / "fixtures" / "models"
names = sys.argv[1:] or sorted(one.name for one in fixtures.iterdir() if one.is_dir())
OUTPUTS = ["logits", "start_logits", "last_hidden_state", "logits_per_image", "text_embeds", "image_embeds"]
failed = []


def feeds(session, given):
    """The fixture's arrays; all tokens seen, positions in order, an empty cache."""
    result = {}
    for one in session.get_inputs():
        if one.name in given:
            result[one.name] = given[one.name]
        elif one.name.startswith("past_key_values"):
            result[one.name] = np.zeros((given["input_ids"].shape[0], one.shape[1], 0, one.shape[3]), np.float32)
        elif one.name == "position_ids":
            batch, tokens = given["input_ids"].shape
            result[one.name] = np.tile(np.arange(tokens), (batch, 1)).astype(np.int64)
        elif one.name in ("attention_mask", "token_type_ids"):
            result[one.name] = np.full_like(given["input_ids"], one.name == "attention_mask")
    return result


def distance(a, b):
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-9))


def logits_of(model, given):
    known = {key: torch.tensor(value) for key, value in given.items()}
    known = {key: value.bool() if value.ndim == 0 or key.startswith("bool_") else value for key, value in known.items()}
    torch.manual_seed(0)
    with torch.no_grad():
        out = model(**known)
    return next(np.asarray(out[key].float()) for key in OUTPUTS if key in out and out[key] is not None)


def check_onnx(folder, given, expected):
    for file in sorted(folder.glob("*.onnx")):
        onnx.checker.check_model(str(file), full_check=True)
    whole = folder / "model.onnx"
    if not whole.exists():
        return "checked (in parts)"
    session = onnxruntime.InferenceSession(str(whole), providers=["CPUExecutionProvider"])
    outputs = [one.name for one in session.get_outputs()]
    output = next((one for one in OUTPUTS if one in outputs and one in expected), None)
    inputs = feeds(session, given)
    if output is None or len(inputs) < len(session.get_inputs()):
        return "checked"
    if any(key not in inputs for key in given if key not in ("labels", "start_positions", "end_positions")):
        return "checked (the fixture gives more than an export reads)"
    try:
        found = session.run([output], inputs)[0]
    except onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument:
        return "checked (the fixture's pictures have another size)"
    if "labels" in given and found.shape != expected[output].shape:
        return "checked (the fixture's labels are what is decoded)"
    error = distance(found, expected[output])
    assert error < 1e-4, error
    return f"{output} {error:.1e}"


def check_safetensors(folder, given, name, config):
    auto = getattr(transformers, config["architectures"][0], None)
    if auto is None:
        return "no class in transformers"
    results = []
    for flag, dtype in (("fp32", torch.float32), ("fp16", torch.float16), ("bf16", torch.bfloat16)):
        stored = load_torch(folder / flag / "model.safetensors")
        assert all(value.dtype == dtype for value in stored.values() if value.is_floating_point()), flag
        source = auto.from_pretrained(fixtures / name, dtype=torch.float32, attn_implementation="eager").eval()
        # the reference: its own weights, rounded as the export's; fixed positions are not stored
        for key, parameter in source.named_parameters():
            if key in stored:
                parameter.data = parameter.data.to(dtype).to(torch.float32)
        opened = auto.from_pretrained(folder / flag, dtype=torch.float32, attn_implementation="eager").eval()
        results.append(distance(logits_of(opened, given), logits_of(source, given)))
    assert max(results) < 1e-6, results
    return " ".join(f"{value:.0e}" for value in results)


warnings.filterwarnings("ignore")
target = tempfile.TemporaryDirectory()
out = Path(target.name)
subprocess.run(["npx", "tsx", "scripts/export-fixtures.ts", str(out), *names], cwd=root, check=True)
for name in names:
    config = json.loads((fixtures / name / "config.json").read_text())
    given, expected = load_file(fixtures / name / "inputs.safetensors"), load_file(fixtures / name / "expected.safetensors")
    line = [name]
    for what, check in (("onnx", lambda: check_onnx(out / name / "onnx" / "onnx", given, expected)), ("safetensors", lambda: check_safetensors(out / name, given, name, config))):
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                line.append(f"{what}: {check()}")
        except Exception as error:
            failed.append(name)
            line.append(f"{what}: FAILED {error!r:.200}")
    print(" | ".join(line), flush=True)
print(f"{len(names)} models, {len(failed)} failed")
sys.exit(1 if failed else 0)
