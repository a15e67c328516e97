import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A shape of AWS's own API description (botocore), pruned by test/fixtures/aws-shapes/make.py. */
interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
}

interface Api {
  readonly inputs: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const APIS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/aws-shapes/shapes.json'), 'utf8'),
) as Readonly<Record<string, Api>>;

/**
 * What is wrong with a request by the vendor's own description: unknown and missing members, types, enumerations, ranges,
 * lengths, and patterns of the whole value.
 */
export function requestProblems(service: string, operation: string, input: unknown): string[] {
  const api = APIS[service];
  const name = api?.inputs[operation];
  if (api === undefined || name === undefined)
    throw new Error(`${service} ${operation} is not in the fixture`);
  return problemsOf(api, name, input, operation);
}

function problemsOf(api: Api, name: string, value: unknown, path: string): string[] {
  const shape = api.shapes[name];
  if (shape === undefined) return [`${path}: no shape ${name}`];
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return [`${path}: not a structure`];
      const given = Object.entries(value).filter(([, one]) => one !== undefined);
      const members = shape.members ?? {};
      const missing = (shape.required ?? []).filter((member) => !given.some(([key]) => key === member));
      return [
        ...missing.map((member) => `${path}.${member}: missing`),
        ...given.flatMap(([key, one]) => {
          const member = members[key];
          return member === undefined
            ? [`${path}.${key}: unknown`]
            : problemsOf(api, member, one, `${path}.${key}`);
        }),
      ];
    }
    case 'list': {
      if (!Array.isArray(value)) return [`${path}: not a list`];
      return [
        ...sizeProblems(shape, value.length, path, 'items'),
        ...value.flatMap((one, index) => problemsOf(api, shape.member ?? '', one, `${path}[${index}]`)),
      ];
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      return [
        ...sizeProblems(shape, entries.length, path, 'entries'),
        ...entries.flatMap(([key, one]) => [
          ...problemsOf(api, shape.key ?? '', key, `${path} key`),
          ...problemsOf(api, shape.value ?? '', one, `${path}.${key}`),
        ]),
      ];
    }
    case 'string': {
      if (typeof value !== 'string') return [`${path}: not a string`];
      const fits = shape.pattern === undefined || wholly(shape.pattern).test(value);
      return [
        ...sizeProblems(shape, value.length, path, 'characters'),
        ...(fits ? [] : [`${path}: does not match ${shape.pattern}`]),
        ...(shape.enum === undefined || shape.enum.includes(value)
          ? []
          : [`${path}: not one of ${shape.enum}`]),
      ];
    }
    case 'integer':
    case 'long':
      return Number.isInteger(value)
        ? sizeProblems(shape, Number(value), path, '')
        : [`${path}: not a whole number`];
    default:
      return []; // blobs, times and booleans are the SDK's to encode
  }
}

/** The pattern for the whole value: a search would let the beginning of a wrong one through. */
function wholly(pattern: string): RegExp {
  const classes = pattern.includes('\\p{');
  // With classes of Unicode only some characters may be escaped; Java, which the patterns are written for, takes all.
  const source = classes
    ? pattern.replaceAll(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, '$1').replace(/\)\$\{/, '){')
    : pattern;
  return new RegExp(`^(?:${source})$`, classes ? 'su' : 's');
}

function sizeProblems({ min, max }: Shape, size: number, path: string, what: string): string[] {
  const low = min !== undefined && size < min;
  const high = max !== undefined && size > max;
  return low || high ? [`${path}: ${size} ${what}, allowed ${min ?? 0} to ${max ?? 'any'}`] : [];
}
