// Checks checkpoints and proofs of provlog with an implementation that is not ours: golang.org/x/mod/sumdb/note and tlog.
// Run by tests/independent.rs.
//
//	checkpoint note KEY NOTE            prints size and root of a checkpoint
//	checkpoint proof KEY PROOF HEADER   checks a C2SP tlog-proof of an entry, whose header is given
//	checkpoint tree KEY BODY OLD        checks the proof in BODY (old N, hashes, empty line, checkpoint) against OLD
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func read(path string) string {
	bytes, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return string(bytes)
}

func open(key, msg string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(strings.TrimSpace(read(key)))
	if err != nil {
		log.Fatal("key: ", err)
	}
	opened, err := note.Open([]byte(msg), note.VerifierList(verifier))
	if err != nil {
		log.Fatal("note: ", err)
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != verifier.Name() {
		log.Fatal("not a checkpoint of ", verifier.Name())
	}
	return size, hash(lines[2])
}

func hash(text string) tlog.Hash {
	h, err := tlog.ParseHash(text)
	if err != nil {
		log.Fatal("hash: ", err)
	}
	return h
}

func hashes(lines []string) []tlog.Hash {
	var all []tlog.Hash
	for _, line := range lines {
		all = append(all, hash(line))
	}
	return all
}

func main() {
	log.SetFlags(0)
	key := os.Args[2]
	switch os.Args[1] {
	case "note":
		size, root := open(key, read(os.Args[3]))
		fmt.Println(size, root)
	case "proof":
		parts := strings.SplitN(read(os.Args[3]), "\n\n", 2)
		lines := strings.Split(parts[0], "\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		if err != nil || lines[0] != "c2sp.org/tlog-proof@v1" {
			log.Fatal("not a tlog-proof")
		}
		size, root := open(key, parts[1])
		leaf := tlog.RecordHash([]byte(read(os.Args[4])))
		if err := tlog.CheckRecord(hashes(lines[2:]), size, root, index, leaf); err != nil {
			log.Fatal("proof: ", err)
		}
		fmt.Println("entry", index, "is in the log of", size)
	case "tree":
		parts := strings.SplitN(read(os.Args[3]), "\n\n", 2)
		lines := strings.Split(parts[0], "\n")
		newSize, newRoot := open(key, parts[1])
		oldSize, oldRoot := open(key, read(os.Args[4]))
		if lines[0] != fmt.Sprint("old ", oldSize) {
			log.Fatal("not a proof from ", oldSize)
		}
		if err := tlog.CheckTree(hashes(lines[1:]), newSize, newRoot, oldSize, oldRoot); err != nil {
			log.Fatal("tree: ", err)
		}
		fmt.Println("the log of", newSize, "continues that of", oldSize)
	}
}
