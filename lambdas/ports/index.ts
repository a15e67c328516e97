export type { Clock } from './clock.ts';
export type { ModelEvent } from './events.ts';
export type { Logger } from './logger.ts';
export type { ConditionalWrite, ObjectStore } from './object-store.ts';
export type { OnlineRow } from './online-store.ts';
export type { Ports } from './ports.ts';
export type { MirroredVersion, VersionStatus } from './registry-mirror.ts';
export type { ExportedColumn, ExportQuery, SourceDatabase, SourceSnapshot } from './source-database.ts';
