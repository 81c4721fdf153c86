CREATE TABLE "split_views" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"member" text NOT NULL,
	"size" bigint NOT NULL,
	"file" jsonb NOT NULL,
	"shownBy" text NOT NULL,
	"evidence" text NOT NULL,
	"foundAt" text NOT NULL,
	CONSTRAINT "split_views_size" UNIQUE("origin","size")
);
--> statement-breakpoint
CREATE TABLE "witness_heads" (
	"origin" text NOT NULL,
	"size" bigint NOT NULL,
	"root" text NOT NULL,
	"note" text NOT NULL,
	"cosignature" text,
	"seenAt" text NOT NULL,
	CONSTRAINT "witness_heads_origin_size_pk" PRIMARY KEY("origin","size")
);
--> statement-breakpoint
CREATE TABLE "witness_logs" (
	"origin" text PRIMARY KEY NOT NULL,
	"size" bigint NOT NULL,
	"root" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "log_heads" ADD COLUMN "cosigned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "log_heads_cosigned" ON "log_heads" USING btree ("cosigned","size");