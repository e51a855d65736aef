package wire

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"sync"
)

// signer makes and checks the signatures of one key
// (https://jupyter-client.readthedocs.io/en/latest/messaging.html#the-wire-protocol).
// A nil signer belongs to the empty key: nothing is signed, nothing checked.
type signer struct {
	macs sync.Pool // of hash.Hash; keyed hashes are worth keeping
	size int

	mu sync.Mutex
	// The digests seen, in two generations: the older one is forgotten when
	// the younger is full. So at least the last replayMemory messages cannot
	// be replayed, in bounded memory.
	young, old map[replayKey]struct{}
}

// replayMemory is how many digests are surely remembered; jupyter_client
// remembers up to 65,536 and forgets at random.
const replayMemory = 32768

// replayKey is the first half of a digest: 128 bits of a HMAC do not collide.
type replayKey [16]byte

// errReplayed is the verdict over a message whose signature was seen before.
var errReplayed = errors.New("signature was used before: the message is a replay")

func newSigner(scheme, key string) (*signer, error) {
	if key == "" {
		return nil, nil
	}
	var newHash func() hash.Hash
	switch name, isHMAC := strings.CutPrefix(scheme, "hmac-"); {
	case scheme == "", isHMAC && name == "sha256":
		newHash = sha256.New
	case isHMAC && name == "md5":
		newHash = md5.New
	case isHMAC && name == "sha1":
		newHash = sha1.New
	case isHMAC && name == "sha224":
		newHash = sha256.New224
	case isHMAC && name == "sha384":
		newHash = sha512.New384
	case isHMAC && name == "sha512":
		newHash = sha512.New
	default:
		return nil, fmt.Errorf("signature_scheme %q is not supported: use hmac-sha256", scheme)
	}
	s := &signer{size: newHash().Size(), young: make(map[replayKey]struct{})}
	s.macs.New = func() any { return hmac.New(newHash, []byte(key)) }
	return s, nil
}

// sign appends the signature of parts to dst, in hexadecimal.
func (s *signer) sign(dst []byte, parts ...[]byte) []byte {
	if s == nil {
		return dst
	}
	var sum [64]byte
	return hex.AppendEncode(dst, s.digest(sum[:0], parts))
}

func (s *signer) digest(dst []byte, parts [][]byte) []byte {
	mac := s.macs.Get().(hash.Hash)
	mac.Reset()
	for _, p := range parts {
		mac.Write(p)
	}
	dst = mac.Sum(dst)
	s.macs.Put(mac)
	return dst
}

// verify reports whether signature is that of parts and has not been seen
// before. Only right signatures are remembered: a stranger cannot fill the
// memory.
func (s *signer) verify(signature []byte, parts ...[]byte) error {
	if s == nil {
		return nil
	}
	if len(signature) == 0 {
		return errors.New("message is not signed")
	}
	var sum, got [64]byte
	want := s.digest(sum[:0], parts)
	if len(signature) != 2*s.size {
		return fmt.Errorf("signature has %d characters instead of %d", len(signature), 2*s.size)
	}
	if _, err := hex.Decode(got[:], signature); err != nil {
		return errors.New("signature is not hexadecimal")
	}
	if !hmac.Equal(want, got[:s.size]) {
		return errors.New("signature is wrong")
	}
	key := replayKey(want[:16])
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, seen := s.young[key]; seen {
		return errReplayed
	}
	if _, seen := s.old[key]; seen {
		return errReplayed
	}
	if len(s.young) >= replayMemory {
		s.old, s.young = s.young, make(map[replayKey]struct{}, replayMemory)
	}
	s.young[key] = struct{}{}
	return nil
}
