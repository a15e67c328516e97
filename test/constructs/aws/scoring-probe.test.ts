import { describe, expect, it } from 'vitest';
import { aws } from '../../../constructs/aws/index.ts';
import { ScoringApi } from '../../../constructs/aws/scoring-api.ts';
import { ScoringProbe } from '../../../constructs/aws/scoring-probe.ts';
import { composeData, composeModel } from '../../../constructs/compose-model.ts';
import { canProbe } from '../../../constructs/shared/can-probe.ts';
import { at, listOf } from '../../support/template.ts';
import { allBindings, exampleConfig, foreignStack, found, one, shown } from './example.ts';

const config = await exampleConfig();
const TOKENS = {
  cloud: {
    provider: 'aws' as const,
    account: '111111111111',
    region: 'eu-central-1',
    jwt: { issuer: 'https://login.example.com', audience: ['scoring'] },
  },
};

function probed() {
  const stack = foreignStack();
  const bindings = allBindings(stack, config);
  const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
  new ScoringProbe(stack, 'Probe', { config, bindings, scoring, notifications: bindings.notifications });
  return stack;
}

const STACK = probed();

describe('the scoring probe', () => {
  it('is called every five minutes, and by the event of a promotion', () => {
    const schedule = one(STACK, 'AWS::Scheduler::Schedule', 'Probe');
    expect(schedule.properties.ScheduleExpression).toBe('rate(5 minutes)');
    const rule = one(STACK, 'AWS::Events::Rule', 'Probe');
    expect(rule.properties.EventPattern).toEqual({ 'detail-type': ['release.moved'] });
    expect(shown(rule.properties.EventBusName)).toBe(one(STACK, 'AWS::Events::EventBus').id);
    const lambda = one(STACK, 'AWS::Lambda::Function', 'Probe').id;
    expect(shown(at(rule.properties, 'Targets', 0, 'Arn'))).toContain(lambda);
    expect(shown(at(schedule.properties, 'Target', 'Arn'))).toContain(lambda);
  });

  it('may call POST /score of its API, and knows its URL', () => {
    const policy = one(STACK, 'AWS::IAM::Policy', 'ProbeFunctionPolicy');
    const calls = listOf(at(policy.properties, 'PolicyDocument', 'Statement')).filter(
      (statement) => at(statement, 'Action') === 'execute-api:Invoke',
    );
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(at(calls[0], 'Resource'))).toMatch(/\/\$default\/POST\/score"\]\]\}$/);
    const { properties } = one(STACK, 'AWS::Lambda::Function', 'Probe');
    const url = JSON.stringify(at(properties, 'Environment', 'Variables', 'MLOPS_SCORING_URL'));
    expect(url).toContain(one(STACK, 'AWS::ApiGatewayV2::Api').id);
    expect(url).toMatch(/"https:\/\/".*"\/"/);
  });

  it('raises an alarm at the first wrong answer of a minute, and none without data', () => {
    const { properties } = one(STACK, 'AWS::CloudWatch::Alarm', 'ProbeAlarm');
    expect(properties).toMatchObject({
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    const [count] = listOf(properties.Metrics).flatMap((one) => at(one, 'MetricStat') ?? []);
    expect(count).toMatchObject({
      Metric: { Namespace: 'Mlops', MetricName: 'probeFailed' },
      Period: 60,
      Stat: 'Sum',
    });
    expect(found(STACK, 'AWS::SNS::Topic').map(({ id }) => id)).toContain(
      shown(at(properties, 'AlarmActions', 0)),
    );
  });

  it('is refused where callers show tokens, and left out of a model', async () => {
    const tokens = await exampleConfig('dev', TOKENS);
    expect([canProbe(config), canProbe(tokens)]).toEqual([true, false]);
    const stack = foreignStack();
    const bindings = allBindings(stack, tokens);
    const scoring = new ScoringApi(stack, 'Scoring', { config: tokens, bindings });
    expect(() => new ScoringProbe(stack, 'Probe', { config: tokens, bindings, scoring })).toThrow(
      "ScoringProbe 'Probe': a probe signs with IAM",
    );
    const model = foreignStack();
    composeModel(aws, model, tokens, composeData(aws, model, tokens));
    const handlers = found(model, 'AWS::Lambda::Function').map(({ properties }) => properties.Handler);
    expect(handlers).toContain('score.handler');
    expect(handlers).not.toContain('probe.handler');
    const rules = found(model, 'AWS::Events::Rule').map(({ properties }) => JSON.stringify(properties));
    expect(rules.join()).not.toMatch(/probe.failed|release.moved/);
  });
});
