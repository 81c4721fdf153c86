// Command reader reads a member's evidence log from outside with modules that others wrote: it opens the
// checkpoint with the log's key and every witness's, and verifies that one leaf and an earlier head are in it,
// by proofs computed from the tiles that the log serves.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

type keys []string

func (k *keys) String() string         { return strings.Join(*k, " ") }
func (k *keys) Set(value string) error { *k = append(*k, value); return nil }

type answer struct {
	Origin       string   `json:"origin"`
	Size         uint64   `json:"size"`
	Cosigned     []string `json:"cosigned"`
	Leaf         string   `json:"leaf"`
	EarlierSize  uint64   `json:"earlierSize"`
	InclusionLen int      `json:"inclusionLength"`
}

func main() {
	var witnesses keys
	prefix := flag.String("log", "", "address of the log, where its checkpoint and tiles are")
	key := flag.String("key", "", "verifier key of the log")
	earlier := flag.String("earlier", "", "file with an earlier checkpoint")
	leaf := flag.Uint64("leaf", 0, "index of the leaf to prove")
	flag.Var(&witnesses, "witness", "verifier key of a witness; repeat")
	flag.Parse()

	read, err := readLog(*prefix, *key, witnesses, *earlier, *leaf)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(read)
}

func readLog(prefix, key string, witnesses []string, earlierFile string, leaf uint64) (*answer, error) {
	logVerifier, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	tiles := served{prefix}
	raw, err := tiles.get("checkpoint")
	if err != nil {
		return nil, err
	}
	head, cosigned, err := openHead(raw, logVerifier, witnesses)
	if err != nil {
		return nil, err
	}
	before, err := os.ReadFile(earlierFile)
	if err != nil {
		return nil, err
	}
	first, _, err := openHead(before, logVerifier, witnesses)
	if err != nil {
		return nil, err
	}
	entry, hashes, err := proveLeaf(tiles, head, leaf)
	if err != nil {
		return nil, fmt.Errorf("inclusion: %w", err)
	}
	if err := proveEarlier(tiles, first, head); err != nil {
		return nil, fmt.Errorf("consistency: %w", err)
	}
	return &answer{head.Origin, head.Size, cosigned, string(entry), first.Size, hashes}, nil
}

// openHead asks for the log's own signature and for one of every witness.
func openHead(raw []byte, logVerifier note.Verifier, witnesses []string) (*log.Checkpoint, []string, error) {
	var others []note.Verifier
	for _, key := range witnesses {
		verifier, err := fnote.NewVerifierForCosignatureV1(key)
		if err != nil {
			return nil, nil, err
		}
		others = append(others, verifier)
	}
	head, rest, opened, err := log.ParseCheckpoint(raw, logVerifier.Name(), logVerifier, others...)
	if err != nil {
		return nil, nil, err
	}
	if len(rest) > 0 || len(opened.UnverifiedSigs) > 0 {
		return nil, nil, fmt.Errorf("the checkpoint has surplus lines")
	}
	var cosigned []string
	for _, signature := range opened.Sigs {
		if signature.Name == logVerifier.Name() {
			continue
		}
		at, err := fnote.CoSigV1Timestamp(signature)
		if err != nil {
			return nil, nil, err
		}
		cosigned = append(cosigned, fmt.Sprintf("%s %s", signature.Name, at.UTC().Format("2006-01-02")))
	}
	if len(cosigned) != len(witnesses) {
		return nil, nil, fmt.Errorf("%d cosignatures of %d witnesses", len(cosigned), len(witnesses))
	}
	return head, cosigned, nil
}

func proveLeaf(tiles served, head *log.Checkpoint, leaf uint64) ([]byte, int, error) {
	entry, err := tiles.entry(leaf, head.Size)
	if err != nil {
		return nil, 0, err
	}
	nodes, err := proof.Inclusion(leaf, head.Size)
	if err != nil {
		return nil, 0, err
	}
	path, err := tiles.path(nodes, head.Size)
	if err != nil {
		return nil, 0, err
	}
	hash := rfc6962.DefaultHasher.HashLeaf(entry)
	return entry, len(path), proof.VerifyInclusion(rfc6962.DefaultHasher, leaf, head.Size, hash, path, head.Hash)
}

func proveEarlier(tiles served, first, head *log.Checkpoint) error {
	nodes, err := proof.Consistency(first.Size, head.Size)
	if err != nil {
		return err
	}
	path, err := tiles.path(nodes, head.Size)
	if err != nil {
		return err
	}
	return proof.VerifyConsistency(rfc6962.DefaultHasher, first.Size, head.Size, path, first.Hash, head.Hash)
}
