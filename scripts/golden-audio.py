"""Features of sounds by transformers' ASTFeatureExtractor (its numpy path) and WhisperFeatureExtractor, and by kaldi-native-fbank
for other rates, where the numpy path keeps 400 samples a frame: test/fixtures/senses/audio.json.

Arrays are little-endian float32 as base64. Signals are made by `signal`; the test makes the same ones.
"""
import base64, json, os
import kaldi_native_fbank
import numpy as np
import transformers
from transformers import ASTFeatureExtractor, WhisperFeatureExtractor

OUT = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures", "senses", "audio.json")


def signal(length):
    """A triangle wave with noise of a linear congruential generator (research note models.md, 4.6); a sixth of it is digital silence."""
    s, x = 12345, np.zeros(length, np.float32)
    for i in range(length):
        s = (1103515245 * s + 12345) & 0x7FFFFFFF
        tri = abs(((7 * i) % 160) - 80) / 80 - 0.5
        x[i] = np.float32(0.5 * tri + (s / 0x7FFFFFFF - 0.5) * 0.1)
    return x


def kaldi(samples, rate, mels):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq, options.frame_opts.dither, options.frame_opts.window_type = rate, 0, "hanning"
    options.mel_opts.num_bins, options.use_energy = mels, False
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(rate, samples.tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)])


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


silent = signal(9000)
silent[3000:4500] = 0
plain = ASTFeatureExtractor(max_length=98, do_normalize=False)(signal(16000), sampling_rate=16000, return_tensors="np")["input_values"][0]
short = ASTFeatureExtractor(max_length=60)(silent, sampling_rate=16000, return_tensors="np")["input_values"][0]
cut = ASTFeatureExtractor(max_length=20, num_mel_bins=64, mean=-6.6268077, std=5.358466)(silent, sampling_rate=16000, return_tensors="np")["input_values"][0]
whisper = WhisperFeatureExtractor(chunk_length=1)(silent, sampling_rate=16000, return_tensors="np")["input_features"][0]
large = WhisperFeatureExtractor(feature_size=128)(signal(50000), sampling_rate=16000, return_tensors="np")["input_features"][0]
rates = {rate: kaldi(signal(3000), rate, mels) for rate, mels in {8000: 48, 16000: 64, 44100: 40}.items()}
with open(OUT, "w") as f:
    json.dump(
        {
            "transformers": transformers.__version__,
            "plain": {"shape": list(plain.shape), "mean": float(plain.mean()), "rows": packed(plain[[0, 40, 97]])},
            "short": {"shape": list(short.shape), "data": packed(short)},
            "cut": {"shape": list(cut.shape), "data": packed(cut)},
            "whisper": {"shape": list(whisper.shape), "data": packed(whisper)},
            "large": {"shape": list(large.shape), "mean": float(large.mean()), "columns": packed(large[:, [0, 1, 150, 312, 313, 2999]].T)},
            "rates": [
                {"rate": rate, "shape": list(found.shape), "data": packed(found)} for rate, found in rates.items()
            ],
            "configs": {
                "ast": json.loads(ASTFeatureExtractor(max_length=60).to_json_string()),
                "whisper": {k: v for k, v in json.loads(WhisperFeatureExtractor(chunk_length=1).to_json_string()).items() if k != "mel_filters"},
            },
        },
        f,
        indent=1,
    )
