/** Reads an expression, in a subset of CEL, and checks its types. The grammar is the library's; what is allowed is ours. */

import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { InvalidInput, type Problem } from '../errors.ts';
import {
  definitionOf,
  EXPRESSION_FUNCTIONS,
  type ExpressionFunction,
  isFunction,
  type ValueType,
} from './functions.ts';
import type { Expression } from './tree.ts';

/** The features that an expression may name, with the types of their raw values. */
export type KnownFeatures = ReadonlyMap<string, ValueType>;

const LIMITS = { maxAstNodes: 1_000, maxDepth: 50, maxListElements: 200, maxCallArguments: 8 };
const OPERATORS = new Set(['+', '-', '*', '/', '<', '<=', '>', '>=', '==', '!=', '-_', '!_']);
const NAMES = Object.keys(EXPRESSION_FUNCTIONS).filter((name) => !OPERATORS.has(name));
const ALLOWED = `&& || ?: in has ${Object.keys(EXPRESSION_FUNCTIONS)
  .filter((name) => OPERATORS.has(name) && !name.endsWith('_'))
  .join(' ')} ${NAMES.join(' ')}`;

/**
 * Parses an expression.
 *
 * @throws InvalidInput with one problem: `expression/syntax`, `expression/unknown-feature`, `expression/type`,
 *   `expression/not-allowed`
 */
export function parseExpression(text: string, features: KnownFeatures): Expression {
  let ast: ASTNode;
  try {
    ast = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS }).parse(text).ast;
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n');
    throw refusal({ code: 'expression/syntax', message: `cannot be read: ${line}`, got: text });
  }
  return read(ast, { text, features });
}

interface Source {
  readonly text: string;
  readonly features: KnownFeatures;
}

function read(node: ASTNode, source: Source): Expression {
  const { op } = node;
  switch (op) {
    case 'value':
      return literal(node, source);
    case 'id':
      return feature(node, source);
    case '&&':
    case '||': {
      const [left, right] = node.args.map((arg) => typed(arg, 'boolean', source));
      // There are two.
      const args = [left, right] as [Expression, Expression];
      return { kind: op === '&&' ? 'and' : 'or', type: 'boolean', args };
    }
    case '?:': {
      const [condition, then, otherwise] = node.args;
      const first = read(then, source);
      const args = [
        typed(condition, 'boolean', source),
        first,
        typed(otherwise, first.type, source),
      ] as const;
      return { kind: 'choose', type: first.type, args };
    }
    case 'in':
      return membership(node.args, source);
    case '!_':
    case '-_':
      return call(op, [node.args], node, source);
    case 'call': {
      const [name, args] = node.args;
      const [only] = args;
      if (name === 'has' && only !== undefined && args.length === 1)
        return { kind: 'has', type: 'boolean', args: [read(only, source)] };
      return call(name, args, node, source);
    }
    case 'rcall': {
      const [name, receiver, args] = node.args;
      const isMath = receiver.op === 'id' && receiver.args === 'math';
      return isMath
        ? call(`math.${name}`, args, node, source)
        : call(name, [receiver, ...args], node, source);
    }
    default:
      // A node with two sides is an operator. The rest, such as maps and lists outside `in`, is not in the subset.
      if (OPERATORS.has(op)) return call(op, node.args as readonly ASTNode[], node, source);
      throw notAllowed(node, source);
  }
}

function literal(node: Extract<ASTNode, { op: 'value' }>, source: Source): Expression {
  const { args: value } = node;
  if (typeof value === 'bigint' || typeof value === 'number')
    return { kind: 'literal', type: 'number', value: Number(value) };
  if (typeof value === 'string') return { kind: 'literal', type: 'text', value };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'boolean', value: value ? 1 : 0 };
  throw notAllowed(node, source);
}

function feature(node: Extract<ASTNode, { op: 'id' }>, { features }: Source): Expression {
  const type = features.get(node.args);
  if (type !== undefined) return { kind: 'feature', type, name: node.args };
  throw refusal({
    code: 'expression/unknown-feature',
    message: 'names no feature with a value of its own',
    got: `'${node.args}'`,
    allowed: [...features.keys()].join(', '),
  });
}

/** A value in a list of literals of its own type. */
function membership([value, list]: readonly [ASTNode, ASTNode], source: Source): Expression {
  const one = read(value, source);
  if (list.op !== 'list') throw notAllowed(list, source);
  const values = list.args.map((item) => {
    const member = typed(item, one.type, source);
    if (member.kind !== 'literal') throw notAllowed(item, source);
    return member.value;
  });
  return { kind: 'in', type: 'boolean', args: [one], values };
}

function call(name: string, args: readonly ASTNode[], node: ASTNode, source: Source): Expression {
  if (!isFunction(name)) throw notAllowed(node, source);
  const values = args.map((arg) => read(arg, source));
  const types = values.map(({ type }) => type);
  const definition = definitionOf(name, types);
  if (definition !== undefined) return { kind: 'call', type: definition.gives, function: name, args: values };
  throw refusal({
    code: 'expression/type',
    message: `${nameOf(name)} does not take these types`,
    got: types.join(', ') || 'nothing',
    allowed: EXPRESSION_FUNCTIONS[name].map(({ takes }) => takes.join(', ')).join('; or '),
  });
}

/** `-_` and `!_` are CEL's own names of what people write with one side only. */
const nameOf = (name: ExpressionFunction): string => name.replace('_', '');

function typed(node: ASTNode, type: ValueType, source: Source): Expression {
  const tree = read(node, source);
  if (tree.type === type) return tree;
  throw refusal({
    code: 'expression/type',
    message: `'${textOf(node, source)}' has another type than is needed here`,
    got: tree.type,
    allowed: type,
  });
}

function notAllowed(node: ASTNode, source: Source): InvalidInput {
  return refusal({
    code: 'expression/not-allowed',
    message: 'uses what is not in the subset',
    got: `'${textOf(node, source)}'`,
    allowed: ALLOWED,
  });
}

const textOf = ({ start, end }: ASTNode, { text }: Source): string => text.slice(start, end);

const refusal = (problem: Omit<Problem, 'path'>): InvalidInput =>
  new InvalidInput('expression', [{ path: '', ...problem }]);
