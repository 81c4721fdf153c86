ALTER TABLE "proposals" ADD COLUMN "lapsesAt" text;--> statement-breakpoint
UPDATE "proposals" SET "lapsesAt" = to_char(("openedAt"::timestamptz + interval '30 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');--> statement-breakpoint
ALTER TABLE "proposals" ALTER COLUMN "lapsesAt" SET NOT NULL;
