// GitHub's own workflow parser and the conversion to jobs that follows it (npm: @actions/workflow-parser).
// usage: ls .github/workflows/*.yml | node github_parser.mjs
import {register} from 'node:module';
import {answer} from './batch.mjs';

register('./json_imports.mjs', import.meta.url);

const {parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter} = await import('@actions/workflow-parser');
const {ErrorPolicy} = await import('@actions/workflow-parser/model/convert');
const {TemplateContext, TemplateValidationErrors} = await import('@actions/workflow-parser/templates/template-context');
const {getWorkflowSchema} = await import('@actions/workflow-parser/workflows/workflow-schema');
const {FeatureFlags} = await import('@actions/expressions');

// Without the flag, background and parallel steps are unknown to it.
const featureFlags = new FeatureFlags({all: true});
const WHERE = /\(Line: (\d+), Col: \d+\)/;

async function judge(content) {
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter());
  context.state.featureFlags = featureFlags;
  const parsed = parseWorkflow({name: 'workflow', content}, context);
  const syntax = parsed.context.errors.getErrors().map(error => ({kind: 'syntax', message: error.message}));
  if (!parsed.value) return located(syntax);
  const options = {errorPolicy: ErrorPolicy.TryConversion, featureFlags};
  const template = await convertWorkflowTemplate(parsed.context, parsed.value, undefined, options);
  const known = new Set(syntax.map(error => error.message));
  const jobs = (template.errors ?? []).map(error => ({kind: 'jobs', message: error.Message}));
  return located([...syntax, ...jobs.filter(error => !known.has(error.message))]);
}

function located(errors) {
  return errors.map(error => ({...error, line: Number(WHERE.exec(error.message)?.[1] ?? 0)}));
}

await answer(judge);
