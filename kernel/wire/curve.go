package wire

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/crypto/nacl/box"
)

// curve is the server's side of one CurveZMQ connection
// (https://rfc.zeromq.org/spec/26/). Clients are not told apart by their keys:
// who knows the server's public key, which the connection file holds, may
// connect. jupyter_client gives its channels the server's own key pair and its
// heartbeat a random one.
type curve struct {
	keys         *curveKeys
	shared       [32]byte // of the two transient keys, for all after INITIATE
	peerMetadata []byte   // properties of the client, from INITIATE

	lastNonce uint64 // of the client; each must be larger
	nonce     uint64 // ours, last used

	// What zmq4 writes is a stream of NULL frames: first a greeting, which is
	// dropped, then READY, then messages.
	skip    int
	pending []byte // of the frame being written
	readied bool
}

func newCurve(keys *curveKeys) *curve {
	return &curve{keys: keys, skip: greetingSize}
}

// errCurve is all that a client with wrong keys can learn from the log.
var errCurve = errors.New("client does not have the server's public key, or a box was changed on its way")

// handshake plays greeting, HELLO, WELCOME and INITIATE. Our READY follows when
// zmq4 writes its own.
func (c *curve) handshake(r io.Reader, w net.Conn) error {
	if _, err := w.Write(greeting("CURVE", true)); err != nil {
		return err
	}
	if _, err := readGreeting(r, "CURVE"); err != nil {
		return err
	}
	hello, err := readCommand(r, "HELLO")
	if err != nil {
		return err
	}
	// version 2, padding 72, client's transient key 32, nonce 8, box 80
	if len(hello) != 194 || hello[0] != 1 {
		return errors.New("HELLO is not of CurveZMQ 1")
	}
	client := [32]byte(hello[74:106])
	zeros, ok := box.Open(nil, hello[114:], curveNonce("CurveZMQHELLO---", hello[106:114]), &client, &c.keys.secret)
	if !ok || !bytes.Equal(zeros, make([]byte, 64)) {
		return errCurve
	}
	public, secret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	// The cookie lets a server forget a client between two commands. This one
	// does not forget, so the cookie only has to come back.
	var random [16 + 96]byte
	rand.Read(random[:])
	cookie := random[16:]
	welcome := append([]byte(nil), random[:16]...)
	welcome = box.Seal(welcome, append(public[:], cookie...), curveNonce("WELCOME-", random[:16]), &client, &c.keys.secret)
	if _, err := w.Write(appendCommand(nil, "WELCOME", welcome)); err != nil {
		return err
	}
	initiate, err := readCommand(r, "INITIATE")
	if err != nil {
		return err
	}
	if len(initiate) < 96+8+16+32+96 || subtle.ConstantTimeCompare(initiate[:96], cookie) != 1 {
		return errors.New("INITIATE does not repeat the cookie")
	}
	box.Precompute(&c.shared, &client, secret)
	plain, ok := box.OpenAfterPrecomputation(nil, initiate[104:], curveNonce("CurveZMQINITIATE", initiate[96:104]), &c.shared)
	if !ok {
		return errCurve
	}
	c.lastNonce = binary.BigEndian.Uint64(initiate[96:104])
	longTerm := [32]byte(plain[:32])
	vouch, ok := box.Open(nil, plain[48:128], curveNonce("VOUCH---", plain[32:48]), &longTerm, secret)
	if !ok || !bytes.Equal(vouch[:32], client[:]) || !bytes.Equal(vouch[32:], c.keys.public[:]) {
		return errors.New("client cannot vouch for its key")
	}
	c.peerMetadata = plain[128:]
	return nil
}

// readCommand reads a handshake command of the name.
func readCommand(r io.Reader, want string) ([]byte, error) {
	_, body, _, err := readFrame(r, nil, admitHandshake)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", want, err)
	}
	name, rest, err := splitCommand(body)
	if err != nil {
		return nil, err
	}
	if name == "ERROR" {
		return nil, fmt.Errorf("peer refused: %.200q", rest)
	}
	if name != want {
		return nil, fmt.Errorf("peer sent %.20q instead of %s", name, want)
	}
	return rest, nil
}

// curveNonce is prefix and suffix, together 24 bytes.
func curveNonce(prefix string, suffix []byte) *[24]byte {
	var n [24]byte
	copy(n[copy(n[:], prefix):], suffix)
	return &n
}

const messagePrefix = "\x07MESSAGE"

// open decrypts a MESSAGE and returns the frame inside it as the NULL
// mechanism would have sent it, in a buffer of its own.
func (c *curve) open(body []byte) (all, inner []byte, flags byte, err error) {
	if len(body) < len(messagePrefix)+8+box.Overhead+1 || string(body[:len(messagePrefix)]) != messagePrefix {
		return nil, nil, 0, errors.New("peer sent something unencrypted")
	}
	body = body[len(messagePrefix):]
	nonce := binary.BigEndian.Uint64(body)
	if nonce <= c.lastNonce {
		return nil, nil, 0, errors.New("CURVE nonce was used before")
	}
	c.lastNonce = nonce
	// Room for the frame's header, which is made when the flags are known.
	out := make([]byte, 8, 9+len(body)-8-box.Overhead)
	out, ok := box.OpenAfterPrecomputation(out, body[8:], curveNonce("CurveZMQMESSAGEC", body[:8]), &c.shared)
	if !ok {
		return nil, nil, 0, errCurve
	}
	// out[8] is the flags byte of the payload that follows it.
	size := len(out) - 9
	flags = out[8] & flagMore
	if out[8]&^3 != 0 {
		return nil, nil, 0, errors.New("CURVE message has unknown flags")
	}
	if out[8]&2 != 0 {
		return out[9:], out[9:], flagCommand, nil
	}
	if size > 255 {
		out[0] = flags | flagLong
		binary.BigEndian.PutUint64(out[1:], uint64(size))
		return out, out[9:], flags, nil
	}
	out[7], out[8] = flags, byte(size)
	return out[7:], out[9:], flags, nil
}

// write takes a part of the NULL stream that zmq4 writes and appends what
// becomes of it to out.
func (c *curve) write(p []byte, out *[]byte) error {
	n := min(c.skip, len(p))
	c.skip -= n
	c.pending = append(c.pending, p[n:]...)
	for {
		head, size, ok := frameSize(c.pending)
		if !ok || len(c.pending) < head+size {
			return nil
		}
		flags, body := c.pending[0], c.pending[head:head+size]
		if !c.readied {
			_, metadata, err := splitCommand(body)
			if err != nil {
				return err
			}
			c.readied = true
			*out = appendCommand(*out, "READY", c.seal(nil, "CurveZMQREADY---", metadata))
		} else {
			*out = c.sealMessage(*out, flags, body)
		}
		c.pending = append(c.pending[:0], c.pending[head+size:]...)
		if cap(c.pending) > 4*scratchSize && len(c.pending) == 0 {
			c.pending = nil
		}
	}
}

// frameSize reads the header at the start of b.
func frameSize(b []byte) (head, size int, ok bool) {
	switch {
	case len(b) < 2:
		return 0, 0, false
	case b[0]&flagLong == 0:
		return 2, int(b[1]), true
	case len(b) < 9:
		return 0, 0, false
	}
	return 9, int(binary.BigEndian.Uint64(b[1:])), true
}

// sealMessage appends the MESSAGE frame that carries one frame.
func (c *curve) sealMessage(dst []byte, flags byte, body []byte) []byte {
	plain := make([]byte, 0, 1+len(body))
	inner := flags & flagMore
	if flags&flagCommand != 0 {
		inner = 2
	}
	plain = append(append(plain, inner), body...)
	dst = appendHeader(dst, 0, len(messagePrefix)+8+box.Overhead+len(plain))
	dst = append(dst, messagePrefix...)
	return c.seal(dst, "CurveZMQMESSAGES", plain)
}

// seal appends our next nonce and the box of plain.
func (c *curve) seal(dst []byte, prefix string, plain []byte) []byte {
	c.nonce++
	var short [8]byte
	binary.BigEndian.PutUint64(short[:], c.nonce)
	dst = append(dst, short[:]...)
	return box.SealAfterPrecomputation(dst, plain, curveNonce(prefix, short[:]), &c.shared)
}
