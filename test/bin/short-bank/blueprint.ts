export { blueprint } from '../../../blueprints/bank-marketing/blueprint.ts';
