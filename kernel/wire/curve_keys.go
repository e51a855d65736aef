package wire

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/curve25519"
)

// curveKeys are the server's long-term keys of CurveZMQ.
type curveKeys struct {
	public, secret [32]byte
}

// curveKeys decodes c's keys; nil means that c asks for no encryption. Errors
// never hold key material.
func (c ConnectionInfo) curveKeys() (*curveKeys, error) {
	if c.CurvePublicKey == "" && c.CurveSecretKey == "" {
		return nil, nil
	}
	k := new(curveKeys)
	if err := decodeZ85(k.public[:], c.CurvePublicKey); err != nil {
		return nil, fmt.Errorf("curve_publickey: %w", err)
	}
	if err := decodeZ85(k.secret[:], c.CurveSecretKey); err != nil {
		return nil, fmt.Errorf("curve_secretkey: %w", err)
	}
	public, err := curve25519.X25519(k.secret[:], curve25519.Basepoint)
	if err != nil || [32]byte(public) != k.public {
		return nil, errors.New("curve_publickey does not belong to curve_secretkey")
	}
	return k, nil
}

// z85 are the digits of base 85 (https://rfc.zeromq.org/spec/32/).
const z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

// decodeZ85 decodes s, which must fill dst exactly.
func decodeZ85(dst []byte, s string) error {
	if len(s) != len(dst)/4*5 {
		return fmt.Errorf("a key has %d characters, this has %d", len(dst)/4*5, len(s))
	}
	for i := 0; i < len(s); i += 5 {
		var v uint64
		for _, c := range []byte(s[i : i+5]) {
			d := indexZ85(c)
			if d < 0 {
				return errors.New("a character does not belong to Z85")
			}
			v = v*85 + uint64(d)
		}
		if v > 1<<32-1 {
			return errors.New("five characters stand for more than four bytes")
		}
		o := i / 5 * 4
		dst[o], dst[o+1], dst[o+2], dst[o+3] = byte(v>>24), byte(v>>16), byte(v>>8), byte(v)
	}
	return nil
}

func indexZ85(c byte) int {
	for i := range len(z85) {
		if z85[i] == c {
			return i
		}
	}
	return -1
}
