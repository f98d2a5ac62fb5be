"""One training by a reference library, for bench/tokenizer-training.ts: tokenizer_training.py ALGORITHM VOCAB CORPUS OUT. Prints JSON."""
import json, os, resource, sys, time
os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
algorithm, size, corpus, out = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def hugging_face():
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    import tokenizers
    kinds = {
        "byte-bpe": lambda: (models.BPE(), None, pre_tokenizers.ByteLevel(add_prefix_space=False), trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())),
        "bpe": lambda: (models.BPE(unk_token="[UNK]"), None, pre_tokenizers.Whitespace(), trainers.BpeTrainer(vocab_size=size, show_progress=False, special_tokens=["[UNK]"])),
        "wordpiece": lambda: (models.WordPiece(unk_token="[UNK]"), normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(), trainers.WordPieceTrainer(vocab_size=size, show_progress=False, special_tokens=["[UNK]"])),
        "unigram": lambda: (models.Unigram(), normalizers.NFKC(), pre_tokenizers.Metaspace(), trainers.UnigramTrainer(vocab_size=size, show_progress=False, unk_token="<unk>", special_tokens=["<unk>"])),
        "dna-bpe": lambda: (models.BPE(), None, None, trainers.BpeTrainer(vocab_size=size, show_progress=False)),
    }
    model, normalizer, pre_tokenizer, trainer = kinds[algorithm]()
    tokenizer = Tokenizer(model)
    if normalizer: tokenizer.normalizer = normalizer
    if pre_tokenizer: tokenizer.pre_tokenizer = pre_tokenizer
    start, cpu = time.time(), time.process_time()
    tokenizer.train([corpus], trainer)
    used = time.time() - start, time.process_time() - cpu
    tokenizer.save(out)
    return f"tokenizers {tokenizers.__version__}", used


def sentence_piece():
    import sentencepiece
    start, cpu = time.time(), time.process_time()
    sentencepiece.SentencePieceTrainer.train(input=corpus, model_prefix=out, vocab_size=size, model_type="unigram", character_coverage=1.0, num_threads=1, minloglevel=2, max_sentence_length=1 << 24, input_sentence_size=0)
    return f"sentencepiece {sentencepiece.__version__}", (time.time() - start, time.process_time() - cpu)


who, (wall, cpu) = sentence_piece() if os.environ.get("WITH") == "sentencepiece" else hugging_face()
print(json.dumps({"who": who, "wall": wall, "cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
