import { decodePayload, splitEnvelope } from '../codec/envelope.ts';
import { configtx, configuration, decodeSigned, decodeText, mspConfig, required } from '../codec/messages.ts';
import type { NetworkEndpoint } from './lines.ts';

const CORRUPT = 'ledger_corrupt';

type Group = InstanceType<typeof configtx.ConfigGroup>;

const endpointsOf = (organisation: Group): NetworkEndpoint[] => {
  const values = organisation.getValuesMap();
  const addresses = values.get('Endpoints');
  const msp = decodeSigned(
    mspConfig.MSPConfig,
    required(values.get('MSP'), 'MSP', CORRUPT).getValue_asU8(),
    'MSPConfig',
    CORRUPT,
  );
  const fabric = decodeSigned(mspConfig.FabricMSPConfig, msp.getConfig_asU8(), 'FabricMSPConfig', CORRUPT);
  const tlsRootPem = fabric
    .getTlsRootCertsList_asU8()
    .map((pem) => decodeText(pem, 'FabricMSPConfig.tls_root_certs', CORRUPT))
    .join('');
  if (addresses === undefined) return [];
  return decodeSigned(configuration.OrdererAddresses, addresses.getValue_asU8(), 'OrdererAddresses', CORRUPT)
    .getAddressesList()
    .map((endpoint) => ({ endpoint, tlsRootPem }));
};

/** The orderers that a channel's configuration names, with the authorities of their TLS certificates. */
export const orderersFrom = (configEnvelope: Uint8Array): NetworkEndpoint[] => {
  const { data } = decodePayload(splitEnvelope(configEnvelope, CORRUPT).payload, CORRUPT);
  const config = decodeSigned(configtx.ConfigEnvelope, data, 'ConfigEnvelope', CORRUPT).getConfig();
  const channel = required(config?.getChannelGroup(), 'ConfigGroup', CORRUPT);
  const organisations = channel.getGroupsMap().get('Orderer')?.getGroupsMap();
  if (organisations === undefined) return [];
  return [...organisations.keys()].flatMap((name) => endpointsOf(required(organisations.get(name), name, CORRUPT)));
};
