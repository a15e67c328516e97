import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { ModelProps } from '../contract/model-props.ts';
import { Aspects, dependable, TerraformDataSource, TerraformResource } from '../shared/cdktf.ts';
import { cloudOf } from './place.ts';
import { pauseAfter } from './propagation.ts';
import { SERVICES } from './services.ts';

/**
 * Switches on the APIs of a project, before anything else of its stack is made. They stay on when the stack goes: others may use
 * them.
 *
 * @example
 * import { ArtifactStore, ProjectServices } from 'mlops-blueprint/gcp';
 *
 * new ProjectServices(stack, 'Services', { config });
 * new ArtifactStore(stack, 'Store', { config });
 */
export class ProjectServices extends Construct {
  constructor(scope: Construct, id: string, { config }: ModelProps) {
    super(scope, id);
    const { project } = cloudOf(config);
    const services = SERVICES.map(
      (service) =>
        new ProjectService(this, service.split('.')[0] ?? service, {
          project,
          service,
          disableOnDestroy: false,
        }),
    );
    const ready = pauseAfter(this, 'Ready', services, SERVICES.join(' '));
    Aspects.of(scope).add({
      visit: (node: IConstruct) => {
        // A read needs its API as well.
        const isOurs = node instanceof TerraformResource || node instanceof TerraformDataSource;
        if (!isOurs || node.node.path.startsWith(`${this.node.path}/`)) return;
        node.dependsOn = [...(node.dependsOn ?? []), dependable(ready)];
      },
    });
  }
}
