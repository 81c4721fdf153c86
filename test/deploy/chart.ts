import { readFileSync } from 'node:fs';
import { NEWEST } from '@anlian/consortium/fabric';
import { readConfig } from '@anlian/node';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig as readChaincodeConfig } from '../../chaincode/src/fabric/config.ts';
import {
  COMPONENT,
  componentOf,
  containerOf,
  environmentOf,
  type Manifest,
  manifestsOf,
  type Peer,
  type Policy,
  render,
  secretsOf,
  workloadsOf,
} from './manifests.ts';
import { CHART, type DeployTools, example } from './tools.ts';

const GOVERNOR = ['chaincode', 'node', 'peer', 'postgres'];
const EXAMPLES = [
  { values: 'governor-ordering.yaml', line: '2.5', components: [...GOVERNOR, 'orderer'] },
  { values: 'governor-bft.yaml', line: '3.1', components: [...GOVERNOR, 'orderer'] },
  { values: 'governor-joining.yaml', line: '2.5', components: GOVERNOR },
  { values: 'participant.yaml', line: '2.5', components: ['node', 'postgres'] },
] as const;

/** Who may open a connection to whom inside the release. */
const MAY_REACH = ['node → postgres', 'node → peer', 'peer → chaincode', 'peer → orderer'];

/** What holds of the Helm chart, for each kind of member and for values that somebody should not have written. */
export const describeChart = (tools: () => DeployTools): void => {
  const manifests = async (values: string): Promise<Manifest[]> => {
    const { stdout, stderr } = await render(tools(), values);
    expect(stderr).toBe('');
    return manifestsOf(stdout);
  };

  describe.each(EXAMPLES)('for $values', ({ values, line, components }) => {
    it('passes Helm’s linter and decodes strictly as Kubernetes’ types', async () => {
      const lint = await tools().helm('lint', '--strict', CHART, '--values', example(values));
      expect(lint, lint.stdout).toMatchObject({ code: 0 });
      const { stdout } = await render(tools(), values);
      expect(await tools().check(['manifests'], stdout)).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('runs the parts of this kind of member, and no other', async () => {
      const workloads = workloadsOf(await manifests(values));
      expect(workloads.map(componentOf).sort()).toEqual([...components].sort());
    });

    it('names a version of every image: the newest patch release of Fabric', async () => {
      const images = workloadsOf(await manifests(values)).flatMap(({ spec }) =>
        spec.template.spec.containers.map(({ image }) => image),
      );
      for (const image of images) expect(image).toMatch(/:\d+(\.\d+)*$/);
      const fabric = images.filter((image) => image.startsWith('hyperledger/'));
      expect(fabric).toHaveLength(components.filter((part) => part === 'peer' || part === 'orderer').length);
      for (const image of fabric)
        expect(image).toMatch(new RegExp(`^hyperledger/fabric-(peer|orderer):${NEWEST[line]}$`));
    });

    it('runs everything limited, as nobody, on a root file system that nobody writes', async () => {
      for (const { spec } of workloadsOf(await manifests(values))) {
        const pod = spec.template.spec;
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        });
        for (const { resources, securityContext } of pod.containers) {
          expect(resources.limits).toEqual({ cpu: expect.any(String), memory: expect.stringMatching(/[MG]i$/) });
          expect(securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
        }
      }
    });

    it('mounts secrets by the name of a Secret of the member’s, and holds none itself', async () => {
      const rendered = await manifests(values);
      const { secrets } = parse(readFileSync(example(values), 'utf8')) as { secrets: Record<string, string> };
      expect(rendered.map(({ kind }) => kind)).not.toContain('Secret');
      expect(JSON.stringify(rendered)).not.toMatch(/PRIVATE KEY|:\/\/[^/@"]+:[^/@"]+@/);
      const mounted = new Set<string>();
      for (const { spec } of workloadsOf(rendered)) {
        const { containers, volumes } = spec.template.spec;
        const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name);
        const there = [...volumes.map(({ name }) => name), ...claims].sort();
        for (const { volumeMounts, env } of containers) {
          expect(volumeMounts.map(({ name }) => name).sort()).toEqual(there);
          for (const { name, value } of env)
            if (/PASSWORD|KEY/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
        }
        for (const volume of volumes) for (const name of secretsOf(volume)) mounted.add(name);
      }
      const { ingress, ...others } = secrets;
      expect([...mounted].sort()).toEqual(Object.values(others).sort());
      expect(rendered.find(({ kind }) => kind === 'Ingress')?.spec).toMatchObject({ tls: [{ secretName: ingress }] });
    });

    it('gives the node and the chaincode an environment that they accept', async () => {
      const rendered = await manifests(values);
      const { member, node } = parse(readFileSync(example(values), 'utf8')) as Record<string, Record<string, string>>;
      const config = readConfig(environmentOf(containerOf(rendered, 'node')));
      expect(config).toMatchObject({ profile: 'production', member: member?.id, publicUrl: node?.publicUrl });
      if (member?.kind === 'participant') {
        expect(config).toMatchObject({ carrierUrl: node?.carrierUrl, fabric: undefined });
        return;
      }
      expect(config).toMatchObject({
        fabric: { peer: 'anlian-peer:7051', mspId: member?.mspId },
        ledgerUrl: undefined,
      });
      const chaincode = readChaincodeConfig(environmentOf(containerOf(rendered, 'chaincode')));
      expect(chaincode).toMatchObject({ address: '0.0.0.0:9999', chaincode: 'anlian' });
    });

    it('lets the parts reach only whom they need', async () => {
      const policies = (await manifests(values)).filter(({ kind }) => kind === 'NetworkPolicy');
      expect(policies.map(componentOf).sort()).toEqual([...components].sort());
      const named = (peers: readonly Peer[]): string[] =>
        peers.flatMap((peer) => peer.podSelector?.matchLabels[COMPONENT] ?? []);
      const out: string[] = [];
      const into: string[] = [];
      for (const policy of policies) {
        const { podSelector, policyTypes, ingress, egress } = policy.spec as Policy;
        const self = podSelector.matchLabels[COMPONENT];
        expect(policyTypes).toEqual(['Ingress', 'Egress']);
        out.push(...egress.flatMap(({ to }) => named(to).map((target) => `${self} → ${target}`)));
        into.push(...ingress.flatMap(({ from }) => named(from).map((source) => `${source} → ${self}`)));
      }
      const expected = MAY_REACH.filter((pair) =>
        pair.split(' → ').every((part) => (components as readonly string[]).includes(part)),
      );
      expect(out.sort()).toEqual(expected.sort());
      expect(into.sort()).toEqual(expected.sort());
      const chaincode = policies.find((policy) => componentOf(policy) === 'chaincode')?.spec as Policy | undefined;
      expect(chaincode?.egress ?? []).toEqual([]);
    });
  });

  it('opens peer and orderer to the machines of governors alone', async () => {
    const policies = (await manifests('governor-ordering.yaml')).filter(({ kind }) => kind === 'NetworkPolicy');
    for (const component of ['peer', 'orderer']) {
      const policy = policies.find((one) => componentOf(one) === component)?.spec as Policy | undefined;
      const cidrs = policy?.ingress.flatMap(({ from }) => from.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []));
      expect(cidrs).toEqual(['198.51.100.10/32', '203.0.113.20/32']);
    }
  });

  it.each([
    ['an address that is missing', 'governor-joining.yaml', 'peer.address=""', 'peer.address is missing'],
    ['an orderer without an address', 'governor-joining.yaml', 'orderer.enabled=true', 'orderer.address is missing'],
    [
      'a peer’s address without a port',
      'governor-joining.yaml',
      'peer.address="peer.example"',
      'peer.address: host:port',
    ],
    ['plain http', 'governor-joining.yaml', 'node.publicUrl="http://a.example"', 'production needs an https address'],
    ['a user in the address', 'participant.yaml', 'node.publicUrl="https://u:p@a.example"', 'node.publicUrl:'],
    ['plain http to the carrier', 'participant.yaml', 'node.carrierUrl="http://a.example"', 'node.carrierUrl:'],
    ['no carrier', 'participant.yaml', 'node.carrierUrl=""', 'node.carrierUrl is missing'],
    ['a password', 'governor-joining.yaml', 'postgres={"password":"postgres"}', 'a secret stands among the values'],
    ['a private key', 'governor-joining.yaml', 'secrets.peer="-----BEGIN PRIVATE KEY-----"', 'a secret stands among'],
    ['no Secret for the password', 'participant.yaml', 'secrets.database=""', 'secrets.database is missing'],
    ['an image that moves', 'participant.yaml', 'image.tag="latest"', 'latest moves'],
    ['a tag inside the image’s name', 'participant.yaml', 'image.repository="r.example/a:latest"', 'image.repository:'],
    ['a setting that does not exist', 'governor-joining.yaml', 'orderer.enable=true', 'orderer.enable is no setting'],
    ['a line of Fabric nobody tested', 'governor-joining.yaml', 'network.fabric="2.2"', 'network.fabric: 2.5 or 3.1'],
    [
      'the whole internet as a member',
      'participant.yaml',
      'members=[{"name":"x","cidr":"0.0.0.0/0"}]',
      'everybody through',
    ],
    ['a container without limits', 'participant.yaml', 'resources.node.memory=null', 'resources.node: cpu and memory'],
    [
      'a participant that orders',
      'participant.yaml',
      'orderer={"enabled":true,"address":"o.example:7050"}',
      'neither peer nor',
    ],
    ['a code that nobody approved', 'governor-joining.yaml', 'chaincode.packageId="anlian_1"', 'chaincode.packageId:'],
  ])('refuses %s', async (_, values, setting, message) => {
    const { code, stderr } = await render(tools(), values, setting);
    expect(stderr).toContain('these values are refused:');
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  it('tells every fault at once when a member says nothing', async () => {
    const { stderr } = await tools().helm('template', 'anlian', CHART, '--kube-version', '1.30.0');
    for (const path of ['member.id', 'member.kind', 'node.publicUrl', 'secrets.database', 'members'])
      expect(stderr).toContain(`${path} is missing`);
  });
};
