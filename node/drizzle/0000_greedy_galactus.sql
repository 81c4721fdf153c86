CREATE TABLE "blocklistings" (
	"company" text PRIMARY KEY NOT NULL,
	"ground" text NOT NULL,
	"from" text NOT NULL,
	"until" text NOT NULL,
	"liftedAt" text,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "companies" (
	"company" text PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"staleAt" text NOT NULL,
	"policyHash" text,
	"score" integer,
	"band" text,
	"nextChange" jsonb,
	"nextLoss" jsonb
);
--> statement-breakpoint
CREATE TABLE "company_names" (
	"company" text PRIMARY KEY NOT NULL,
	"zh" text NOT NULL,
	"en" text NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"credential" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"type" text NOT NULL,
	"recordedAt" text NOT NULL,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credit_policies" (
	"policyHash" text PRIMARY KEY NOT NULL,
	"policy" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credit_policy_adoptions" (
	"effectiveAt" text NOT NULL,
	"policyHash" text NOT NULL,
	"adoptedAt" text NOT NULL,
	CONSTRAINT "credit_policy_adoptions_effectiveAt_policyHash_pk" PRIMARY KEY("effectiveAt","policyHash")
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"evaluation" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"site" text,
	"commitment" text,
	"recordedAt" text NOT NULL,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "held_records" (
	"commitment" text NOT NULL,
	"org" text NOT NULL,
	"kind" text NOT NULL,
	"about" text NOT NULL,
	"company" text,
	"record" jsonb NOT NULL,
	"salt" text NOT NULL,
	"at" text NOT NULL,
	CONSTRAINT "held_records_commitment_org_pk" PRIMARY KEY("commitment","org")
);
--> statement-breakpoint
CREATE TABLE "issued_codes" (
	"code" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"policyHash" text NOT NULL,
	"recordedAt" text NOT NULL,
	"revokedAt" text,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signed_codes" (
	"code" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"org" text NOT NULL,
	"bytes" text NOT NULL,
	"issuedAt" text NOT NULL,
	"expiresAt" text NOT NULL,
	"score" integer NOT NULL,
	"band" text NOT NULL,
	"policyHash" text NOT NULL,
	"commandId" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "violations" (
	"violation" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"site" text NOT NULL,
	"recordedAt" text NOT NULL,
	"phase" text NOT NULL,
	"record" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"evidence" text NOT NULL,
	"kind" text NOT NULL,
	"record" text NOT NULL,
	"salt" text NOT NULL,
	"commitment" text NOT NULL,
	"gate" text,
	"gateSeq" integer,
	"at" text NOT NULL,
	"leafIndex" bigint,
	CONSTRAINT "evidence_evidence_unique" UNIQUE("evidence"),
	CONSTRAINT "evidence_leafIndex_unique" UNIQUE("leafIndex")
);
--> statement-breakpoint
CREATE TABLE "log_heads" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" text NOT NULL,
	"checkpoint" text NOT NULL,
	"madeAt" text NOT NULL,
	"anchorTxId" text
);
--> statement-breakpoint
CREATE TABLE "log_nodes" (
	"level" integer NOT NULL,
	"index" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "log_nodes_level_index_pk" PRIMARY KEY("level","index")
);
--> statement-breakpoint
CREATE TABLE "forked_decisions" (
	"gate" text NOT NULL,
	"seq" integer NOT NULL,
	"digest" text NOT NULL,
	"jws" text NOT NULL,
	"evidence" text NOT NULL,
	"receivedAt" text NOT NULL,
	CONSTRAINT "forked_decisions_gate_seq_digest_pk" PRIMARY KEY("gate","seq","digest")
);
--> statement-breakpoint
CREATE TABLE "gate_alerts" (
	"alert" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"site" text NOT NULL,
	"gate" text NOT NULL,
	"seq" integer NOT NULL,
	"otherGate" text,
	"otherSeq" integer,
	"pass" text,
	"at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gate_decisions" (
	"gate" text NOT NULL,
	"seq" integer NOT NULL,
	"decision" text NOT NULL,
	"site" text NOT NULL,
	"at" text NOT NULL,
	"kind" text NOT NULL,
	"outcome" text NOT NULL,
	"direction" text NOT NULL,
	"passage" text,
	"persons" integer NOT NULL,
	"workClass" text,
	"pass" text,
	"company" text,
	"reasons" jsonb NOT NULL,
	"presentation" text,
	"jws" text NOT NULL,
	"digest" text NOT NULL,
	"evidence" text NOT NULL,
	"receivedAt" text NOT NULL,
	CONSTRAINT "gate_decisions_gate_seq_pk" PRIMARY KEY("gate","seq")
);
--> statement-breakpoint
CREATE TABLE "gates" (
	"gate" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"labelZh" text NOT NULL,
	"labelEn" text NOT NULL,
	"kid" text NOT NULL,
	"jwk" jsonb NOT NULL,
	"state" text NOT NULL,
	"registeredAt" text NOT NULL,
	"lastSyncAt" text,
	"lastUploadAt" text,
	"lastDecisionAt" text,
	"lastSeq" integer NOT NULL,
	"lastDigest" text
);
--> statement-breakpoint
CREATE TABLE "packs" (
	"site" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"rows" text NOT NULL,
	"madeAt" text NOT NULL,
	"height" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pass_invites" (
	"tokenHash" text PRIMARY KEY NOT NULL,
	"pass" text NOT NULL,
	"expiresAt" text NOT NULL,
	"usedAt" text,
	"usedBy" text
);
--> statement-breakpoint
CREATE TABLE "passes" (
	"pass" text PRIMARY KEY NOT NULL,
	"issuer" text NOT NULL,
	"fromMember" text NOT NULL,
	"worker" text NOT NULL,
	"employer" text NOT NULL,
	"state" text NOT NULL,
	"holderKey" text,
	"code" text,
	"issuedAt" text,
	"expiresAt" text
);
--> statement-breakpoint
CREATE TABLE "person_points" (
	"entry" bigserial PRIMARY KEY NOT NULL,
	"pass" text NOT NULL,
	"clause" text NOT NULL,
	"occurredAt" text NOT NULL,
	"recordedAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "received_enrolments" (
	"enrolment" text PRIMARY KEY NOT NULL,
	"fromMember" text NOT NULL,
	"worker" text NOT NULL,
	"employer" text NOT NULL,
	"site" text NOT NULL,
	"pass" text NOT NULL,
	"person" jsonb NOT NULL,
	"birthDate" text NOT NULL,
	"workClasses" jsonb NOT NULL,
	"authorisedFrom" text NOT NULL,
	"authorisedTo" text NOT NULL,
	"consent" jsonb NOT NULL,
	"papers" jsonb NOT NULL,
	"trainings" jsonb NOT NULL,
	"state" text NOT NULL,
	"receivedAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site_policies" (
	"site" text NOT NULL,
	"version" integer NOT NULL,
	"policy" jsonb NOT NULL,
	CONSTRAINT "site_policies_site_version_pk" PRIMARY KEY("site","version")
);
--> statement-breakpoint
CREATE TABLE "site_suspensions" (
	"suspension" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"company" text,
	"pass" text,
	"reason" text NOT NULL,
	"validFrom" text NOT NULL,
	"endedAt" text
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"clientId" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"roles" jsonb NOT NULL,
	"publicJwk" jsonb NOT NULL,
	"kid" text NOT NULL,
	"labelZh" text NOT NULL,
	"labelEn" text NOT NULL,
	"registeredAt" text NOT NULL,
	"disabledAt" text
);
--> statement-breakpoint
CREATE TABLE "issuer_models" (
	"model" text NOT NULL,
	"id" text NOT NULL,
	"payload" jsonb NOT NULL,
	"grantId" text,
	"expiresAt" text,
	CONSTRAINT "issuer_models_model_id_pk" PRIMARY KEY("model","id")
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"caseId" text NOT NULL,
	"author" text NOT NULL,
	"subject" text NOT NULL,
	CONSTRAINT "cases_caseId_pk" PRIMARY KEY("caseId")
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"author" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"digest" text NOT NULL,
	"body" jsonb NOT NULL,
	"commandId" text,
	"at" text NOT NULL,
	CONSTRAINT "idempotency_author_route_key_pk" PRIMARY KEY("author","route","key")
);
--> statement-breakpoint
CREATE TABLE "ledger_checkpoint" (
	"id" integer PRIMARY KEY NOT NULL,
	"height" bigint NOT NULL,
	"genesisHash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_commands" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"commandId" text NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"org" text NOT NULL,
	"author" text NOT NULL,
	"machine" boolean NOT NULL,
	"command" text NOT NULL,
	"actor" text NOT NULL,
	"state" text NOT NULL,
	"txId" text,
	"blockNumber" bigint,
	"errorCode" text,
	"errorDetail" text,
	"result" jsonb,
	"enqueuedAt" text NOT NULL,
	"settledAt" text,
	CONSTRAINT "ledger_commands_commandId_unique" UNIQUE("commandId")
);
--> statement-breakpoint
CREATE TABLE "ledger_transactions" (
	"txId" text PRIMARY KEY NOT NULL,
	"blockNumber" bigint NOT NULL,
	"commandId" text NOT NULL,
	"name" text NOT NULL,
	"org" text NOT NULL,
	"txTime" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "admissions" (
	"admission" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"company" text NOT NULL,
	"validFrom" text NOT NULL,
	"releasedAt" text
);
--> statement-breakpoint
CREATE TABLE "channel" (
	"id" integer PRIMARY KEY NOT NULL,
	"genesis" text NOT NULL,
	"policy" jsonb NOT NULL,
	"confirmed" jsonb NOT NULL,
	"state" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"key" jsonb NOT NULL,
	"validFrom" text NOT NULL,
	"retiredAt" text,
	"compromisedSince" text
);
--> statement-breakpoint
CREATE TABLE "members" (
	"member" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"kind" text NOT NULL,
	"mspId" text,
	"sponsor" text,
	"state" text NOT NULL,
	"admittedAt" text NOT NULL,
	"admittedBlock" bigint NOT NULL,
	"expelledAt" text,
	CONSTRAINT "members_company_unique" UNIQUE("company")
);
--> statement-breakpoint
CREATE TABLE "peers" (
	"member" text PRIMARY KEY NOT NULL,
	"url" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "proposals" (
	"proposal" text PRIMARY KEY NOT NULL,
	"proposed" jsonb NOT NULL,
	"by" text NOT NULL,
	"openedAt" text NOT NULL,
	"quorum" integer NOT NULL,
	"electorate" jsonb NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site_names" (
	"site" text PRIMARY KEY NOT NULL,
	"zh" text NOT NULL,
	"en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"site" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"member" text PRIMARY KEY NOT NULL,
	"company" text NOT NULL,
	"nameZh" text NOT NULL,
	"nameEn" text NOT NULL,
	"descriptor" jsonb NOT NULL,
	CONSTRAINT "tenants_company_unique" UNIQUE("company")
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"proposal" text NOT NULL,
	"member" text NOT NULL,
	"vote" text NOT NULL,
	CONSTRAINT "votes_proposal_member_pk" PRIMARY KEY("proposal","member")
);
--> statement-breakpoint
CREATE TABLE "attestation_requests" (
	"credential" text PRIMARY KEY NOT NULL,
	"fromMember" text NOT NULL,
	"employer" text NOT NULL,
	"sealed" jsonb,
	"supersedes" text,
	"state" text NOT NULL,
	"receivedAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sent_enrolments" (
	"enrolment" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"worker" text NOT NULL,
	"site" text NOT NULL,
	"owner" text NOT NULL,
	"workClasses" jsonb NOT NULL,
	"validFrom" text NOT NULL,
	"validTo" text NOT NULL,
	"consent" jsonb NOT NULL,
	"state" text NOT NULL,
	"nextAt" text,
	"attempts" integer NOT NULL,
	"lastFault" text,
	"faults" jsonb NOT NULL,
	"pass" text,
	"code" text,
	"inviteUrl" text,
	"inviteExpiresAt" text,
	"createdAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker_papers" (
	"credential" text PRIMARY KEY NOT NULL,
	"worker" text NOT NULL,
	"commitment" text NOT NULL,
	"subjectCommitment" text NOT NULL,
	"supersedes" text,
	"attestor" text NOT NULL,
	"state" text NOT NULL,
	"sendAt" text,
	"attempts" integer NOT NULL,
	"createdAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker_trainings" (
	"training" bigserial PRIMARY KEY NOT NULL,
	"worker" text NOT NULL,
	"course" text NOT NULL,
	"completedOn" text NOT NULL,
	"hours" double precision NOT NULL,
	"score" integer NOT NULL,
	"validTo" text NOT NULL,
	"evidence" text NOT NULL,
	"recordedAt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workers" (
	"worker" text PRIMARY KEY NOT NULL,
	"org" text NOT NULL,
	"employer" text NOT NULL,
	"name" text NOT NULL,
	"idType" text NOT NULL,
	"idNumber" text NOT NULL,
	"birthDate" text NOT NULL,
	"phone" text,
	"trade" text NOT NULL,
	"portrait" text,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"createdAt" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "companies_stale" ON "companies" USING btree ("staleAt");--> statement-breakpoint
CREATE INDEX "companies_band" ON "companies" USING btree ("band","company");--> statement-breakpoint
CREATE INDEX "credentials_holder" ON "credentials" USING btree ("holder","recordedAt");--> statement-breakpoint
CREATE INDEX "credentials_recorded" ON "credentials" USING btree ("recordedAt");--> statement-breakpoint
CREATE INDEX "evaluations_company" ON "evaluations" USING btree ("company","recordedAt");--> statement-breakpoint
CREATE INDEX "held_records_about" ON "held_records" USING btree ("about");--> statement-breakpoint
CREATE INDEX "issued_codes_company" ON "issued_codes" USING btree ("company","recordedAt");--> statement-breakpoint
CREATE INDEX "signed_codes_company" ON "signed_codes" USING btree ("company","issuedAt");--> statement-breakpoint
CREATE INDEX "violations_company" ON "violations" USING btree ("company","recordedAt");--> statement-breakpoint
CREATE INDEX "violations_phase" ON "violations" USING btree ("phase","recordedAt");--> statement-breakpoint
CREATE INDEX "evidence_unlogged" ON "evidence" USING btree ("leafIndex","seq");--> statement-breakpoint
CREATE INDEX "evidence_gate" ON "evidence" USING btree ("gate","gateSeq");--> statement-breakpoint
CREATE UNIQUE INDEX "gate_alerts_once" ON "gate_alerts" USING btree ("kind","gate","seq");--> statement-breakpoint
CREATE INDEX "gate_alerts_site" ON "gate_alerts" USING btree ("site","alert");--> statement-breakpoint
CREATE UNIQUE INDEX "gate_decisions_decision" ON "gate_decisions" USING btree ("decision");--> statement-breakpoint
CREATE INDEX "gate_decisions_site" ON "gate_decisions" USING btree ("site","at","gate","seq");--> statement-breakpoint
CREATE INDEX "gate_decisions_pass" ON "gate_decisions" USING btree ("site","pass","at");--> statement-breakpoint
CREATE INDEX "gate_decisions_presentation" ON "gate_decisions" USING btree ("presentation");--> statement-breakpoint
CREATE INDEX "gates_site" ON "gates" USING btree ("site");--> statement-breakpoint
CREATE INDEX "pass_invites_pass" ON "pass_invites" USING btree ("pass");--> statement-breakpoint
CREATE INDEX "passes_worker" ON "passes" USING btree ("fromMember","worker");--> statement-breakpoint
CREATE INDEX "passes_issuer" ON "passes" USING btree ("issuer","pass");--> statement-breakpoint
CREATE INDEX "person_points_pass" ON "person_points" USING btree ("pass");--> statement-breakpoint
CREATE INDEX "received_enrolments_site" ON "received_enrolments" USING btree ("site","pass");--> statement-breakpoint
CREATE INDEX "received_enrolments_pass" ON "received_enrolments" USING btree ("pass");--> statement-breakpoint
CREATE INDEX "site_suspensions_site" ON "site_suspensions" USING btree ("site","endedAt");--> statement-breakpoint
CREATE INDEX "clients_org" ON "clients" USING btree ("org","clientId");--> statement-breakpoint
CREATE INDEX "issuer_models_grant" ON "issuer_models" USING btree ("grantId");--> statement-breakpoint
CREATE INDEX "issuer_models_expiry" ON "issuer_models" USING btree ("expiresAt");--> statement-breakpoint
CREATE UNIQUE INDEX "cases_author_subject" ON "cases" USING btree ("author","subject");--> statement-breakpoint
CREATE INDEX "ledger_commands_waiting" ON "ledger_commands" USING btree ("seq") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "ledger_commands_org" ON "ledger_commands" USING btree ("org","seq");--> statement-breakpoint
CREATE INDEX "admissions_site" ON "admissions" USING btree ("site","company");--> statement-breakpoint
CREATE INDEX "member_keys_member" ON "member_keys" USING btree ("member");--> statement-breakpoint
CREATE INDEX "sent_enrolments_worker" ON "sent_enrolments" USING btree ("worker");--> statement-breakpoint
CREATE INDEX "sent_enrolments_next" ON "sent_enrolments" USING btree ("nextAt");--> statement-breakpoint
CREATE INDEX "sent_enrolments_org" ON "sent_enrolments" USING btree ("org","enrolment");--> statement-breakpoint
CREATE INDEX "worker_papers_worker" ON "worker_papers" USING btree ("worker");--> statement-breakpoint
CREATE INDEX "worker_papers_send" ON "worker_papers" USING btree ("sendAt");--> statement-breakpoint
CREATE INDEX "worker_trainings_worker" ON "worker_trainings" USING btree ("worker");--> statement-breakpoint
CREATE UNIQUE INDEX "workers_document" ON "workers" USING btree ("employer","idType","idNumber");--> statement-breakpoint
CREATE INDEX "workers_org" ON "workers" USING btree ("org","worker");