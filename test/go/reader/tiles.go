package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
)

const (
	tileWidth = 256
	hashBytes = 32
)

// served is a log as c2sp.org/tlog-tiles lays it out.
type served struct{ prefix string }

func (s served) get(path string) ([]byte, error) {
	response, err := http.Get(s.prefix + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, 32<<20))
}

// tilePath names the tile of an index in a level of so many nodes. It groups the digits of the index in threes:
// 1234067 is x001/x234/067.
func tilePath(level string, index, nodes uint64) string {
	groups := fmt.Sprintf("%03d", index%1000)
	for rest := index / 1000; rest > 0; rest /= 1000 {
		groups = fmt.Sprintf("x%03d/%s", rest%1000, groups)
	}
	path := fmt.Sprintf("tile/%s/%s", level, groups)
	if width := nodes - tileWidth*index; width < tileWidth {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

// entry gives the bytes of one leaf: an entry bundle holds each after its length in 16 bits.
func (s served) entry(leaf, size uint64) ([]byte, error) {
	bundle, err := s.get(tilePath("entries", leaf/tileWidth, size))
	if err != nil {
		return nil, err
	}
	for at := uint64(0); len(bundle) >= 2; at++ {
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			break
		}
		if at == leaf%tileWidth {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
	return nil, fmt.Errorf("the bundle does not hold leaf %d", leaf)
}

// node gives the hash of a complete subtree of 2^level leaves from the tile below it.
func (s served) node(level uint, index, size uint64) ([]byte, error) {
	height := level / 8
	within := level % 8
	first := index << within
	raw, err := s.get(tilePath(fmt.Sprint(height), first/tileWidth, size>>(8*height)))
	if err != nil {
		return nil, err
	}
	start := int(first%tileWidth) * hashBytes
	end := start + hashBytes<<within
	if len(raw) < end {
		return nil, fmt.Errorf("the tile of node %d/%d is too short", level, index)
	}
	return join(raw[start:end]), nil
}

func join(hashes []byte) []byte {
	if len(hashes) == hashBytes {
		return hashes
	}
	half := len(hashes) / 2
	return rfc6962.DefaultHasher.HashChildren(join(hashes[:half]), join(hashes[half:]))
}

func (s served) path(nodes proof.Nodes, size uint64) ([][]byte, error) {
	var hashes [][]byte
	for _, id := range nodes.IDs {
		hash, err := s.node(id.Level, id.Index, size)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return nodes.Rehash(hashes, rfc6962.DefaultHasher.HashChildren)
}
