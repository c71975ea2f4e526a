// GitHub's own expression parser (npm: @actions/expressions) and template reader (npm: @actions/workflow-parser).
// A line of JSON per question in, a line of JSON per answer out, in order, until the input ends:
//   {"kind": "expression", "text"} → {"tree"}           the inside of ${{ }}
//   {"kind": "template", "text"}   → {"expressions"}    a scalar; the sources of its expressions
//   {"kind": "condition", "text"}  → {"tree"}           an if:, with the success() that GitHub adds
//   {"kind": "truth", "text"}      → {"truth"}          whether an expression counts as true, where NEEDS is the context
// or {"error": message}. Trees are nested arrays, names in lower case, without parentheses.
// usage: node expressions.mjs
import {createInterface} from 'node:readline';
import {register} from 'node:module';

register('./json_imports.mjs', import.meta.url);

const {Evaluator, Lexer, Parser, data} = await import('@actions/expressions');
const {truthy} = await import('@actions/expressions/result');
const ast = await import('@actions/expressions/ast');
const {Kind} = await import('@actions/expressions/data/expressiondata');
const {NoOperationTraceWriter} = await import('@actions/workflow-parser');
const {TemplateContext, TemplateValidationErrors} = await import('@actions/workflow-parser/templates/template-context');
const {readTemplate} = await import('@actions/workflow-parser/templates/template-reader');
const {StringToken} = await import('@actions/workflow-parser/templates/tokens/index');
const {getWorkflowSchema} = await import('@actions/workflow-parser/workflows/workflow-schema');
const {convertToIfCondition} = await import('@actions/workflow-parser/model/converter/if-condition');

const CONTEXTS = ['github', 'inputs', 'vars', 'needs', 'strategy', 'matrix', 'secrets', 'steps', 'job', 'jobs', 'runner', 'env'];
const FUNCTIONS = [
  {name: 'always', minArgs: 0, maxArgs: 0},
  {name: 'cancelled', minArgs: 0, maxArgs: 0},
  {name: 'failure', minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER},
  {name: 'success', minArgs: 0, maxArgs: Number.MAX_SAFE_INTEGER},
  {name: 'hashFiles', minArgs: 1, maxArgs: 255},
];

const NEEDS = {a: 'success', b: 'failure', c: 'skipped'};

const schema = getWorkflowSchema();
// Which context may be read where is not the question here: this key takes all of them.
schema.getDefinition('step-if').readerContext = [
  ...CONTEXTS,
  ...FUNCTIONS.map(({name, minArgs, maxArgs}) => `${name}(${minArgs},${maxArgs > 255 ? 'MAX' : maxArgs})`),
];

function parse(text) {
  return new Parser(new Lexer(text).lex().tokens, CONTEXTS, FUNCTIONS).parse();
}

function dump(node) {
  if (node instanceof ast.Grouping) return dump(node.group);
  if (node instanceof ast.Literal) return literal(node);
  if (node instanceof ast.ContextAccess) return ['context', node.name.lexeme.toLowerCase()];
  if (node instanceof ast.IndexAccess) {
    return node.index instanceof ast.Star ? ['star', dump(node.expr)] : ['index', dump(node.expr), dump(node.index)];
  }
  if (node instanceof ast.FunctionCall) return ['call', node.functionName.lexeme.toLowerCase(), ...node.args.map(dump)];
  if (node instanceof ast.Unary) return ['not', dump(node.expr)];
  if (node instanceof ast.Binary) return ['binary', node.operator.lexeme, dump(node.left), dump(node.right)];
  if (node instanceof ast.Logical) return ['logical', node.operator.lexeme, ...node.args.map(dump)];
  throw new Error(`no such node: ${node?.constructor?.name}`);
}

function literal({literal: data, token}) {
  if (data.kind === Kind.Null) return ['null'];
  if (data.kind === Kind.Boolean) return ['boolean', data.value];
  if (data.kind === Kind.Number) return ['number', String(data.value)];
  // This lexer undoes only the first '' of a text; GitHub's server undoes all.
  const quoted = token.lexeme.startsWith("'");
  return ['text', quoted ? token.lexeme.slice(1, -1).replaceAll("''", "'") : token.lexeme];
}

// What the template reader wants of a YAML parser, for a document that is one scalar.
class OneScalar {
  constructor(text) {
    const place = {start: {line: 1, column: 1}, end: {line: 1, column: 1}};
    this.token = new StringToken(undefined, place, text, undefined, text);
  }
  validateStart() {}
  validateEnd() {}
  allowLiteral() {
    return this.token;
  }
}

function read(text) {
  const context = new TemplateContext(new TemplateValidationErrors(), schema, new NoOperationTraceWriter());
  const token = readTemplate(context, 'step-if', new OneScalar(text), undefined);
  refuseErrors(context);
  return {context, token};
}

function refuseErrors(context) {
  const [error] = context.errors.getErrors();
  if (error) throw error;
}

function truth(text) {
  const needs = Object.entries(NEEDS).map(([key, result]) => {
    const value = new data.Dictionary(
      {key: 'result', value: new data.StringData(result)},
      {key: 'outputs', value: new data.Dictionary()},
    );
    return {key, value};
  });
  const context = new data.Dictionary({key: 'needs', value: new data.Dictionary(...needs)});
  return truthy(new Evaluator(parse(text), context).evaluate());
}

function answer({kind, text}) {
  if (kind === 'expression') return {tree: dump(parse(text))};
  if (kind === 'truth') return {truth: truth(text)};
  const {context, token} = read(text);
  if (kind === 'template') {
    if (!token.isExpression) return {expressions: []};
    return {expressions: (token.originalExpressions ?? [token]).map(part => part.expression)};
  }
  const condition = convertToIfCondition(context, token);
  refuseErrors(context);
  return {tree: dump(parse(condition.expression))};
}

for await (const line of createInterface({input: process.stdin, crlfDelay: Infinity})) {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (error) {
    said = {error: String(error?.message ?? error)};
  }
  process.stdout.write(JSON.stringify(said) + '\n');
}
