// What the command line says, in English and Chinese. A key that one language lacks does not compile.

const en = {
  usage: 'usage',
  commands: 'commands',
  everywhere:
    'for all commands: --json --quiet --seed N --threads N --runtime node|wasm|ffi|webgpu --cache DIR --offline --encoding NAME --help',
  more: 'tesserae COMMAND --help tells more.',
  quickstart: 'train, measure, predict and look inside, on embedded data, in minutes',
  train: 'train a recipe, or go on with a run',
  evaluate: 'measure a run on data it has not seen, beside cheap baselines',
  predict: 'let a run answer',
  extract: 'find entities, or answers to questions, in documents',
  pipeline: 'run a task on a model, as Transformers.js does',
  inspect: 'show what a model attends to, on one page',
  explain: 'say what an answer rests on, by several methods, and test them',
  forward: 'arrays in, arrays out: outputs, states, attentions, gradients',
  align: 'show what an encoder-decoder looked at for each token it wrote',
  generate: 'let a model write on from a prompt: greedy, beams, sampling',
  chat: 'talk with a model in the terminal',
  compare: 'trainings side by side: architectures, pre-training, folds, controls, one encoder on four kinds of data',
  trace: 'print the graph of a model and its taps',
  tokenize: 'cut texts into tokens',
  'tokenizer convert': 'write a tokenizer in another format',
  'tokenizer train': 'learn a tokenizer from a corpus',
  'tokenizer replay': 'show how a tokenizer is trained and cuts words, step by step',
  'tokenizer compare': 'cut one text in several ways, side by side',
  decode: 'join ids to texts',
  data: 'list and show data sets',
  export: 'write a run as ONNX or safetensors',
  doctor: 'tell what this machine has and what is missing',
};

const zh: Record<keyof typeof en, string> = {
  usage: '用法',
  commands: '命令',
  everywhere:
    '所有命令通用: --json --quiet --seed N --threads N --runtime node|wasm|ffi|webgpu --cache DIR --offline --encoding NAME --help',
  more: 'tesserae 命令 --help 可查看详情。',
  quickstart: '用内置数据在几分钟内完成训练、评测、预测与可视化',
  train: '按配方训练，或继续一次训练',
  evaluate: '在未见过的数据上评测，并与简单基线比较',
  predict: '让训练好的模型作答',
  extract: '从文档中抽取实体，或按问题抽取答案',
  pipeline: '像 Transformers.js 那样对模型执行任务',
  inspect: '用一个网页展示模型注意的内容',
  explain: '用多种方法说明回答的依据，并检验这些方法',
  forward: '数组进、数组出：输出、隐藏状态、注意力、梯度',
  align: '展示编码器-解码器写出每个 token 时在看哪里',
  generate: '让模型续写：贪心、束搜索、采样',
  chat: '在终端里与模型对话',
  compare: '并排比较多次训练：不同架构、预训练、各折、对照实验、同一编码器用于四种数据',
  trace: '打印模型的计算图及其观测点',
  tokenize: '把文本切成 token',
  'tokenizer convert': '把分词器写成另一种格式',
  'tokenizer train': '从语料训练分词器',
  'tokenizer replay': '逐步展示分词器如何训练、如何切词',
  'tokenizer compare': '并排比较同一文本的多种切法',
  decode: '把 id 还原成文本',
  data: '列出并显示数据集',
  export: '把结果导出为 ONNX 或 safetensors',
  doctor: '检查本机环境及缺少的东西',
};

/** Keys of messages. */
export type MessageKey = keyof typeof en;

/** The dictionary of a locale such as `zh_CN.UTF-8`; English for others. */
export function messagesFor(locale: string): Readonly<Record<MessageKey, string>> {
  return locale.toLowerCase().startsWith('zh') ? zh : en;
}
