/**
 * CloudWatch's metric math, the part that our alarms use
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html): numbers, metrics by their ids, arithmetic,
 * comparisons (1 or 0), `IF`, `FILL` with a number, `DIFF` and `MAX` of a list.
 */

/** Value of the period that ends with a minute; undefined where data is missing. */
export type SeriesAt = (end: number) => number | undefined;

type Parse = () => SeriesAt;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(>=|<=|==|!=|&&|\|\||[-+*/(),<>[\]]))/y;

const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number | undefined>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  {
    '>': (a, b) => Number(a > b),
    '<': (a, b) => Number(a < b),
    '>=': (a, b) => Number(a >= b),
    '<=': (a, b) => Number(a <= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => (b === 0 ? undefined : a / b) },
];

/**
 * Compiles an expression.
 *
 * @param series - The metrics and expressions that it may name.
 * @param period - Minutes of a period, the distance of two data points of `DIFF`.
 * @throws Error for anything else than the part above
 */
export function compileMath(
  expression: string,
  series: Readonly<Record<string, SeriesAt>>,
  period: number,
): SeriesAt {
  const tokens = tokensOf(expression);
  let next = 0;
  const take = (wanted?: string): string => {
    const token = tokens[next];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`'${expression}': expected ${wanted ?? 'more'}, got ${token ?? 'the end'}`);
    next += 1;
    return token;
  };

  const binary = (level: number): Parse => {
    const operators = LEVELS[level];
    if (operators === undefined) return primary;
    const operand = binary(level + 1);
    return () => {
      let left = operand();
      for (let sign = tokens[next]; sign !== undefined && sign in operators; sign = tokens[next]) {
        next += 1;
        const [first, second, apply] = [left, operand(), operators[sign]];
        left = (end) => {
          const [a, b] = [first(end), second(end)];
          return a === undefined || b === undefined ? undefined : apply?.(a, b);
        };
      }
      return left;
    };
  };
  const whole: Parse = () => binary(0)();

  const listOf = (close: string): SeriesAt[] => {
    const found = [whole()];
    while (tokens[next] === ',') {
      next += 1;
      found.push(whole());
    }
    take(close);
    return found;
  };

  function primary(): SeriesAt {
    const token = take();
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '(') {
      const inside = whole();
      take(')');
      return inside;
    }
    if (tokens[next] === '(') {
      next += 1;
      return call(token);
    }
    const found = series[token];
    if (found === undefined) throw new Error(`'${expression}': ${token} is not known`);
    return found;
  }

  function call(name: string): SeriesAt {
    if (name === 'MAX') {
      take('[');
      const items = listOf(']');
      take(')');
      return (end) => {
        const values = items.map((one) => one(end)).filter((one) => one !== undefined);
        return values.length === 0 ? undefined : Math.max(...values);
      };
    }
    const [first, second, third, ...rest] = listOf(')');
    if (first === undefined || rest.length > 0) throw new Error(`'${expression}': ${name} of what`);
    if (name === 'FILL' && second) return (end) => first(end) ?? second(end);
    if (name === 'DIFF') {
      return (end) => {
        const [now, before] = [first(end), first(end - period)];
        return now === undefined || before === undefined ? undefined : now - before;
      };
    }
    if (name === 'IF' && second && third) {
      return (end) => {
        const condition = first(end);
        return condition === undefined ? undefined : condition === 0 ? third(end) : second(end);
      };
    }
    throw new Error(`'${expression}': ${name} is not implemented`);
  }

  const compiled = whole();
  if (next < tokens.length) throw new Error(`'${expression}': ${tokens[next]} is too much`);
  return compiled;
}

function tokensOf(expression: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`'${expression}': cannot be read`);
    found.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return found;
}
