-- Lists of revoked certificates were kept as JSON writes bytes, {"0":10,…}, beside much that nobody reads: now as base64url.
UPDATE "ledger_reexecution" SET "organisations" = (
	SELECT coalesce(jsonb_agg(jsonb_build_object(
		'mspId', organisation->'mspId',
		'rootCertPems', organisation->'rootCertPems',
		'intermediateCertPems', coalesce(organisation->'intermediateCertPems', '[]'),
		'revocationLists', (
			SELECT coalesce(jsonb_agg(translate(encode(decode((
				SELECT string_agg(lpad(to_hex(byte.value::int), 2, '0'), '' ORDER BY byte.key::int) FROM jsonb_each_text(list) AS byte
			), 'hex'), 'base64'), E'+/=\n', '-_')), '[]')
			FROM jsonb_array_elements(organisation->'revocationLists') AS list
		)
	)), '[]')
	FROM jsonb_array_elements("organisations") AS organisation
);
