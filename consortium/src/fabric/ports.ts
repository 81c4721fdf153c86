import { createServer } from 'node:net';
import { AnlianError } from '@anlian/contracts';
import { runningPid } from './daemons.ts';
import { ADDRESS, type FabricPlan, type OrganisationPlan } from './plan.ts';
import { everyDaemon } from './programs.ts';

/** Ports of one process. */
export interface PartPorts {
  /** `hengyuan/peer` */
  readonly name: string;
  readonly ports: readonly number[];
}

const portsOfOrganisation = ({ member, orderer, ...own }: OrganisationPlan): PartPorts[] => [
  { name: `${member}/peer`, ports: [own.peerPort, own.peerOperationsPort] },
  { name: `${member}/chaincode`, ports: [own.chaincodePort] },
  ...(orderer ? [{ name: `${member}/orderer`, ports: [orderer.port, orderer.adminPort, orderer.operationsPort] }] : []),
];

/** Every process of the network with its ports, the one that others call first. */
export const partPorts = ({ organisations }: FabricPlan): PartPorts[] => organisations.flatMap(portsOfOrganisation);

const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, ADDRESS, () => probe.close(() => resolve(false)));
  });

/** @throws {AnlianError} `port_taken` naming the part and the port, when a stranger holds one */
export const refuseForeignPorts = async (plan: FabricPlan): Promise<void> => {
  const ours = new Set<string>();
  for (const daemon of everyDaemon(plan)) if ((await runningPid(daemon)) !== undefined) ours.add(daemon.name);
  for (const { name, ports } of partPorts(plan).filter((part) => !ours.has(part.name)))
    for (const port of ports)
      if (await isTaken(port))
        throw new AnlianError('port_taken', { field: name, detail: `${ADDRESS}:${port} · --port` });
};
