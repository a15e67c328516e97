import { optionalLoader } from '../optional-package.ts';

/** Loads packages of AWS. @throws RuntimeFailure `aws/not-installed` naming the packages to install */
export const loadOptional = optionalLoader('aws/not-installed');
