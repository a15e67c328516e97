import { PGlite } from '@electric-sql/pglite';
import { openPglite } from '../../../lambdas/adapters/local/pglite.ts';
import { sourceDatabaseContract } from '../../contracts/source-database.ts';

sourceDatabaseContract('PGlite', async () => {
  const database = await PGlite.create();
  return {
    source: openPglite({ database }),
    run: async (sql) => {
      await database.exec(sql);
    },
    close: () => database.close(),
  };
});
