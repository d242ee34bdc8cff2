// Command tlogcheck reads a log of ours with code that nobody here wrote: golang.org/x/mod/sumdb and filippo.io/torchwood.
//
//	tlogcheck check VKEY [WITNESS_VKEY]   everything in the current directory, as tests/interop/test_tlog.py lays it out
//	tlogcheck cosign NAME SEED            a checkpoint from standard input, cosigned, to standard output
//	tlogcheck agent SOCKET SEED           an ssh-agent with one key, which litewitness signs with
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) == 4 && os.Args[1] == "cosign" {
		cosign(os.Args[2], os.Args[3])
		return
	}
	if len(os.Args) == 4 && os.Args[1] == "agent" {
		serveAgent(os.Args[2], os.Args[3])
		return
	}
	if len(os.Args) < 3 || os.Args[1] != "check" {
		log.Fatal("usage: tlogcheck check VKEY [WITNESS_VKEY] | tlogcheck cosign NAME SEED | tlogcheck agent SOCKET SEED")
	}
	verifier, err := note.NewVerifier(os.Args[2])
	must("vkey", err)
	policy := []torchwood.Policy{torchwood.OriginPolicy(verifier.Name()), torchwood.SingleVerifierPolicy(verifier)}
	for _, vkey := range os.Args[3:] {
		witness, err := torchwood.NewCosignatureVerifier(vkey)
		must("witness vkey", err)
		policy = append(policy, torchwood.SingleVerifierPolicy(witness))
	}
	all := torchwood.ThresholdPolicy(len(policy), policy...)
	signed := read("checkpoint")
	head, _, err := torchwood.VerifyCheckpoint(signed, all)
	must("checkpoint", err)

	entries, names := checkEntries(head)
	hashes := tlog.TileHashReader(head.Tree, &tiles{})
	proofs := checkProofs(head, hashes, signed, all)
	heads := checkHistory(head, hashes, verifier)
	fmt.Printf("%d entries %d tiles %d proofs %d heads\n", entries, names, proofs, heads)
}

// checkEntries makes the tree anew from every line of every bundle, and holds its root and its tiles against ours.
func checkEntries(head torchwood.Checkpoint) (entries, names int) {
	var stored memory
	for first := int64(0); first < head.N; first += torchwood.TileWidth {
		width := int(min(torchwood.TileWidth, head.N-first))
		rest := read(torchwood.TilePath(tlog.Tile{H: torchwood.TileHeight, L: -1, N: first / torchwood.TileWidth, W: width}))
		for index := first; index < first+int64(width); index++ {
			var entry []byte
			var err error
			entry, rest, err = torchwood.ReadTileEntry(rest)
			must("bundle", err)
			more, err := tlog.StoredHashes(index, entry, stored)
			must("entries", err)
			stored = append(stored, more...)
			entries++
		}
		if len(rest) != 0 {
			log.Fatal("bundle: bytes left over")
		}
	}
	root, err := tlog.TreeHash(head.N, stored)
	must("entries", err)
	if root != head.Hash {
		log.Fatal("entries: not those that the checkpoint signs")
	}
	for _, tile := range tlog.NewTiles(torchwood.TileHeight, 0, head.N) {
		theirs, err := tlog.ReadTileData(tile, stored)
		must("tiles", err)
		if !bytes.Equal(theirs, read(torchwood.TilePath(tile))) {
			log.Fatalf("%s: not the bytes that x/mod gives", torchwood.TilePath(tile))
		}
		names++
	}
	return entries, names
}

// checkProofs holds each proofs/INDEX.tlog-proof against the line in proofs/INDEX, and against the bytes Go would write.
func checkProofs(head torchwood.Checkpoint, hashes tlog.HashReader, signed []byte, policy torchwood.Policy) int {
	names, err := filepath.Glob("proofs/*.tlog-proof")
	must("proofs", err)
	for _, name := range names {
		file := strings.TrimSuffix(name, ".tlog-proof")
		index, err := strconv.ParseInt(filepath.Base(file), 10, 64)
		must(name, err)
		ours := read(name)
		must(name, torchwood.VerifyProof(policy, tlog.RecordHash(read(file)), ours))
		proof, err := tlog.ProveRecord(head.N, index, hashes)
		must(name, err)
		if !bytes.Equal(ours, torchwood.FormatProof(index, proof, signed)) {
			log.Fatalf("%s: not the bytes that torchwood writes", name)
		}
	}
	return len(names)
}

// checkHistory holds each older head heads/SIZE, with our hashes in heads/SIZE.consistency, against the newest.
func checkHistory(head torchwood.Checkpoint, hashes tlog.HashReader, verifier note.Verifier) int {
	names, err := filepath.Glob("heads/*.consistency")
	must("heads", err)
	for _, name := range names {
		opened, err := note.Open(read(strings.TrimSuffix(name, ".consistency")), note.VerifierList(verifier))
		must(name, err)
		old, err := tlog.ParseTree([]byte("go.sum database tree\n" + strings.SplitN(opened.Text, "\n", 2)[1]))
		must(name, err)
		var ours tlog.TreeProof
		for _, line := range strings.Fields(string(read(name))) {
			hash, err := tlog.ParseHash(line)
			must(name, err)
			ours = append(ours, hash)
		}
		must(name, tlog.CheckTree(ours, head.N, head.Hash, old.N, old.Hash))
		theirs, err := tlog.ProveTree(head.N, old.N, hashes)
		must(name, err)
		if fmt.Sprint(ours) != fmt.Sprint(theirs) {
			log.Fatalf("%s: not the hashes that x/mod gives", name)
		}
	}
	return len(names)
}

func cosign(name, seed string) {
	raw, err := hex.DecodeString(seed)
	must("seed", err)
	signer, err := torchwood.NewCosignatureSigner(name, ed25519.NewKeyFromSeed(raw))
	must("witness", err)
	signed, err := io.ReadAll(os.Stdin)
	must("standard input", err)
	text, _, _ := strings.Cut(string(signed), "\n\n")
	opened := &note.Note{Text: text + "\n"}
	cosigned, err := note.Sign(opened, signer)
	must("cosign", err)
	_, line, _ := strings.Cut(string(cosigned), "\n\n")
	fmt.Print(line)
}

func serveAgent(socket, seed string) {
	raw, err := hex.DecodeString(seed)
	must("seed", err)
	keys := agent.NewKeyring()
	must("key", keys.Add(agent.AddedKey{PrivateKey: ed25519.NewKeyFromSeed(raw)}))
	listener, err := net.Listen("unix", socket)
	must("socket", err)
	for {
		peer, err := listener.Accept()
		must("socket", err)
		go agent.ServeAgent(keys, peer)
	}
}

// memory holds the hashes of a tree in the order in which x/mod stores them.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, m[index])
	}
	return found, nil
}

type tiles struct{}

func (*tiles) Height() int { return torchwood.TileHeight }

func (*tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (*tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range wanted {
		content, err := os.ReadFile(torchwood.TilePath(tile))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func read(name string) []byte {
	content, err := os.ReadFile(name)
	must(name, err)
	return content
}

func must(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
