import { InvalidInput } from '../errors.ts';
import type { ColumnType } from '../table.ts';
import type { Feature, FeatureSpec } from './spec.ts';

/** A column of the source table that features read. */
export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The columns that the features read, each once, in the order of the first feature that reads it. */
export function sourceColumns({ fields }: FeatureSpec): readonly SourceColumn[] {
  const types = new Map<string, ColumnType>();
  for (const [index, feature] of fields.entries()) {
    const name = feature.column ?? feature.name;
    const type = typeOf(feature);
    if (type === undefined) continue;
    const known = types.get(name);
    if (known !== undefined && known !== type)
      throw new InvalidInput('features', [
        {
          code: 'features/column-type',
          path: `fields[${index}].column`,
          message: `column '${name}' is read as ${known} by another feature`,
          got: type,
          fix: 'use features of one kind for one column',
        },
      ]);
    types.set(name, type);
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

/** How a feature reads its column; undefined when it is computed from other features. */
function typeOf({ kind }: Feature): ColumnType | undefined {
  switch (kind) {
    case 'numeric':
      return 'number';
    case 'categorical':
      return 'category';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'timestamp';
    default:
      return undefined;
  }
}
