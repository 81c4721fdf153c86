CREATE TABLE "ledger_passed_over" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	"blocks" bigint NOT NULL,
	"ran" text,
	"own" text
);
--> statement-breakpoint
ALTER TABLE "ledger_reexecution" ADD COLUMN "definition" jsonb;--> statement-breakpoint
-- Which rules were in force at each block was not kept: the blocks are run again from the first. Alarms stay, each once.
DELETE FROM "ledger_reexecution";
--> statement-breakpoint
DELETE FROM "ledger_state";
