package wire

import (
	"encoding/binary"
	"errors"
	"testing"
)

func TestSignatures(t *testing.T) {
	// As Python's hmac module makes them of key "k" and the parts a, b, c, d.
	parts := [][]byte{[]byte("a"), []byte("b"), []byte("c"), []byte("d")}
	for scheme, want := range map[string]string{
		"":            "SHA256",
		"hmac-sha256": "SHA256",
		"hmac-md5":    "MD5",
		"hmac-sha1":   "SHA1",
		"hmac-sha512": "SHA512",
	} {
		s, err := newSigner(scheme, "k")
		if err != nil {
			t.Errorf("%s: %v", scheme, err)
			continue
		}
		if got := string(s.sign(nil, parts...)); got != pythonSignatures[want] {
			t.Errorf("%s: %s instead of %s", scheme, got, pythonSignatures[want])
		}
	}
	for _, scheme := range []string{"hmac-crc32", "sha256", "rsa"} {
		if _, err := newSigner(scheme, "k"); err == nil {
			t.Errorf("scheme %q was accepted", scheme)
		}
	}
	none, err := newSigner("whatever", "")
	if err != nil || len(none.sign(nil, parts...)) != 0 || none.verify(nil, parts...) != nil {
		t.Error("the empty key signs or checks")
	}
}

// TestReplayMemory finds a replay as far back as is promised, in bounded memory.
func TestReplayMemory(t *testing.T) {
	s, err := newSigner("hmac-sha256", "k")
	if err != nil {
		t.Fatal(err)
	}
	part := func(i int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(i)) }
	const last = 3*replayMemory + 7
	for i := range last {
		if err := s.verify(s.sign(nil, part(i)), part(i)); err != nil {
			t.Fatal(err)
		}
		if n := len(s.young) + len(s.old); n > 2*replayMemory {
			t.Fatalf("%d digests are kept", n)
		}
	}
	for i := last - replayMemory; i < last; i += 997 {
		if err := s.verify(s.sign(nil, part(i)), part(i)); !errors.Is(err, errReplayed) {
			t.Errorf("replay of message %d of %d: %v", i, last, err)
		}
	}
}

var pythonSignatures = map[string]string{
	"MD5":    "f89257918ecf805a58f8a6f406774da9",
	"SHA1":   "5942476810a2c4eeb9c17baf6af271f753c69598",
	"SHA256": "756d7c2af4fae2338eb66fcb2eea2a6a4bf5b8ec75a0561b967ce1c215ba740f",
	"SHA512": "257e4d4782421cddd87e68d6da4abe9f952f499351cb63f0c93c4769f1c54671050f495d3ccb3c7ffd907ca63a68447df1c3c6ce2490d0d0ec37dfbab040e136",
}
