import { parseAllDocuments } from 'yaml';
import { CHART, type DeployTools, example, type Outcome } from './tools.ts';

interface Named {
  readonly name: string;
}

export interface Container extends Named {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly limits?: { readonly cpu?: string; readonly memory?: string } };
  readonly securityContext?: object;
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
}

interface SecretSource {
  readonly secret?: { readonly secretName?: string; readonly name?: string };
  readonly configMap?: Named;
}

export type Volume = Named & SecretSource & { readonly projected?: { readonly sources: readonly SecretSource[] } };

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly securityContext?: Record<string, unknown>;
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

type Labels = Readonly<Record<string, string>>;

export interface Peer {
  readonly podSelector?: { readonly matchLabels: Labels };
  readonly namespaceSelector?: { readonly matchLabels: Labels };
  readonly ipBlock?: { readonly cidr: string };
}

export interface Policy {
  readonly podSelector: { readonly matchLabels: Labels };
  readonly policyTypes: readonly string[];
  readonly ingress: readonly { readonly from: readonly Peer[]; readonly ports: readonly { readonly port: number }[] }[];
  readonly egress: readonly { readonly to: readonly Peer[]; readonly ports: readonly { readonly port: number }[] }[];
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: Named & { readonly labels: Labels };
  readonly spec: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Workload extends Manifest {
  readonly spec: {
    readonly template: { readonly spec: PodSpec };
    readonly volumeClaimTemplates?: readonly { readonly metadata: Named }[];
  };
}

export const COMPONENT = 'app.kubernetes.io/component';
const WORKLOADS = ['StatefulSet', 'Deployment'];

/** The chart rendered as a member's release; Helm refuses what the chart refuses. */
export const render = (tools: DeployTools, values: string, ...settings: string[]): Promise<Outcome> =>
  tools.helm(
    'template',
    'anlian',
    CHART,
    '--kube-version',
    '1.30.0',
    '--values',
    example(values),
    ...settings.flatMap((setting) => ['--set-json', setting]),
  );

export const manifestsOf = (rendered: string): Manifest[] =>
  parseAllDocuments(rendered, { version: '1.1' }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Manifest;
  });

export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  manifests.filter((manifest): manifest is Workload => WORKLOADS.includes(manifest.kind));

export const componentOf = ({ metadata }: Manifest): string => metadata.labels[COMPONENT] ?? '';

/** The only container of a component. */
export const containerOf = (manifests: readonly Manifest[], component: string): Container => {
  const found = workloadsOf(manifests).find((workload) => componentOf(workload) === component);
  const [container] = found?.spec.template.spec.containers ?? [];
  if (container === undefined) throw new Error(`no container of ${component}`);
  return container;
};

export const environmentOf = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));

/** Names of the Secrets that a volume reads. */
export const secretsOf = ({ secret, projected }: Volume): string[] =>
  [{ secret }, ...(projected?.sources ?? [])].flatMap(
    (source) => source.secret?.secretName ?? source.secret?.name ?? [],
  );
