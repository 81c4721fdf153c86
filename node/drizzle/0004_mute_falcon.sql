CREATE TABLE "endorsement_alarms" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"blockNumber" bigint NOT NULL,
	"txId" text NOT NULL,
	"txTime" text NOT NULL,
	"carriedBy" text NOT NULL,
	"endorsers" jsonb NOT NULL,
	"differs" jsonb NOT NULL,
	"refusal" text,
	"evidence" text NOT NULL,
	"raisedAt" text NOT NULL,
	CONSTRAINT "endorsement_alarms_txId_unique" UNIQUE("txId")
);
--> statement-breakpoint
CREATE TABLE "ledger_reexecution" (
	"id" integer PRIMARY KEY NOT NULL,
	"height" bigint NOT NULL,
	"organisations" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_state" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
